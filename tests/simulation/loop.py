"""An asyncio event loop on a virtual clock: one callback per step, killed between any two."""

import asyncio
import heapq
import itertools
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

START = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


class SimulatedLoop(asyncio.AbstractEventLoop):
    """Does nothing by itself; `now` gives seconds. `faults` are what nobody handled."""

    def __init__(self, now: Callable[[], float]) -> None:
        self.is_dead = False
        self.faults: list[str] = []
        self._now = now
        self._ready: deque[asyncio.Handle] = deque()
        self._timers: list[tuple[float, int, asyncio.TimerHandle]] = []
        self._counter = itertools.count()

    def step(self) -> bool:
        """Run the next callback that is due; False when there is none."""
        self._wake()
        while self._ready:
            handle = self._ready.popleft()
            if not handle.cancelled():
                asyncio._set_running_loop(self)
                try:
                    handle._run()  # type: ignore[attr-defined]
                finally:
                    asyncio._set_running_loop(None)
                return True
        return False

    def next_at(self) -> float | None:
        """When the next timer is due."""
        while self._timers and self._timers[0][2].cancelled():
            heapq.heappop(self._timers)
        return self._timers[0][0] if self._timers else None

    def bury(self) -> None:
        """Free what a kill left behind, once nobody looks any more."""
        for _ in range(20):
            mourned = [task for task in asyncio.all_tasks(self) if not task.done()]
            if not mourned:
                return
            for task in mourned:
                task.cancel()
            while self.step():
                pass

    def _wake(self) -> None:
        while (at := self.next_at()) is not None and at <= self._now():
            self._ready.append(heapq.heappop(self._timers)[2])

    # What asyncio asks of a loop

    def time(self) -> float:
        return self._now()

    def call_soon(self, callback: Any, *args: Any, context: Any = None) -> asyncio.Handle:
        handle = asyncio.Handle(callback, args, self, context)
        self._ready.append(handle)
        return handle

    def call_soon_threadsafe(
        self, callback: Any, *args: Any, context: Any = None
    ) -> asyncio.Handle:
        return self.call_soon(callback, *args, context=context)

    def call_later(
        self, delay: float, callback: Any, *args: Any, context: Any = None
    ) -> asyncio.TimerHandle:
        return self.call_at(self._now() + delay, callback, *args, context=context)

    def call_at(
        self, when: float, callback: Any, *args: Any, context: Any = None
    ) -> asyncio.TimerHandle:
        handle = asyncio.TimerHandle(when, callback, args, self, context)
        heapq.heappush(self._timers, (when, next(self._counter), handle))
        return handle

    def create_future(self) -> asyncio.Future[Any]:
        return asyncio.Future(loop=self)

    def create_task(
        self, coro: Any, *, name: str | None = None, context: Any = None
    ) -> asyncio.Task[Any]:
        return asyncio.Task(coro, loop=self, name=name, context=context)

    def get_debug(self) -> bool:
        return False

    def is_running(self) -> bool:
        return True

    def is_closed(self) -> bool:
        return False

    def call_exception_handler(self, context: dict[str, Any]) -> None:
        self.faults.append(f"{context.get('message')}: {context.get('exception')!r}")

    def _timer_handle_cancelled(self, handle: asyncio.TimerHandle) -> None:
        """Cancelled timers are dropped when their turn comes."""


class LoopClock:
    """`bot.clock.Clock` on a simulated loop."""

    def __init__(self, loop: SimulatedLoop, set_by: Callable[[], float] = lambda: 0.0) -> None:
        self._loop = loop
        self._set_by = set_by

    boot = "simulated"

    def monotonic(self) -> float:
        return self._loop.time()

    def now(self) -> datetime:
        return START + timedelta(seconds=self._loop.time() + self._set_by())

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(max(0.0, seconds))
