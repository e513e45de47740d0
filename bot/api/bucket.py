"""Paces reads with one token bucket for the API key, first come, first served."""

import asyncio
from datetime import datetime, timedelta

from bot.clock import Clock


class TokenBucket:
    """Lets `rate` calls through per second, and up to `burst` at once after a rest."""

    def __init__(self, *, rate: float, burst: int, clock: Clock) -> None:
        self._clock = clock
        self._gap = timedelta(seconds=1 / rate)
        self._slack = self._gap * (burst - 1)
        self._seen = clock.now()
        self._full_at = self._seen  # when the bucket is full again
        self._turn = asyncio.Lock()  # wakes its waiters in order of arrival

    async def take(self) -> None:
        """Wait for a token."""
        async with self._turn:
            while (wait := self._wait()) > 0:
                await self._clock.sleep(wait)
            self._full_at = max(self._full_at, self._seen) + self._gap

    def hold(self, seconds: float) -> None:
        """Let nothing through for this long, because the API asked us to wait."""
        until = self._now() + timedelta(seconds=seconds)
        self._full_at = max(self._full_at, until + self._slack)

    def _wait(self) -> float:
        now = self._now()
        return (self._full_at - self._slack - now).total_seconds()

    def _now(self) -> datetime:
        now = self._clock.now()
        if now < self._seen:  # the machine's clock was set back
            self._full_at -= self._seen - now
        self._seen = now
        return now
