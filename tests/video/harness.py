"""The middle on a real database (SQLite, inline), with fakes at the other edges."""

import asyncio
import random
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.clock import SteadyClock
from bot.db.store import open_store
from bot.db.unit_of_work import InlineExecutor
from bot.video.doors.intake import ReplyTo
from bot.video.doors.rules import RuleService
from bot.video.doors.videos import VideoService
from bot.video.life.engine import Engine
from bot.video.limits.effective import Limits
from bot.video.ports.edges import Servers
from bot.video.values.asker import Asker
from bot.video.values.cards import Card
from bot.video.values.prices import CREDIT, PRICES
from bot.video.values.videos import State, VideoSpec, VideoTask
from tests.fakes import FakeApi, FakeClock, FakeFilms, RecordingAnnouncer, settle
from tests.orders import order

SERVER, CHANNEL, PERSON, OTHER = 1, 11, 101, 102
UNDO = timedelta(seconds=4)


@dataclass
class Harness:
    """One start of the program's middle."""

    store: Any
    engine: Engine
    videos: VideoService
    clock: FakeClock
    api: FakeApi
    announcer: RecordingAnnouncer
    films: FakeFilms

    async def accept(
        self,
        prompt: str = "a fox",
        *,
        user: int = PERSON,
        server: int = SERVER,
        asker: Asker | None = None,
        **spec,
    ) -> Card:
        asked = order(
            self.videos,
            VideoSpec(prompt=prompt, **spec),
            user=user,
            server=server,
            channel=CHANNEL,
            asker=asker,
        )
        return await self.videos.accept(asked, self.reply_to())

    def reply_to(self) -> ReplyTo:
        until = self.clock.now() + timedelta(minutes=15)
        return ReplyTo(application_id=7, token="secret-token", token_until=until)

    async def ask(self, **kwargs) -> str:
        """Accept a video and let its first response arrive."""
        card = await self.accept(**kwargs)
        await self.videos.answered(card.task.id, message_id=500)
        return card.task.id

    def rules(self) -> RuleService:
        """The service, with the screening that videos have now."""
        return RuleService(
            store=self.store,
            clock=self.clock,
            choose=random.Random().choice,
            notify=self.engine.notify,
            screening=self.videos.screening,
        )

    async def task(self, task_id: str) -> VideoTask:
        return await self.store.tx(lambda books: books.task(task_id))

    async def state(self, task_id: str) -> State:
        return (await self.task(task_id)).state

    async def posts(self, task_id: str) -> dict[str, str]:
        found = await self.store.tx(lambda books: books.posts(task_id))
        return {str(post.kind): str(post.state) for post in found}

    async def bill(self) -> int:
        since = self.clock.now() - timedelta(days=1)
        return await self.store.tx(lambda books: books.billed(since=since, amount=10**12).total)

    async def used(self, user: int = PERSON) -> int:
        asker = Asker(user_id=user, channel_id=CHANNEL)
        return (await self.videos.room(SERVER, asker)).used

    async def books_are_right(self) -> bool:
        return not await self.store.tx(lambda books: books.discrepancies())


Start = Callable[..., AbstractAsyncContextManager[Harness]]


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def api(clock: FakeClock) -> FakeApi:
    return FakeApi(clock)


@pytest.fixture
def announcer(clock: FakeClock) -> RecordingAnnouncer:
    return RecordingAnnouncer(clock)


@pytest.fixture
def films() -> FakeFilms:
    return FakeFilms()


@asynccontextmanager
async def started(
    url: str,
    clock: FakeClock,
    api: FakeApi,
    announcer: RecordingAnnouncer,
    films: FakeFilms,
    *,
    slots: int | None = 3,
    callbacks: bool = False,
    limits: Limits | None = None,
    undo: timedelta = UNDO,
    servers: Servers | None = None,
    chance: random.Random | None = None,
) -> AsyncIterator[Harness]:
    """A start of the program's middle on a database; leaving it is a crash."""
    steady = SteadyClock(clock)
    limits = limits or Limits(daily=None, at_once=None, bot_daily=None)
    async with open_store(url, clock=steady, executor=InlineExecutor()) as store:
        engine = Engine(
            store=store,
            api=api,
            films=films,
            announcer=announcer,
            lease=store.lease,
            clock=steady,
            slots=slots,
            limits=limits,
            undo=undo,
            limit=timedelta(hours=24),
            callback_url=lambda task_id: f"https://bot.example/{task_id}" if callbacks else None,
            servers=servers,
            witness=store,
        )
        videos = VideoService(
            store=store,
            clock=steady,
            choose=(chance or random.Random()).choice,
            limits=limits,
            prices=PRICES,
            cards=engine.cards,
            undo=undo,
            owner=store.lease.owner,
            notify=engine.notify,
        )
        await engine.resume()
        running = asyncio.create_task(engine.run())
        await settle()
        try:
            yield Harness(store, engine, videos, clock, api, announcer, films)
        finally:
            running.cancel()
            with suppress(asyncio.CancelledError):
                await running


@pytest.fixture
def start(sqlite_template: Path, tmp_path: Path, clock: FakeClock, api: FakeApi, announcer, films):
    """`async with start(...) as harness`: as `started`; without a `url`, on a new SQLite file."""
    shutil.copy(sqlite_template, tmp_path / "bot.db")

    def on(*, url: str = f"sqlite:///{tmp_path}/bot.db", **how: Any):
        return started(url, clock, api, announcer, films, **how)

    return on


@pytest.fixture
async def harness(start: Start) -> AsyncIterator[Harness]:
    async with start() as harness:
        yield harness


def limits(*, daily: int | None = None, at_once: int | None = None, bot_daily: int | None = None):
    """Limits in credits."""
    return Limits(
        daily=None if daily is None else daily * CREDIT,
        at_once=at_once,
        bot_daily=None if bot_daily is None else bot_daily * CREDIT,
    )
