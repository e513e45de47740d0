"""Submits queued tasks to the API, one slot at a time: commits the intent first, never sends twice.

`gate.py` says when to stop and probe; `turns.py`, whose turn it is."""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeVar

from bot.clock import Clock
from bot.errors import ApiError, Cause, Certainty, CommitUnknown, LeaseLost, StorageDown
from bot.outages import level
from bot.video.life import tracker
from bot.video.life.agenda import wait_for_news
from bot.video.life.agreed_gate import Act, AgreedGate
from bot.video.life.claiming import Claim, claim_next, unclaim
from bot.video.life.gate import Gate, Pause, SavedGate
from bot.video.life.own_way import OwnWay
from bot.video.life.reconciliation import doubt
from bot.video.life.refused import (
    give_up,
    pause_for,
    pays_for_any,
    put_back,
    reject,
    step_back,
    trial_of,
)
from bot.video.life.shut_out import Everywhere, turn_away
from bot.video.life.verdicts import Verdict, counts, verdict, wait_after
from bot.video.limits.effective import Limits
from bot.video.outbox.notices import tell_operator
from bot.video.ports.books import Books
from bot.video.ports.edges import Lease, Servers, Store, VideoApi, Witness
from bot.video.values.prices import agrees
from bot.video.values.videos import State, VideoTask

log = logging.getLogger(__name__)

REFUSALS = frozenset({Cause.REJECTED, Cause.POLICY})
BREATH = 0.1  # seconds after a vain look in which news gathers for the next
BUSY_SECONDS = 30.0  # after a 429 without Retry-After
LEASE_SECONDS = 1.0  # between checks of a lease that was not renewed in time
STORAGE_SECONDS = 1.0  # between tries to write while storage is down

T = TypeVar("T")


