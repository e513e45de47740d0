"""Drives accepted videos to their end: composes submitting, polling, showing and delivering.

The database is the engine's memory: a start reads it and continues where the last one ended."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta

from bot.clock import Clock, steady
from bot.errors import CommitUnknown, LeaseLost, StorageDown
from bot.video.clock_steps import StepWatch
from bot.video.doors.cards import Cards
from bot.video.life.agenda import wait_for_news
from bot.video.life.balance import BalanceWatch
from bot.video.life.board_posts import BoardPosts
from bot.video.life.deferred import Deferred
from bot.video.life.delivery import Delivery
from bot.video.life.fence import Fence
from bot.video.life.overview import recover
from bot.video.life.poller import Poller
from bot.video.life.progress import Progress
from bot.video.life.reconciliation import called_back
from bot.video.life.restored import end_old_queue
from bot.video.life.shut_out import Everywhere, ShutOut
from bot.video.life.submitter import STORAGE_SECONDS, Submitter
from bot.video.life.sweeper import Sweeper
from bot.video.limits.effective import Limits
from bot.video.ports.edges import (
    NOBODY,
    Announcer,
    Films,
    Lease,
    Others,
    PatientStore,
    Servers,
    VideoApi,
    Witness,
)
from bot.video.ports.meters import UNMETERED, Meters
from bot.video.privacy.sweep import Sweep
from bot.video.values.prices import PRICES, Prices
from bot.video.values.videos import VideoTask

log = logging.getLogger(__name__)

TAKE_OVER = 3.0  # seconds between looks for a dead process's videos, if no hint comes
REST = 0.5  # seconds until another look after one that found some: somebody may leave its share


class Engine:
    """Everything that runs by itself. The rest of the program wakes it with `notify`."""

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
        meters: Meters = UNMETERED,
        others: Others = NOBODY,
    ) -> None:
        self._others = others
        self._freed = asyncio.Event()
        self._meters = meters
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
            follow=self._begun,
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
            store=driven,
            api=api,
            lease=lease,
            clock=clock,
            limit=limit,
            show=lambda task_id: self.progress.touch(task_id),
            notify=self._changed,
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
            hint=others.hint,
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
            notify=self._changed,
            owed=lambda: self.sweeper.wake(),
            servers=servers,
        )
        self.sweeper = Sweeper(
            store=driven,
            lease=lease,
            clock=clock,
            delivery=self.delivery,
            boards=self.boards,
            watched=self.progress.watch,
            rested=self.submitter.wake,  # the operator may have ended a pause
        )
        self._deferred = Deferred(store=driven, announcer=announcer, lease=lease, clock=clock)
        self._balance = BalanceWatch(
            store=driven, api=api, lease=lease, prices=prices, clock=clock, news=self.sweeper.wake
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

    def notify(self, task_id: str = "") -> None:
        """Wake whoever is concerned by news of a task, or without one by news of posts."""
        if task_id:
            self.poller.agenda.put(task_id, self._clock.now())
        self._changed(task_id)

    def _begun(self, task: VideoTask) -> None:
        self.poller.follow(task)
        self._changed(task.id)

    def _changed(self, task_id: str) -> None:
        if task_id:
            self.progress.touch(task_id)
        self.submitter.wake()
        self.sweeper.wake()

    def _in_loop(self, fn: Callable[[str], None]) -> Callable[[str], None]:
        """`fn` for calls from any thread."""
        loop = asyncio.get_running_loop()

        def call(task_id: str) -> None:
            with suppress(RuntimeError):  # the loop is closed
                loop.call_soon_threadsafe(fn, task_id)

        return call

    def heard(self, task_id: str) -> None:
        """Look where another process hints: at a task, or without one at work that is free."""
        if task_id:
            self.progress.heard(task_id)
            self.sweeper.wake()
        self._freed.set()

    async def called_back(self, task_id: str, candidate: str | None) -> bool:
        """Handle a callback for a task; returns False if there is no such task."""
        is_known = await self._store.tx(called_back, task_id, candidate, self._clock.now())
        if is_known:
            self.poller.agenda.put(task_id, self._clock.now())
        return is_known

    async def resume(self) -> None:
        """Take over what earlier processes left; the rows hold everything. If the lease is lost,
        whoever watches it ends this process."""
        await self._lasting(self._resume)

    async def _resume(self) -> None:
        await self._driven.tx(end_old_queue, self._clock.now())
        await self._take_over("Resuming %s of earlier processes")
        await self._steps.catch_up()
        await self._deferred.resume()
        await self._read_due()
        await self.sweeper.sweep()

    async def _take_over(self, told: str = "Took over %s of a process that ended") -> int:
        """Take this process's share of the videos without a driver; returns how many."""
        found = await self._driven.tx(
            recover, self._lease.owner, self._has_callbacks, self._clock.now()
        )
        if not found:
            return 0
        self._meters.took_over(found)
        videos = "1 video" if found == 1 else f"{found:,} videos"
        log.info(told, videos, extra={"action": "take_over"})
        await self._read_due()
        self.submitter.wake()
        self.sweeper.wake()
        return found

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
            "cards": self.delivery.cards.run,
            "boards": self.boards.agenda.run,
            "sweeper": self.sweeper.run,
            "deferred": self._deferred.run,
            "heir": self._heir,
            "balance": self._balance.run,
            "words": self._words.run,
            "shut out": self._shut_out.run,
            "steps": self._steps.run,
        }
        if self._lease.is_shared:
            self._others.listen(self._in_loop(self.heard))
        async with asyncio.TaskGroup() as group:
            for name, loop in loops.items():
                group.create_task(self._lasting(loop), name=name)

    async def _lasting(self, loop: Callable[[], Awaitable[None]]) -> None:
        """Run a loop that survives a storage outage, and ends when the lease is lost."""
        while True:
            try:
                return await loop()
            except LeaseLost:
                return  # other processes continue
            except (StorageDown, CommitUnknown):  # the store says so
                await self._clock.sleep(STORAGE_SECONDS)

    async def close(self) -> None:
        """Start nothing more, and wait for open calls to the outside world."""
        await self.submitter.close()
        await self.delivery.agenda.finish()
        await self.delivery.films.finish()
        await self.delivery.cards.finish()
        await self.boards.agenda.finish()

    async def _times_moved(self) -> None:
        """Wake everything after the clock was set and due times moved."""
        self.poller.forget()
        await self._read_due()
        self._changed("")

    async def _heir(self) -> None:
        """Where processes share a database, take over a dead one's videos, and look for due work
        that a callback or press created in another process."""
        found = 0
        while self._lease.is_shared:
            await self._read_due()
            self.progress.look_again()
            self.submitter.wake()  # another process's commit may have freed a slot
            self.sweeper.wake()
            self._freed.clear()
            await wait_for_news(self._freed, self._clock, REST if found else TAKE_OVER)
            found = await self._take_over()
