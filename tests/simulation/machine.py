"""A bot that Hypothesis starts and stops on the real store, and what always has to hold."""

import asyncio
import random
from collections import Counter
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis.stateful import RuleBasedStateMachine, invariant

from bot.clock import SteadyClock
from bot.db.sqlite import SqliteStore
from bot.db.store import open_store
from bot.db.unit_of_work import InlineExecutor
from bot.video.doors.hearing import Ears
from bot.video.doors.videos import VideoService
from bot.video.life.engine import Engine
from bot.video.limits.effective import Limits
from bot.video.values.prices import CREDIT, PRICES
from tests.fakes import FakeApi, FakeClock, FakeFilms, RecordingAnnouncer, settle
from tests.simulation.storage import OwnLease, empty

SERVER, CHANNEL, PEOPLE, SAM = 1, 11, (101, 102), 500
AT_ONCE, DAILY = 2, 120 * CREDIT
LIMITS = Limits(daily=DAILY, at_once=AT_ONCE, bot_daily=None)
UNDO = timedelta(seconds=4)


@dataclass(frozen=True, kw_only=True)
class Copy:
    """A copy of the database, and what stood in the world when it was taken."""

    file: Path
    tasks: list[str]
    queue: list[str]  # what waits in it
    acted_for: set[int]
    stopped: dict[str, int]
    submissions: int


class Machine(RuleBasedStateMachine):
    """The world of `tests.fakes` outlives each start."""

    def __init__(self, url: str) -> None:
        super().__init__()
        empty(url)
        self.url = url
        self.runner = asyncio.Runner()
        self.clock = FakeClock()
        self.api = FakeApi(self.clock)
        self.announcer = RecordingAnnouncer(self.clock)
        self.tasks: list[str] = []
        self.unanswered: list[str] = []
        self.heard: list[tuple[datetime, int, int]] = []  # when which interaction, and whose
        self.acted_for: set[int] = set()
        self.stopped: dict[str, int] = {}  # how often submitted before they were, by task
        self.folder = TemporaryDirectory()
        self.copy: Copy | None = None
        self.starts = count(1)
        self.runner.run(self.start())

    async def start(self) -> None:
        self.steady = SteadyClock(self.clock)
        self.stack = AsyncExitStack()
        self.store = await self.stack.enter_async_context(
            open_store(self.url, clock=self.steady, executor=InlineExecutor())
        )
        self.engine = Engine(
            store=self.store,
            api=self.api,
            films=FakeFilms(),
            announcer=self.announcer,
            lease=OwnLease(owner=self.store.lease.owner),
            clock=self.steady,
            slots=2,
            limits=LIMITS,
            undo=UNDO,
            limit=timedelta(hours=1),
            callback_url=lambda task_id: f"https://bot.example/{task_id}",
            witness=self.store if isinstance(self.store, SqliteStore) else None,
        )
        self.videos = VideoService(
            store=self.store,
            clock=self.steady,
            choose=random.Random(next(self.starts)).choice,
            limits=LIMITS,
            prices=PRICES,
            cards=self.engine.cards,
            undo=UNDO,
            owner=self.store.lease.owner,
            notify=self.engine.notify,
        )
        self.ears = Ears(start=self.store.lease.owner << 32)
        await self.engine.resume()
        self.running = asyncio.create_task(self.engine.run())
        await settle()

    async def stop(self) -> None:
        self.running.cancel()
        with suppress(asyncio.CancelledError):
            await self.running
        await self.stack.aclose()

    def teardown(self) -> None:
        self.runner.run(self.stop())
        self.runner.close()
        self.folder.cleanup()

    @invariant()
    def ledgers_are_right(self) -> None:
        assert self.runner.run(self.store.tx(lambda books: books.discrepancies())) == []

    @invariant()
    def nobody_is_past_a_limit(self) -> None:
        since = self.steady.now() - timedelta(days=1)
        for user in PEOPLE:
            active = self.runner.run(self.store.tx(lambda b, u=user: b.active(SERVER, u))).here
            uses = self.runner.run(self.store.tx(lambda b, u=user: b.uses(u, since=since)))
            assert active <= AT_ONCE
            assert sum(use.price for use in uses if not use.is_returned) <= DAILY
            assert sum(use.price for use in uses) <= 2 * DAILY

    @invariant()
    def nothing_is_booked_twice_or_unanswered(self) -> None:
        booked = len(self.api.tasks)
        assert booked <= len(set(self.api.submitted))
        assert not set(self.api.submitted) & set(self.unanswered)

    @invariant()
    def nothing_is_submitted_that_was_stopped(self) -> None:
        submitted = Counter(self.api.submitted)
        assert all(submitted[task] == times for task, times in self.stopped.items()), "went on"
