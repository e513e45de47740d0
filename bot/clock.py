"""Time and sleep, passed in everywhere so that tests and the simulation control them.

Someone may set the machine's clock at any moment, but not its counter of seconds. Measure waits
with `monotonic`; `SteadyClock` hides a step from everyone else until the engine has handled it."""

import asyncio
import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

TOLERANCE = timedelta(seconds=2)  # a smaller step is followed at once
_COUNTER = getattr(time, "CLOCK_BOOTTIME", None)  # also counts while the machine sleeps
_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


class Clock(Protocol):
    """A source of time."""

    @property
    def boot(self) -> str:
        """Names the start of `monotonic`, stable over restarts of the program; "" if unknown."""
        ...

    def now(self) -> datetime:
        """The time in UTC, timezone-aware."""
        ...

    def monotonic(self) -> float:
        """Seconds since a fixed moment; nobody can set it."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Let `seconds` pass; at zero or less, only let other tasks run."""
        ...


class SystemClock:
    """The machine's own clock."""

    def __init__(self) -> None:
        self.boot = ""
        with suppress(OSError):
            self.boot = "" if _COUNTER is None else _BOOT_ID.read_text(encoding="ascii").strip()

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic() if _COUNTER is None else time.clock_gettime(_COUNTER)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(max(0.0, seconds))


class SteadyClock:
    """A clock that runs evenly although `source` was set, until someone adopts the step."""

    def __init__(self, source: Clock) -> None:
        self._source = source
        self._read = (source.now(), source.monotonic())

    @property
    def boot(self) -> str:
        return self._source.boot

    @property
    def step(self) -> timedelta:
        """How far the source was set, forward if positive; zero if it was not."""
        off = self._source.now() - self.now()
        return off if abs(off) > TOLERANCE else timedelta()

    def now(self) -> datetime:
        before, counted_before = self._read
        set_to, counted = self._source.now(), self._source.monotonic()
        expected = before + timedelta(seconds=counted - counted_before)
        now = set_to if abs(set_to - expected) <= TOLERANCE else expected
        self._read = now, counted
        return now

    def monotonic(self) -> float:
        return self._source.monotonic()

    async def sleep(self, seconds: float) -> None:
        await self._source.sleep(seconds)

    def adopt(self) -> None:
        """Follow the source from now on."""
        self._read = (self._source.now(), self._source.monotonic())


def steady(clock: Clock) -> SteadyClock:
    """`clock` itself if it is steady already, else a steady one on top."""
    return clock if isinstance(clock, SteadyClock) else SteadyClock(clock)
