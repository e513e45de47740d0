"""A day of a bot with 100,000 servers: the real engine and rules on a clock of their own.

Discord, the network and the video API are doubles, so this says how long people wait, and how many
calls and statements it takes, not how fast the machine is."""

import gc
import random
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import psutil
from sqlalchemy import Engine as Database
from sqlalchemy import event

from benchmarks.figures import Figure, median, quantile
from benchmarks.traffic import CROWD_AT, HOUR, Ask, Flood, day, floods
from benchmarks.virtual import VirtualApi, VirtualDiscord
from bot.db import upgrade
from bot.errors import Refusal
from bot.video.doors.intake import ReplyTo
from bot.video.doors.settings import change
from bot.video.doors.videos import VideoService
from bot.video.limits.effective import Limits
from bot.video.values.prices import CREDIT
from bot.video.values.videos import UNDER_WAY, VideoSpec
from tests.fakes import FakeClock, FakeFilms
from tests.orders import order
from tests.video.harness import UNDO, started

TITLE = "A simulated day of a bot with 100,000 servers"
SEED = 20261129
ORDERS, SLOTS = 4000, 12  # a day, and videos at the API at once
LIMITS = Limits(daily=100 * CREDIT, at_once=4, bot_daily=150_000 * CREDIT)
BUDGETED, BUDGET = range(1, 11), 1500  # the servers with a budget, and its credits
TOKEN = timedelta(minutes=15)
WARM = 2 * HOUR  # that the day without floods begins before them
SIZES = {
    "the 100 largest": (1, 100),
    "the next 9,900": (101, 10_000),
    "the 90,000 smallest": (10_001, 100_000),
}
LATEST = 60  # times ten minutes that the last videos may take
TICK = 0.001  # seconds; the clock counts no less than a millionth
MIB = 1024 * 1024


@dataclass
class Told:
    """What came of the day's orders."""

    waits: list[tuple[Ask, float]] = field(default_factory=list)
    refused: Counter[tuple[Flood, str]] = field(default_factory=Counter)
    calls: Counter[str] = field(default_factory=Counter)
    statements: int = 0
    longest_queue: int = 0
    memory: list[int] = field(default_factory=list)  # bytes, at each hour

    def of(self, which: Callable[[Ask], bool]) -> list[float]:
        """How long those waited who were served."""
        return [wait for ask, wait in self.waits if which(ask)]


@dataclass
class Bot:
    """The program's middle on a clock that nobody waits for."""

    clock: FakeClock
    store: Any
    videos: VideoService
    accepted: dict[str, Ask] = field(default_factory=dict)

    async def ask(self, ask: Ask, told: Told) -> None:
        """What happens between a command and its card. Refusals are counted."""
        spec = VideoSpec(prompt="a fox in the snow", duration=ask.seconds)
        asked = order(self.videos, spec, user=ask.user, server=ask.server, channel=ask.server)
        until = self.clock.now() + TOKEN
        try:
            card = await self.videos.accept(
                asked, ReplyTo(application_id=1, token="t", token_until=until)
            )
        except Refusal as refusal:
            told.refused[ask.flood, refusal.reason] += 1
            return
        self.accepted[card.task.id] = ask
        await self.videos.answered(card.task.id, message_id=len(self.accepted))
        told.calls["Discord: first responses"] += 1


async def measure(*, is_quick: bool) -> list[Figure]:
    """A day with floods, and the same evening without them."""
    scale = 0.05 if is_quick else 1.0
    usual = day(random.Random(SEED), round(ORDERS * scale))
    flooded = sorted([*usual, *floods(random.Random(SEED + 1), scale)], key=lambda each: each.at)
    evening = [each for each in usual if -WARM <= each.at - CROWD_AT < HOUR]
    slots = max(2, round(SLOTS * scale))
    told, calm = await simulated(flooded, slots), await simulated(evening, slots)
    return [*_waits(told), *_effect(told, calm), *_refusals(told), *_costs(told)]


async def simulated(asks: Sequence[Ask], slots: int) -> Told:
    """Let these people order, and wait until everything is made."""
    told = Told()
    with tempfile.TemporaryDirectory(prefix="video-bot-bench-") as folder, _counted(told):
        async with opened(f"sqlite:///{Path(folder) / 'bot.db'}", told, slots) as bot:
            await _live(bot, asks, told)
            told.waits = await _read_waits(bot)
    return told