class Submitter:
    """The only place that starts paid work. `callback_url` returns a task's address, or None;
    `follow` hears of each task that the API has, `notify` of all other news."""

    def __init__(
        self,
        *,
        store: Store,
        api: VideoApi,
        lease: Lease,
        clock: Clock,
        slots: int | None,
        limits: Limits,
        callback_url: Callable[[str], str | None],
        follow: Callable[[VideoTask], None],
        notify: Callable[[str], None],
        servers: Servers | None = None,
        witness: Witness | None = None,
    ) -> None:
        self.gate = Gate(most=slots)
        self._agreed = AgreedGate(self.gate, store=store, lease=lease, clock=clock)
        self._own_way = OwnWay(api=api, clock=clock)
        self._store = store
        self._api = api
        self._lease = lease
        self._clock = clock
        self._slots = slots
        self._limits = limits
        self._callback_url = callback_url
        self._follow = follow
        self._notify = notify
        self._servers = servers or Everywhere()
        self._witness = witness
        self._news = asyncio.Event()
        self._claiming = asyncio.Lock()
        self._under_way: dict[str, asyncio.Task[None]] = {}
        self._is_closing = False
        self._knows_other_price = False
        self._unseen: int | None = None  # a submission that the witness could not save

    def wake(self) -> None:
        """Note that there may be a task to submit, or a free slot."""
        self._news.set()

    async def run(self) -> None:
        """Submit forever."""
        while not self._is_closing:
            self._news.clear()
            seconds = await self._turn()
            if seconds != 0:
                await self._clock.sleep(BREATH)
            if seconds is None:
                await self._news.wait()
            elif seconds > 0:
                await wait_for_news(self._news, self._clock, seconds)

    async def close(self) -> None:
        """Start nothing more, and wait for open submissions."""
        self._is_closing = True
        self._news.set()
        async with self._claiming:
            pass  # a claim being written goes on, or we could not tell that it was not sent
        while self._under_way:
            await asyncio.wait(list(self._under_way.values()))

    async def _turn(self) -> float | None:
        """Do one thing; returns the seconds to rest, or None to wait for news."""
        if self._agreed.is_shared and (seconds := await self._own_way.clear_in()) > 0:
            return seconds
        if self.gate.pause is not None:
            return await self._probe()
        if not self.gate.is_open:
            return None
        if not self._lease.is_held():  # it may be renewed, or lost for good
            return None if self._lease.is_lost else LEASE_SECONDS
        if self._unseen is not None and self._witness is not None:
            await self._witness.saw(self._unseen)  # while it cannot, nothing is claimed
            self._unseen = None
        now = self._clock.now()
        async with self._claiming:
            claim = await self._claim(now)
            if isinstance(claim, Claim):
                self._start(claim)
                return 0.0
            if isinstance(claim, SavedGate):
                self._agreed.take(claim)
                return 0.01
        return None if claim is None else max(0.01, (claim - now).total_seconds())

    async def _claim(self, now: datetime) -> Claim | SavedGate | datetime | None:
        owner, last, known = self._lease.owner, self.gate.refused, self._agreed.known
        try:
            args = owner, self._slots, self._limits, now, last, known
            return await self._store.tx(claim_next, *args)
        except CommitUnknown:
            await self._keep(lambda books: unclaim(books, owner, but=self._under_way))
            raise

    async def _probe(self) -> float:
        if (seconds := await self._agreed.probe_in()) > 0 or self.gate.pause is None:
            return seconds
        is_good = await self._answers_well()
        now = self._agreed.now()
        await self._turn_gate(Gate.reopen if is_good else lambda gate: gate.probe_failed(now))
        return 0.0

    async def _answers_well(self) -> bool:
        """Whether the API answers, and with enough credits if they were short."""
        try:
            balance = await self._api.balance()
        except ApiError as error:
            said = "Videos stay paused, since the video API said: %s"
            log.log(level(error), said, error, extra={"action": "probe"})
            return False
        is_short = self.gate.pause is Pause.CREDIT
        return not is_short or await self._store.tx(pays_for_any, balance)

    async def _turn_gate(self, act: Act, write: Callable[[Books], T] | None = None) -> T | None:
        """Open or shut the gate, for all processes, in the transaction that saves why; returns what
        `write` does."""
        if not self._agreed.needs(act):
            note = self._agreed.act(act)
            if note is None and write is None:
                return None
            return await self._keep(lambda books: (note and note(books), write and write(books))[1])
        agree, kept = self._agreed.begin(act), None
        try:
            kept = await self._keep(lambda books: (agree(books), write and write(books)))
        finally:
            self._agreed.end(None if kept is None else kept[0])
        return None if kept is None else kept[1]

    def _start(self, claim: Claim) -> None:
        self.gate.under_way += 1
        work = asyncio.create_task(self._safely(claim), name=f"submit {claim.task.id}")
        self._under_way[claim.task.id] = work
        work.add_done_callback(lambda work: self._stopped(claim.task.id, work))

    def _stopped(self, task_id: str, work: asyncio.Task[None]) -> None:
        self.gate.under_way -= 1
        self._under_way.pop(task_id, None)
        if not work.cancelled() and (error := work.exception()) is not None:
            log.error("Left a submission to the next start", exc_info=error)
        self.wake()

    async def _safely(self, claim: Claim) -> None:
        """Submit; treats an unforeseen error as a doubt, so that nothing stays half submitted."""
        try:
            await self._submit(claim)
        except Exception:
            log.exception("A submission failed unexpectedly and is in doubt")
            has_callback = self._callback_url(claim.task.id) is not None
            await self._doubt(claim.task, has_callback)
            self._notify(claim.task.id)

    async def _submit(self, claim: Claim) -> None:
        task = claim.task
        url = self._callback_url(task.id)
        if not self._lease.is_held():
            # Nothing was sent. If others took over by now, this changes nothing.
            await self._keep(lambda books: books.move(task, State.QUEUED, submitted_at=None))
            return
        if await self._servers.admits(task.server_id) is False:
            await self._keep(lambda books: turn_away(books, task, self._clock.now()))
            self._notify(task.id)
            return
        if not await self._is_seen(claim):
            return
        try:
            update = await self._api.submit(claim.request, task_id=task.id, callback_url=url)
        except ApiError as error:
            await self._refused(task, error, has_callback=url is not None)
        else:
            self._own_way.trust()
            now = self._clock.now()
            begun = await self._turn_gate(
                Gate.succeeded, lambda books: tracker.begin(books, task, update, now)
            )
            await self._compare_price(task.price, update.reserved)
            if begun is not None:
                self._follow(begun)
                return
        self._notify(task.id)

    async def _is_seen(self, claim: Claim) -> bool:
        """Save the submission outside the database, too; without that, it waits."""
        if self._witness is None:
            return True
        try:
            await self._witness.saw(claim.number)
        except StorageDown:
            self._unseen = claim.number
            await self._keep(lambda books: books.move(claim.task, State.QUEUED, submitted_at=None))
            return False
        return True

    async def _compare_price(self, price: int, reserved: float | None) -> None:
        """Tell the operator, once per start, that the price table no longer matches the API."""
        if self._knows_other_price or reserved is None or agrees(price, reserved):
            return
        self._knows_other_price = True
        log.warning("The price table says %d units, but the API reserved %s", price, reserved)
        now = self._clock.now()
        await self._keep(
            lambda books: tell_operator(books, "price", now=now, price=price, reserved=reserved)
        )

    async def _refused(self, task: VideoTask, error: ApiError, *, has_callback: bool) -> None:
        log.warning("Could not submit: %s", error, extra={"task": task.id, "action": "submit"})
        now = self._clock.now()
        if error.sent is Certainty.MAYBE:
            await self._doubt(task, has_callback)
        elif error.cause in REFUSALS:
            await self._keep(lambda books: reject(books, task, error, now))
        else:
            await self._judge(task, error)

    async def _doubt(self, task: VideoTask, has_callback: bool) -> None:
        """Submit nothing more until a probe succeeds; nobody knows what became of this one."""
        self._own_way.doubt()
        now, at = self._clock.now(), self._agreed.now()
        await self._turn_gate(
            lambda gate: gate.shut(Pause.OUTAGE, at),
            lambda books: doubt(books, task, has_callback, now),
        )

    async def _judge(self, task: VideoTask, error: ApiError) -> None:
        """Handle a refusal: pause all until a probe succeeds, or set only this video back."""
        trial = await trial_of(task, error, gate=self.gate, store=self._store, api=self._api)
        now = self._clock.now()
        tries = task.tries + counts(trial)
        match verdict(trial):
            case Verdict.PAUSE:
                pause, at = pause_for(error, trial), self._agreed.now()
                if pause is not Pause.BUSY:
                    self._own_way.doubt()
                seconds = error.retry_after or (BUSY_SECONDS if pause is Pause.BUSY else None)
                await self._turn_gate(
                    lambda gate: gate.shut(pause, at, seconds=seconds),
                    lambda books: put_back(books, task, pause, error, tries, now),
                )
            case Verdict.STEP_BACK:
                wait = max(wait_after(trial), timedelta(seconds=error.retry_after or 0))
                await self._keep(lambda books: step_back(books, task, tries, now + wait))
            case Verdict.END:
                await self._keep(lambda books: give_up(books, task, error, now))

    async def _keep(self, write: Callable[[Books], T]) -> T | None:
        """Write down what the API said, however long storage is down: it must not be lost.

        Moves compare and set, so repeating one after an unknown commit changes nothing.
        """
        while True:
            try:
                return await self._store.tx(write)
            except LeaseLost:
                return None  # for others it is a doubt already
            except (StorageDown, CommitUnknown):
                await self._clock.sleep(STORAGE_SECONDS)
