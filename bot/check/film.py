"""The one video that `check --film` makes: real, paid for, and saved to disk."""

import secrets
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from bot.check.findings import Finding, note, ok, problem, untrusted, why
from bot.check.folders import keeps_out
from bot.clock import Clock
from bot.config import Config
from bot.errors import ApiError, Certainty, FilmError
from bot.video.ports.edges import Films, VideoApi
from bot.video.values.prices import CREDIT, Prices
from bot.video.values.videos import RemoteStatus, VideoRequest, VideoSpec, VideoUpdate

SPEC = VideoSpec(prompt="A paper boat drifts down a rainy street", duration=3)
LOOK_SECONDS = 5
PATIENCE = timedelta(minutes=30)
_ABOUT = "Film"
_ENDS = {RemoteStatus.COMPLETED, RemoteStatus.FAILED, RemoteStatus.CANCELLED}


async def make_film(
    config: Config,
    prices: Prices,
    api: VideoApi,
    films: Films,
    *,
    clock: Clock,
    say: Callable[[str], object],
    ask: Callable[[str], str],
) -> Finding:
    """Ask, make a video, wait for it and save it."""
    folder = _folder(config)
    credits = prices.price(SPEC) / CREDIT
    dollars = credits / config.credits_per_usd
    if not _agrees(
        ask, f"Make a real video for {credits:g} credits (about ${dollars:.2f})? [y/N] "
    ):
        return note(_ABOUT, "not made")
    try:
        update = await _submit(api, clock)
        say(f"The API calls it {update.remote_id}.")
        update = await _wait(api, update, clock=clock, say=say)
    except ApiError as error:
        lost = "; it may have been made and charged" if error.sent is Certainty.MAYBE else ""
        return problem(_ABOUT, why(error) + lost)
    if update.status is not RemoteStatus.COMPLETED or update.film_url is None:
        return problem(_ABOUT, f"{update.status} {update.error_code}: {update.remote_id}")
    return await _save(films, update.film_url, folder / f"{update.remote_id}.mp4")


def _folder(config: Config) -> Path:
    """The current folder, or FILMS_DIR if the bot cannot write there, as in Docker."""
    return config.films_dir if keeps_out(Path()) else Path()


def _agrees(ask: Callable[[str], str], question: str) -> bool:
    try:
        return ask(question).strip().lower() in ("y", "yes")
    except EOFError:
        return False


async def _submit(api: VideoApi, clock: Clock) -> VideoUpdate:
    task_id = secrets.token_hex(10)
    request = VideoRequest(
        id=task_id,
        server_id=0,
        channel_id=0,
        user_id=0,
        locale="en-US",
        server_locale="en-US",
        created_at=clock.now(),
        spec=SPEC,
    )
    return await api.submit(request, task_id=task_id, callback_url=None)


async def _wait(
    api: VideoApi, update: VideoUpdate, *, clock: Clock, say: Callable[[str], object]
) -> VideoUpdate:
    """Wait for an outcome; when time runs out, return the last news."""
    until = clock.now() + PATIENCE
    while update.status not in _ENDS and clock.now() < until:
        await clock.sleep(LOOK_SECONDS)
        before, update = update.progress, await api.look(update.remote_id)
        if update.progress != before:
            say(f"{update.progress} %")
    return update


async def _save(films: Films, url: str, file: Path) -> Finding:
    try:
        film = await films.fetch(url, task_id=file.stem)
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            saved = shutil.copyfile(film.path, file)
        finally:
            films.drop(film)
    except (FilmError, OSError) as error:
        return problem(
            _ABOUT, f"was made but could not be saved ({untrusted(error) or error}): {url}"
        )
    return ok(_ABOUT, f"saved as {saved}, {film.size / 1e6:.1f} MB")
