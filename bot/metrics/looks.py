"""Looks at the database for scrapes: one read at a time, however many ask."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from bot.clock import Clock
from bot.errors import CommitUnknown, StorageDown
from bot.video.values.standing import Standing

WITHIN = 5.0  # seconds; Prometheus waits 10 by default
FRESH = 1.0  # seconds; scrapes that follow sooner get the same answer

log = logging.getLogger(__name__)


class Looks:
    """The latest look. `read` may hang or fail; scrapes still get their answer."""

    def __init__(self, read: Callable[[], Awaitable[Standing]], clock: Clock) -> None:
        self._read = read
        self._clock = clock
        self._begun = -FRESH
        self._look: asyncio.Task[Standing | None] | None = None

    async def latest(self) -> Standing | None:
        """How everything stands, or None while the database is down."""
        look = self._look
        if look is None or (look.done() and self._clock.monotonic() >= self._begun + FRESH):
            self._begun = self._clock.monotonic()
            look = self._look = asyncio.create_task(self._safely(), name="look")
        try:
            async with asyncio.timeout(WITHIN):
                return await asyncio.shield(look)
        except TimeoutError:
            return None

    async def close(self) -> None:
        """Give up a read that still hangs."""
        if self._look is not None:
            self._look.cancel()
            await asyncio.wait([self._look])

    async def _safely(self) -> Standing | None:
        try:
            return await self._read()
        except (StorageDown, CommitUnknown):
            pass  # the store says so
        except Exception:  # a scrape must not end, or nobody would see that anything is wrong
            log.exception("A scrape could not read the database")
        return None
