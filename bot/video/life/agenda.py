"""One heap of due times for all keys, instead of one task or timer per video.

Callers define the work."""

import asyncio
import heapq
import itertools
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from bot.clock import Clock
from bot.errors import CommitUnknown, LeaseLost, StorageDown

log = logging.getLogger(__name__)

AFTER_A_FAULT = timedelta(seconds=10)
LONGEST = 900.0  # seconds; later times are checked again by then, in case the clock is set

# Does what is due for a key; returns when to look again, or None for never.
Work = Callable[[str], Awaitable[datetime | None]]


class Agenda:
    """Runs `work(key)` when due: never twice at once for a key, at most `width` at once."""

    def __init__(self, work: Work, *, clock: Clock, width: int, name: str) -> None:
        self._work = work
        self._clock = clock
        self._width = width
        self._name = name
        self._due: dict[str, float] = {}  # on the monotonic clock, which nobody sets
        self._heap: list[tuple[float, int, str]] = []
        self._counter = itertools.count()
        self._running: dict[str, asyncio.Task[None]] = {}
        self._again: dict[str, float] = {}
        self._news = asyncio.Event()
        self._is_finishing = False

    def put(self, key: str, at: datetime) -> None:
        """Look at `key` at this time, or earlier if that is planned already."""
        wait = min((at - self._clock.now()).total_seconds(), LONGEST)
        self._put(key, self._clock.monotonic() + wait)

    def _put(self, key: str, at: float) -> None:
        if key in self._running:  # the next look starts when this one ends
            self._again[key] = min(at, self._again.get(key, at))
            return
        planned = self._due.get(key)
        if planned is not None and planned <= at:
            return
        self._due[key] = at
        heapq.heappush(self._heap, (at, next(self._counter), key))
        self._news.set()

    def drop(self, key: str) -> None:
        """Forget a planned look."""
        self._due.pop(key, None)
        self._again.pop(key, None)

    async def cancel(self, key: str) -> bool:
        """Forget `key` and stop its running work; returns whether there was any."""
        self.drop(key)
        if (running := self._running.get(key)) is None:
            return False
        running.cancel()
        await asyncio.wait([running])
        return True

    def __len__(self) -> int:
        return len(self._due)

    async def run(self) -> None:
        """Work forever; cancelling this cancels the running work."""
        try:
            while True:
                self._news.clear()
                await self._rest(self._start_due())
        finally:
            await self._cancel_running()

    async def finish(self) -> None:
        """Start nothing more and wait for the running work."""
        self._is_finishing = True
        while self._running:
            await asyncio.wait(list(self._running.values()))

    def _start_due(self) -> float | None:
        """Start what is due; returns the time of the next key, or None if only news can help."""
        now = self._clock.monotonic()
        while self._heap and len(self._running) < self._width and not self._is_finishing:
            at, _, key = self._heap[0]
            if self._due.get(key) == at:
                if at > now:
                    return at
                del self._due[key]
                self._start(key)
            heapq.heappop(self._heap)
        return None

    def _start(self, key: str) -> None:
        task = asyncio.create_task(self._do(key), name=f"{self._name} {key}")
        self._running[key] = task
        task.add_done_callback(lambda _: self._stopped(key))

    def _stopped(self, key: str) -> None:
        self._running.pop(key, None)
        if (again := self._again.pop(key, None)) is not None:
            self._put(key, again)
        self._news.set()

    async def _do(self, key: str) -> None:
        try:
            again = await self._work(key)
        except LeaseLost:
            return  # other processes do it
        except (StorageDown, CommitUnknown):  # the store says so
            again = self._clock.now() + AFTER_A_FAULT
        except Exception:  # the edge of a loop: one broken row must not stop the others
            log.exception("%s of %s failed", self._name, key, extra={"action": "agenda_fault"})
            again = self._clock.now() + AFTER_A_FAULT
        if again is not None:
            self.put(key, again)

    async def _rest(self, until: float | None) -> None:
        if until is None:
            await self._news.wait()
            return
        seconds = until - self._clock.monotonic()
        if seconds > 0:
            await wait_for_news(self._news, self._clock, seconds)
        else:
            await asyncio.sleep(0)

    async def _cancel_running(self) -> None:
        running = list(self._running.values())
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)


async def wait_for_news(news: asyncio.Event, clock: Clock, seconds: float) -> None:
    """Return at the event, or after `seconds` of the clock."""
    waits = [asyncio.ensure_future(news.wait()), asyncio.ensure_future(clock.sleep(seconds))]
    try:
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for wait in waits:
            wait.cancel()
        await asyncio.gather(*waits, return_exceptions=True)
