"""Drives accepted films to their end: composes submitting, looking, showing and delivering.

The database is the engine's memory; a start reads it and goes on where the last one ended."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from bot.clock import Clock, steady
from bot.errors import CommitUnknown, LeaseLost, Reason, StorageDown
from bot.video.clock_steps import StepWatch
from bot.video.doors.cards import EXACT_PLACES, Cards
from bot.video.life import tracker
from bot.video.life.agenda import wait_for_news
from bot.video.life.balance import BalanceWatch
from bot.video.life.board_posts import BoardPosts
from bot.video.life.delivery import Delivery
from bot.video.life.fence import Fence
from bot.video.life.poller import Poller
from bot.video.life.progress import Progress
from bot.video.life.reconciliation import UNCONFIRMED_PATIENCE, called_back
from bot.video.life.restored import end_old_queue
from bot.video.life.shut_out import Everywhere, ShutOut
from bot.video.life.submitter import STORAGE_SECONDS, Submitter
from bot.video.limits.effective import Limits
from bot.video.moderation import queue
from bot.video.outbox.ladder import LONGEST_ASKED
from bot.video.ports.books import Books, OwedPost
from bot.video.ports.edges import Announcer, Films, Lease, PatientStore, Servers, VideoApi, Witness
from bot.video.privacy.sweep import Sweep
from bot.video.values.posts import PostKind
from bot.video.values.prices import PRICES, Prices
from bot.video.values.videos import State

log = logging.getLogger(__name__)

SWEEP = 60.0  # seconds; a net behind lost wake-ups
BREATH = 0.1  # seconds after a sweep, in which news gathers for the next
SOON = timedelta(seconds=BREATH)
TAKE_OVER = 5.0  # seconds between looks for films that a dead process drove


class Engine:
    """Everything that goes on by itself. `notify` is how the rest of the program wakes it."""

    def __init__(
        self,
        *,
        store: PatientStore,
        api: VideoApi,
        films: Films,
        announcer: Announcer,
        lease: Lease,
        clock: Clock,
        slots: int | None,
        limits: Limits,
        undo: timedelta,
        limit: timedelta,
        callback_url: Callable[[str], str | None],
        prices: Prices = PRICES,
        servers: Servers | None = None,
        witness: Witness | None = None,
    ) -> None:
        self._news = asyncio.Event()
        clock = steady(clock)
        driven = Fence(store, lease)
        self.submitter = Submitter(
            store=driven,
            api=api,
            lease=lease,
            clock=clock,
            slots=slots,
            limits=limits,
            callback_url=callback_url,
            notify=self.notify,
            servers=servers,
            witness=witness,
        )
        self.cards = Cards(
            slots=slots,
            limits=limits,
            clock=clock,
            is_paused=lambda: self.submitter.gate.pause is not None,
            prices=prices,
        )
        self.poller = Poller(
            store=driven, api=api, lease=lease, clock=clock, limit=limit, notify=self.notify
        )
        self.boards = BoardPosts(
            store=driven,
            cards=self.cards,
            clock=clock,
            deliver=lambda post_id: self.delivery.deliver(post_id),
        )
        self.progress = Progress(
            store=driven,
            announcer=announcer,
            cards=self.cards,
            lease=lease,
            clock=clock,
            touch_board=self.boards.touch,
        )
        self.delivery = Delivery(
            store=driven,
            announcer=announcer,
            films=films,
            cards=self.cards,
            lease=lease,
            clock=clock,
            undo=undo,
            hush=self.progress.hush,
            notify=self.notify,
            servers=servers,
        )
        self._balance = BalanceWatch(
            store=driven, api=api, prices=prices, clock=clock, news=self._news.set
        )
        self._shut_out = ShutOut(
            store=driven, servers=servers or Everywhere(), clock=clock, notify=self.notify
        )
        self._words = Sweep(store=driven, read=store.read, clock=clock)
        self._steps = StepWatch(store=driven, lease=lease, clock=clock, moved=self._times_moved)
        self._store = store
        self._driven = driven
        self._lease = lease
        self._clock = clock
        self._has_callbacks = callback_url("") is not None
        self._next_sweep = clock.monotonic()
        self._is_moved = False

    def notify(self, task_id: str = "") -> None:
        """There is news of a task, or without one of posts: whoever is concerned looks at it."""
        if task_id:
            self.poller.agenda.put(task_id, self._clock.now())
            self.progress.touch(task_id)
        self.submitter.wake()
        self._news.set()

    async def called_back(self, task_id: str, candidate: str | None) -> bool:
        """A callback came for a task; False when there is no such task."""
        is_known = await self._store.tx(called_back, task_id, candidate, self._clock.now())
        if is_known:
            self.poller.agenda.put(task_id, self._clock.now())
        return is_known

    async def resume(self) -> None:
        """Take over what earlier processes left: rows are all there is to know."""
        with suppress(LeaseLost):  # whoever watches the lease ends this process
            await self._driven.tx(end_old_queue, self._clock.now())
            await self._take_over()
            await self._steps.catch_up()
            await self._read_due()
            await self._sweep()

    async def _take_over(self) -> None:
        found = await self._driven.tx(
            recover, self._lease.owner, self._has_callbacks, self._clock.now()
        )
        if not found:
            return
        log.info("Resuming %d films", found, extra={"action": "resume"})
        await self._read_due()
        self.submitter.wake()
        self._news.set()

    async def _read_due(self) -> None:
        for task_id, at in await self._driven.tx(lambda books: books.due(owner=self._lease.owner)):
            self.poller.agenda.put(task_id, at)

    async def run(self) -> None:
        """Work until cancelled."""
        loops = {
            "submitter": self.submitter.run,
            "poller": self.poller.agenda.run,
            "progress": self.progress.agenda.run,
            "delivery": self.delivery.agenda.run,
            "films": self.delivery.films.run,
            "boards": self.boards.agenda.run,
            "sweeper": self._sweeper,
            "heir": self._heir,
            "balance": self._balance.run,
            "words": self._words.run,
            "shut out": self._shut_out.run,
            "steps": self._steps.run,
        }
        async with asyncio.TaskGroup() as group:
            for name, loop in loops.items():
                group.create_task(self._lasting(loop), name=name)

    async def _lasting(self, loop: Callable[[], Awaitable[None]]) -> None:
        """Run a loop that survives storage being away for a while, and ends without the lease."""
        while True:
            try:
                return await loop()
            except LeaseLost:
                return  # others go on
            except (StorageDown, CommitUnknown) as error:
                log.error("Storage is away: %r", error, extra={"action": "storage"})
                await self._clock.sleep(STORAGE_SECONDS)

    async def close(self) -> None:
        """Begin nothing more; wait for what is under way in the outside world."""
        await self.submitter.close()
        await self.delivery.agenda.finish()
        await self.delivery.films.finish()
        await self.boards.agenda.finish()

    async def _sweeper(self) -> None:
        """Hand owed posts to delivery whenever there is news or one comes due, and now and then
        without."""
        while True:
            left = self._next_sweep - self._clock.monotonic()
            await wait_for_news(self._news, self._clock, left)
            self._news.clear()
            if self._is_moved:
                self._is_moved = False
                await self._read_due()
            await self._sweep()
            await self._clock.sleep(BREATH)

    def _times_moved(self) -> None:
        """The clock was set, and what is waited for has moved with it."""
        self._is_moved = True
        self.submitter.wake()
        self._news.set()

    async def _heir(self) -> None:
        """Where processes share a database: take over what another leaves when it dies, and look
        at what became due unknown to us, by a callback or a press that reached another."""
        while self._lease.is_shared:
            await self._read_due()
            self._news.set()
            await self._clock.sleep(TAKE_OVER)
            await self._take_over()

    async def _sweep(self) -> None:
        now = self._clock.now()
        owner = self._lease.owner if self._lease.is_shared else None
        owed, near = await self._driven.tx(survey, now, owner)
        # What is due later is left to a later sweep: of replies, few are still owed by then.
        soon, longest = now + SOON, now + timedelta(seconds=LONGEST_ASKED)
        for each in (each for each in owed if not soon < each.at <= longest):
            if each.kind is PostKind.BOARD:
                self.boards.agenda.put(each.post_id, min(each.at, soon))
            else:
                self.delivery.put(each, min(each.at, soon))
        waits = [(each.at - now).total_seconds() for each in owed if soon < each.at <= longest]
        self._next_sweep = self._clock.monotonic() + min([SWEEP, *waits])
        for task_id in near:
            self.progress.touch(task_id)
        self.submitter.wake()  # a slot may be free by a commit that nobody heard of


def recover(books: Books, owner: int, has_callbacks: bool, now: datetime) -> int:
    """Adopt what no living process drives. What was being submitted may be paid for: unconfirmed,
    and without callbacks nothing can ever tell, so it is lost at once, in true words."""
    adopted = set(books.adopt(owner))
    for task in books.tasks_in(State.SUBMITTING, owner=owner):
        if task.id in adopted:  # and not one that this very process is submitting
            due_at = now if task.candidate is not None else now + UNCONFIRMED_PATIENCE
            books.move(task, State.UNCONFIRMED, due_at=due_at)
    if not has_callbacks:
        for task in books.tasks_in(State.UNCONFIRMED, owner=owner):
            if task.candidate is None:
                tracker.lose(books, task, Reason.OUTCOME_UNKNOWN, now)
    return len(adopted)


def survey(books: Books, now: datetime, owner: int | None) -> tuple[Sequence[OwedPost], list[str]]:
    """The posts that are owed, with when, by `owner` where others deliver too; and the tasks whose
    place in the queue is watched."""
    queue.refresh(books, now)
    return books.owed(owner=owner), near_in_queue(books)


def near_in_queue(books: Books) -> list[str]:
    """The waiting tasks whose place people watch change; a long queue moves too slowly for that."""
    if books.queue_length() > EXACT_PLACES:
        return []
    return [each.task_id for each in books.waiting()]
