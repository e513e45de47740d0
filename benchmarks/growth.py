"""What a command and a video cost when many videos wait, and when many are over.

Databases of three sizes are measured in turn, so that the machine's other work slows down all."""

import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import AbstractContextManager, AsyncExitStack, asynccontextmanager, contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path

from sqlalchemy import create_engine, make_url

from benchmarks.figures import Figure, median
from benchmarks.finished import PERSON, blank, fill, let_wait
from benchmarks.postgres import postgres
from bot.db import upgrade
from bot.video.values.videos import State
from tests.fakes import START, FakeApi, FakeClock, FakeFilms, RecordingAnnouncer
from tests.video.harness import Harness, limits, started

TITLE = "Growth (medians; fakes answer for Discord and the video API)"
COMMANDS, VIDEOS = 100, 20
REST = 0.2  # seconds after each, so that none meets what the one before left to do
KEPT = timedelta(days=40)  # a little longer than people's words are
SOMEBODY = 7  # a person without other videos, and a server
AMPLE = 10_000_000  # credits a day: a limit that is read, and has room for all that waits
WATCHED = 70  # seconds from a video's order until it is delivered
LOOKS = (20, 50, 80)  # percent that a video has reached when it is looked at
Act = Callable[[Harness], Awaitable[float]]  # seconds


async def measure(*, is_quick: bool) -> list[Figure]:
    """The same on databases of three sizes."""
    waiting, over = (100, 5000) if is_quick else (10_000, 1_000_000)
    sizes = {"nothing": (0, 0), f"{waiting:,} wait": (waiting,) * 2, f"{over:,} over": (over, 0)}
    figures: list[Figure] = []
    for kind, opened in (("SQLite", sqlite), ("PostgreSQL", postgres)):
        async with AsyncExitStack() as stack:
            opening = {
                size: await stack.enter_async_context(_middle(opened, *counts))
                for size, counts in sizes.items()
            }
            for what, (act, rounds) in _ACTS.items():
                took = await _in_turn(opening, act, 5 if is_quick else rounds)
                figures += _compared(f"{kind}: {what}", took)
    return figures


@contextmanager
def sqlite() -> Iterator[str]:
    with tempfile.TemporaryDirectory(prefix="video-bot-bench-") as folder:
        yield f"sqlite:///{Path(folder) / 'bot.db'}"


@asynccontextmanager
async def _middle(
    opened: Callable[[], AbstractContextManager[str]], videos: int, waiting: int
) -> AsyncIterator[Harness]:
    """The middle on a new database with this many videos, some of them waiting."""
    with opened() as url:
        upgrade(url)
        _fill(url, videos, waiting)
        clock = FakeClock()
        edges = (clock, FakeApi(clock), RecordingAnnouncer(clock), FakeFilms())
        # Unlimited at once, as it has to be where one person has thousands waiting.
        ample = limits(daily=AMPLE, bot_daily=AMPLE)
        async with started(url, *edges, slots=1, limits=ample) as middle:
            yield middle


def _fill(url: str, videos: int, waiting: int) -> None:
    place = make_url(url)
    if place.get_backend_name() == "postgresql":
        place = place.set(drivername="postgresql+psycopg")
    engine = create_engine(place)
    with engine.connect() as connection:
        fill(connection, videos, now=START)
        let_wait(connection, waiting)
        blank(connection, before=START - KEPT)
    engine.dispose()


async def _in_turn(
    opened: Mapping[str, Harness], act: Act, rounds: int
) -> Mapping[str, list[float]]:
    """How many milliseconds each took, by size."""
    took: dict[str, list[float]] = {size: [] for size in opened}
    for _ in range(rounds):
        for size, middle in opened.items():
            took[size].append(1000 * await act(middle))
            await middle.clock.advance(REST)
    return took


def _compared(what: str, took: Mapping[str, list[float]]) -> Iterator[Figure]:
    """A figure for each size, compared with the empty database."""
    empty = median(next(iter(took.values())))
    for size, each in took.items():
        yield Figure(
            what=f"{what}, {size}", measured=median(each), unit="ms", bare=empty, ratio_target=1.1
        )


async def _command(middle: Harness, *, user: int) -> float:
    """Order a video, whose card arrives; the seconds until all of that is saved."""
    began = time.perf_counter()
    card = await middle.accept(user=user)
    await middle.videos.answered(card.task.id, message_id=500)
    seconds = time.perf_counter() - began
    await middle.videos.cancel(card.task.id, by=user, may_moderate=False)
    return seconds


async def _video(middle: Harness) -> float:
    """Order a video, and let the next one in the queue be made."""
    began = time.perf_counter()
    await middle.ask(user=SOMEBODY, server=SOMEBODY)
    await middle.clock.advance(10)
    number = len(middle.api.submitted)
    for progress in LOOKS:
        middle.api.say(number, progress=progress)
        await middle.clock.advance(12)
    middle.api.finish(number)
    task_id = middle.api.submitted[number - 1]
    await middle.engine.called_back(task_id, None)
    await middle.clock.advance(24)
    assert await middle.state(task_id) is State.COMPLETED
    return time.perf_counter() - began


async def _nothing(middle: Harness) -> float:
    """What a process does by itself in the time that a video took."""
    began = time.perf_counter()
    await middle.clock.advance(WATCHED)
    return time.perf_counter() - began


_ACTS: Mapping[str, tuple[Act, int]] = {
    "a command": (partial(_command, user=SOMEBODY), COMMANDS),
    "a command of whoever has most videos": (partial(_command, user=PERSON), COMMANDS),
    "a video, in 70 s": (_video, VIDEOS),
    "70 s without one": (_nothing, VIDEOS),
}