async def _live(bot: Bot, asks: Iterable[Ask], told: Told) -> None:
    began = bot.clock.monotonic()
    hour = 0.0
    for ask in asks:
        while (due := began + ask.at - bot.clock.monotonic()) > TICK:
            await bot.clock.advance(min(due, HOUR))
        await bot.ask(ask, told)
        if ask.at >= hour:
            hour = ask.at + HOUR
            gc.collect()
            told.memory.append(psutil.Process().memory_info().rss)
        waiting = await bot.store.tx(lambda books: len(books.survey(most=10**6).near))
        told.longest_queue = max(told.longest_queue, waiting)
    for _ in range(LATEST):
        if not await bot.store.tx(lambda books: books.task_ids_in(UNDER_WAY)):
            return
        await bot.clock.advance(600)


async def _read_waits(bot: Bot) -> list[tuple[Ask, float]]:
    """From the order to the submission, in seconds."""
    found = []
    for task_id, ask in bot.accepted.items():
        task = await bot.store.tx(lambda books, each=task_id: books.task(each))
        if task.submitted_at is not None:
            found.append((ask, (task.submitted_at - task.created_at).total_seconds()))
    return found


@asynccontextmanager
async def opened(url: str, told: Told, slots: int) -> AsyncIterator[Bot]:
    """A running engine, with its doubles."""
    upgrade(url)
    clock = FakeClock()
    async with started(
        url,
        clock,
        VirtualApi(clock=clock, chance=random.Random(SEED), calls=told.calls),
        VirtualDiscord(clock=clock, calls=told.calls),
        FakeFilms(),
        slots=slots,
        limits=LIMITS,
        undo=UNDO,
        chance=random.Random(SEED),
    ) as middle:
        for server in BUDGETED:
            await middle.videos.moderate(change, (server, 1), "budget", BUDGET)
        yield Bot(clock=clock, store=middle.store, videos=middle.videos)


@contextmanager
def _counted(told: Told) -> Iterator[None]:
    def seen(_: object, __: object, statement: str, *___: object) -> None:
        told.statements += not statement.startswith(("BEGIN", "SAVEPOINT", "RELEASE", "COMMIT"))

    event.listen(Database, "before_cursor_execute", seen)
    try:
        yield
    finally:
        event.remove(Database, "before_cursor_execute", seen)


def _waits(told: Told) -> Iterator[Figure]:
    asked = Counter(ask.user for ask, _ in told.waits)
    for name, (first, last) in SIZES.items():
        yield from _spread(
            f"wait in {name} servers",
            told.of(lambda a, f=first, t=last: a.flood is Flood.NONE and f <= a.server <= t),
        )
    for name, low, high in (("1 video", 1, 1), ("2 or 3", 2, 3), ("more", 4, 10**6)):
        yield from _spread(
            f"wait of people with {name} that day",
            told.of(lambda a, f=low, t=high: a.flood is Flood.NONE and f <= asked[a.user] <= t),
        )


def _effect(told: Told, calm: Told) -> Iterator[Figure]:
    def is_other(ask: Ask) -> bool:
        return ask.flood is Flood.NONE and CROWD_AT <= ask.at < CROWD_AT + HOUR

    yield from _spread("wait of others in the crowd's hour", told.of(is_other))
    yield from _spread("wait of the same without the crowd", calm.of(is_other))
    for flood in (Flood.CROWD, Flood.PERSON, Flood.WANDERER):
        yield from _spread(f"wait of {flood}", told.of(lambda a, of=flood: a.flood is of))


def _refusals(told: Told) -> Iterator[Figure]:
    for (flood, reason), count in sorted(told.refused.items()):
        yield Figure(what=f"refused, {flood}: {reason}", measured=count, unit="")


def _costs(told: Told) -> Iterator[Figure]:
    videos = len(told.waits)
    servers, people = ({getattr(ask, name) for ask, _ in told.waits} for name in ("server", "user"))
    yield Figure(what="videos", measured=videos, unit="")
    yield Figure(what="servers with a video", measured=len(servers), unit="")
    yield Figure(what="people with a video", measured=len(people), unit="")
    yield Figure(what="most videos that waited at once", measured=told.longest_queue, unit="")
    for name, count in sorted(told.calls.items()):
        yield Figure(what=f"{name}, a video", measured=count / videos, unit="")
    yield Figure(what="statements, a video", measured=told.statements / videos, unit="")
    grown = (told.memory[-1] - told.memory[len(told.memory) // 4]) / MIB
    yield Figure(what="memory at its most", measured=max(told.memory) / MIB, unit="MiB")
    yield Figure(what="memory more at the end than after a quarter", measured=grown, unit="MiB")


def _spread(what: str, waits: Sequence[float]) -> Iterator[Figure]:
    if not waits:
        return
    yield Figure(what=f"{what}, median", measured=median(waits), unit="s")
    for share in (0.95, 0.99):
        yield Figure(what=f"{what}, {share:.0%}", measured=quantile(waits, share), unit="s")
