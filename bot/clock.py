"""Time and sleep, passed in everywhere, so that tests and the simulation own them."""

import asyncio
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Where time comes from."""

    def now(self) -> datetime:
        """The time in UTC, aware."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Let `seconds` pass; zero or less only lets others run."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(max(0.0, seconds))
