"""Parts of the program as the configuration wants them, for the composition root."""

import json
import secrets
from collections.abc import Callable
from pathlib import Path

from bot.api.callbacks import CallbackTokens
from bot.api.films import FilmFetcher, bucket_at
from bot.client import VideoBot
from bot.clock import Clock
from bot.config import Config
from bot.errors import StartupError
from bot.metrics.monitoring import Monitoring
from bot.ui.announcer import DiscordAnnouncer
from bot.video.limits.effective import Limits
from bot.video.ports.books import Books
from bot.video.ports.edges import Store
from bot.video.values.prices import CREDIT, PRICES, Prices

GIGABYTE = 10**9
CALLBACK_SECRET = "callback_secret"


def announcer_of(config: Config, bot: VideoBot, clock: Clock) -> DiscordAnnouncer:
    """What shows posts on Discord."""
    return DiscordAnnouncer(
        bot,
        clock=clock,
        per_usd=config.credits_per_usd,
        operator_channel_id=config.operator_channel_id,
        ai_label=config.ai_label,
    )


def film_fetcher(config: Config, clock: Clock, monitor: Monitoring) -> FilmFetcher:
    """The fetcher, which downloads videos and keeps those that Discord does not accept.

    Raises `StartupError` if FILMS_URL cannot be used."""
    gigabytes = config.films_max_gb
    return FilmFetcher(
        api_url=config.evolink_base_url,
        clock=clock,
        folder=config.films_dir,
        folder_limit=None if gigabytes is None else int(gigabytes * GIGABYTE),
        public_url=config.public_url,
        shelf=None if config.films_url is None else bucket_at(config.films_url),
        tracing=monitor.calls_for_films(),
    )


def callback_urls(public_url: str | None, tokens: CallbackTokens) -> Callable[[str], str | None]:
    """The function that makes a task's callback address; it returns None without a public URL."""
    return lambda task_id: public_url and f"{public_url}/callbacks/{tokens.token(task_id)}"


def limits_of(config: Config) -> Limits:
    """The operator's limits, in 1/10,000 credit."""

    def units(credits: int | None) -> int | None:
        return None if credits is None else credits * CREDIT

    return Limits(
        daily=units(config.default_daily_credits),
        at_once=config.default_at_once,
        bot_daily=units(config.max_credits_per_day),
    )


def prices_of(file: Path | None) -> Prices:
    """The operator's price table, or the built-in one. Raises `StartupError`."""
    if file is None:
        return PRICES
    try:
        return Prices.from_json(json.loads(file.read_text(encoding="utf-8")))
    except (OSError, ValueError) as error:
        raise StartupError(f"PRICES_FILE cannot be read: {error}.") from None


async def callback_secret(store: Store) -> bytes:
    """The secret that signs callback addresses; made at the first start, then kept."""

    def read_or_make(books: Books) -> bytes:
        kept = books.fact(CALLBACK_SECRET)
        if kept is None:
            kept = secrets.token_hex(32)
            books.set_fact(CALLBACK_SECRET, kept)
        return bytes.fromhex(kept)

    return await store.tx(read_or_make)
