"""Discord's answers that stay valid for a while, asked for only once by a crowd."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from datetime import timedelta
from typing import Generic, TypeVar

from bot.clock import Clock

K = TypeVar("K", bound=Hashable)
T = TypeVar("T")

MOST = 10_000  # stored answers; beyond that, the oldest are dropped


class Remembered(Generic[K, T]):
    """One answer per key, such as a server's id, from `ask`; valid for `lasting`."""

    def __init__(
        self, ask: Callable[[K], Awaitable[T]], *, clock: Clock, lasting: timedelta
    ) -> None:
        self._ask = ask
        self._clock = clock
        self._lasting = lasting
        self._known: dict[K, tuple[T, float]] = {}  # valid until, on the monotonic clock
        self._asked: dict[K, asyncio.Task[T]] = {}

    async def get(self, key: K) -> T:
        """The answer. Raises the question's error, and then stores nothing."""
        known = self._known.get(key)
        if known is not None and self._clock.monotonic() < known[1]:
            return known[0]
        return await asyncio.shield(self._asking(key))

    def last(self, key: K) -> T | None:
        """The last answer, valid or not."""
        known = self._known.get(key)
        return None if known is None else known[0]

    def expire(self, key: K) -> None:
        """Let an answer expire that changed, and ignore one on its way."""
        self._asked.pop(key, None)
        if (known := self._known.get(key)) is not None:
            self._known[key] = known[0], self._clock.monotonic()

    def _asking(self, key: K) -> asyncio.Task[T]:
        """The open question: a crowd asks once, or Discord would slow us down."""
        asking = self._asked.get(key)
        if asking is None:
            asking = self._asked[key] = asyncio.create_task(self._answer(key))
            asking.add_done_callback(_take_note)
        return asking

    async def _answer(self, key: K) -> T:
        this = asyncio.current_task()
        try:
            answer = await self._ask(key)
            if self._asked.get(key) is this:
                self._known.pop(key, None)
                self._known[key] = answer, self._clock.monotonic() + self._lasting.total_seconds()
                if len(self._known) > MOST:
                    del self._known[next(iter(self._known))]
            return answer
        finally:
            if self._asked.get(key) is this:
                del self._asked[key]


def _take_note(asking: "asyncio.Task[T]") -> None:
    """Look at the error, or asyncio reports it where everybody who asked has gone."""
    if not asking.cancelled():
        asking.exception()
