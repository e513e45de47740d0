"""Hypothesis orders, holds, approves and wastes videos while a bystander counts."""

import asyncio
import random
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from bot.clock import SteadyClock
from bot.db.store import open_store
from bot.db.unit_of_work import InlineExecutor
from bot.errors import ApiError, Cause, Certainty, Refusal
from bot.video.doors.intake import ReplyTo
from bot.video.doors.settings import change
from bot.video.doors.videos import VideoService
from bot.video.life.engine import Engine
from bot.video.limits.budget import month_of
from bot.video.limits.effective import Limits
from bot.video.moderation import approval
from bot.video.values.prices import CREDIT, PRICES
from bot.video.values.videos import RemoteStatus, VideoRequest, VideoSpec, VideoTask, VideoUpdate
from tests.fakes import FakeApi, FakeClock, FakeFilms, RecordingAnnouncer, settle
from tests.orders import order
from tests.simulation.storage import OwnLease, empty

SERVERS, PEOPLE, SAM = (1, 2), (101, 102, 103), 500
LENGTHS = (3, 5, 10)  # seconds: 16, 27 and 54 credits
CEILINGS, BUDGET, DAILY = (90, 170), 120, 60  # credits
UNDO = timedelta(seconds=4)
DAY = timedelta(days=1)
LATE = datetime.fromisoformat("2026-11-30T12:00:00+00:00")  # half a day before a month ends
WHICH = st.integers(0, 30)  # one of what there is, counted round
TAKEN_BACK = [ApiError(cause, sent=Certainty.NO) for cause in (Cause.CREDIT, Cause.KEY, Cause.BUSY)]
LOST = ApiError(Cause.UNAVAILABLE, sent=Certainty.MAYBE)


@dataclass
class Order:
    """What the API has of ours, as a bystander with a good watch wrote it down."""

    task_id: str
    server_id: int
    price: int
    at: datetime
    is_free: bool = False  # the API says that nothing is charged


@dataclass
class WatchedApi(FakeApi):
    """An API that says when more is ordered than is allowed."""

    orders: list[Order] = field(default_factory=list)
    ceiling: int = 0
    budget: int | None = None  # of the first server
    is_right: bool = True  # the clock, as far as anybody has set it
    broken: list[str] = field(default_factory=list)

    async def submit(
        self, request: VideoRequest, *, task_id: str, callback_url: str | None
    ) -> VideoUpdate:
        before = len(self.tasks)
        try:
            return await super().submit(request, task_id=task_id, callback_url=callback_url)
        finally:
            if len(self.tasks) > before:
                self._write_down(request, task_id)

    def _write_down(self, request: VideoRequest, task_id: str) -> None:
        now, price = self.clock._now, PRICES.price(request.spec)
        self.orders.append(Order(task_id, request.server_id, price, now))
        counted = [each for each in self.orders if not each.is_free]
        day = sum(each.price for each in counted if each.at > now - DAY)
        start, _ = month_of(now)
        mine = [each for each in counted if each.server_id == SERVERS[0] and each.at >= start]
        if day > self.ceiling:
            self.broken.append(f"{day} were ordered in 24 hours at a ceiling of {self.ceiling}")
        is_mine = request.server_id == SERVERS[0] and self.budget is not None and self.is_right
        if is_mine and (month := sum(each.price for each in mine)) > (self.budget or 0):
            self.broken.append(f"{month} were ordered in a month at a budget of {self.budget}")


