"""Time and sleep, passed in everywhere, so that tests and the simulation own them.

A machine's clock may be set at any moment; what counts seconds cannot be. Whoever measures a wait
uses `monotonic`, and `SteadyClock` keeps everybody else from noticing before it is dealt with."""

import asyncio
import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

TOLERANCE = timedelta(seconds=2)  # less is no step: it is followed at once
_COUNTER = getattr(time, "CLOCK_BOOTTIME", None)  # counts while the machine sleeps, too
_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


class Clock(Protocol):
    """Where time comes from."""

    @property
    def boot(self) -> str:
        """What `monotonic` counts from, the same after a restart of the program; "" if unknown."""
        ...

    def now(self) -> datetime:
        """The time in UTC, aware."""
        ...

    def monotonic(self) -> float:
        """Seconds that have passed since some moment; never set."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Let `seconds` pass; zero or less only lets others run."""
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
    """A clock that goes on evenly when `source` is set, until the step is adopted."""

    def __init__(self, source: Clock) -> None:
        self._source = source
        self._read = (source.now(), source.monotonic())

    @property
    def boot(self) -> str:
        return self._source.boot

    @property
    def step(self) -> timedelta:
        """How far the source was set, forward if positive; zero where it was not."""
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
        """Go by what the source says now."""
        self._read = (self._source.now(), self._source.monotonic())


def steady(clock: Clock) -> SteadyClock:
    """`clock` itself where it is steady already."""
    return clock if isinstance(clock, SteadyClock) else SteadyClock(clock)