class Spenders(RuleBasedStateMachine):
    """Holds, releases, outages, restarts, other limits, steps of the clock, and days that pass."""

    def __init__(self, url: str) -> None:
        super().__init__()
        empty(url)
        self.url = url
        self.runner = asyncio.Runner()
        self.clock = FakeClock(LATE)
        self.api = WatchedApi(self.clock)
        self.accepted: list[tuple[datetime, VideoTask]] = []
        self.numbers = count(1)
        self.ceiling = CEILINGS[-1]

    @initialize()
    def begin(self) -> None:
        self.runner.run(self._start())
        self.set_budget(BUDGET)

    async def _start(self) -> None:
        self.api.ceiling = self.ceiling * CREDIT
        limits = Limits(daily=DAILY * CREDIT, at_once=None, bot_daily=self.api.ceiling)
        self.stack, steady = AsyncExitStack(), SteadyClock(self.clock)
        self.store = await self.stack.enter_async_context(
            open_store(self.url, clock=steady, executor=InlineExecutor())
        )
        engine = Engine(
            store=self.store,
            api=self.api,
            films=FakeFilms(),
            announcer=RecordingAnnouncer(self.clock),
            lease=OwnLease(owner=self.store.lease.owner),
            clock=steady,
            slots=None,
            limits=limits,
            undo=UNDO,
            limit=timedelta(days=30),
            callback_url=lambda task_id: None,
        )
        self.videos = VideoService(
            store=self.store,
            clock=steady,
            choose=random.Random(next(self.numbers)).choice,
            limits=limits,
            prices=PRICES,
            cards=engine.cards,
            undo=UNDO,
            owner=self.store.lease.owner,
            notify=engine.notify,
        )
        await engine.resume()
        self.running = asyncio.create_task(engine.run())
        await settle()

    async def _stop(self) -> None:
        self.running.cancel()
        with suppress(asyncio.CancelledError):
            await self.running
        await self.stack.aclose()

    def teardown(self) -> None:
        if hasattr(self, "running"):
            self.runner.run(self._stop())
        self.runner.close()

    @rule(
        user=st.sampled_from(PEOPLE),
        server=st.sampled_from(SERVERS),
        seconds=st.sampled_from(LENGTHS),
        is_held=st.booleans(),
    )
    def order(self, user: int, server: int, seconds: int, is_held: bool) -> None:
        spec = VideoSpec(prompt="a fox", duration=seconds)
        asked = order(self.videos, spec, user=user, server=server)
        until = self.clock.now() + timedelta(minutes=15)
        reply = ReplyTo(application_id=7, token="secret", token_until=until)
        with suppress(Refusal):
            card = self.runner.run(self.videos.accept(asked, reply))
            self.accepted.append((self.clock._now, card.task))
            number = next(self.numbers)
            self.runner.run(self.videos.answered(card.task.id, message_id=number))
            if is_held:
                self._moderate(approval.hold, card.task)
            else:
                self.runner.run(self.clock.advance(10))

    @precondition(lambda self: self.accepted)
    @rule(which=WHICH, does=st.sampled_from([approval.hold, approval.approve, None]))
    def decide(self, which: int, does: object) -> None:
        """A moderator holds or lets go; or its requester cancels."""
        _, task = self.accepted[which % len(self.accepted)]
        if does is None:
            with suppress(Refusal):
                self.runner.run(self.videos.cancel(task.id, by=task.user_id, may_moderate=False))
        else:
            self._moderate(does, task)

    @rule()
    def let_all_go(self) -> None:
        for _, task in self.accepted:
            self._moderate(approval.approve, task)
        self.runner.run(self.clock.advance(60))

    def _moderate(self, does: object, task: VideoTask) -> None:
        with suppress(Refusal):
            self.runner.run(self.videos.moderate(does, (task.server_id, SAM), task.id))  # type: ignore[arg-type]

    @rule(error=st.sampled_from([*TAKEN_BACK, LOST]), times=st.integers(1, 3))
    def go_wrong(self, error: ApiError, times: int) -> None:
        self.api.script = [error] * times

    @rule(is_released=st.booleans())
    def fail_all(self, is_released: bool) -> None:
        """All that the API has ends without a video."""
        for number, ordered in enumerate(self.api.orders, 1):
            if self.api.tasks[f"task-unified-{number}"].update.status is RemoteStatus.PENDING:
                ordered.is_free = is_released
                returned = 1.0 if is_released else 0.0
                ended = {"is_released": is_released, "returned": returned}
                self.api.say(number, status=RemoteStatus.FAILED, **ended)
        self.runner.run(self.clock.advance(200))

    @rule(server=st.sampled_from(SERVERS))
    def hoard(self, server: int) -> None:
        """Fill up with held videos, approve them just before they are a day old, and fill up
        again."""
        for is_held in (True, False):
            for user in PEOPLE:
                self.order(user=user, server=server, seconds=LENGTHS[-1], is_held=is_held)
            if is_held:
                self.wait(minutes=24 * 60 - 10)
                self.let_all_go()
                self.wait(minutes=20)

    @rule(user=st.sampled_from(PEOPLE), is_released=st.booleans())
    def waste(self, user: int, is_released: bool) -> None:
        """Ask again and again for what fails."""
        for _ in range(3):
            self.order(user=user, server=SERVERS[1], seconds=LENGTHS[-1], is_held=False)
            self.fail_all(is_released=is_released)

    @rule(credits=st.sampled_from([None, 60, BUDGET]))
    def set_budget(self, credits: int | None) -> None:
        self.runner.run(self.videos.moderate(change, (SERVERS[0], SAM), "budget", credits))
        self.api.budget = None if credits is None else credits * CREDIT

    @rule(minutes=st.sampled_from([1, 60, 12 * 60, 24 * 60 - 10, 24 * 60]))
    def wait(self, minutes: int) -> None:
        self.runner.run(self.clock.jump(minutes * 60 - 30))
        self.runner.run(self.clock.advance(30))

    @rule(ceiling=st.sampled_from(CEILINGS))
    def restart(self, ceiling: int) -> None:
        self.ceiling = ceiling
        self.runner.run(self._stop())
        self.runner.run(self._start())

    @rule(hours=st.sampled_from([-1, 1, 48, -48]))
    def set_clock(self, hours: int) -> None:
        self.api.is_right = False
        self.clock.set_by(hours=hours)
        self.runner.run(self.clock.advance(60))

    @invariant()
    def no_more_is_ordered_than_ceiling_and_budget_allow(self) -> None:
        assert not self.api.broken, self.api.broken[0]

    @invariant()
    def nobody_costs_more_than_twice_what_they_may_use(self) -> None:
        if not self.accepted or not self.api.is_right:
            return
        counting = {each.task_id for each in self.api.orders if not each.is_free}
        for at, last in self.accepted:
            cost = sum(
                task.price
                for asked, task in self.accepted
                if task.user_id == last.user_id and at - DAY < asked <= at and task.id in counting
            )
            assert cost <= 2 * DAILY * CREDIT, f"{last.user_id} costs more than twice {DAILY}"

    @invariant()
    def the_books_are_right(self) -> None:
        if hasattr(self, "store"):
            assert self.runner.run(self.store.tx(lambda books: books.discrepancies())) == []
