"""Answers of Discord's that hold for a while, asked for once however many want to know."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Generic, TypeVar

from bot.clock import Clock

T = TypeVar("T")


class Remembered(Generic[T]):
    """An answer a server, from `ask`; it holds for as long as `lasting`."""

    def __init__(
        self, ask: Callable[[int], Awaitable[T]], *, clock: Clock, lasting: timedelta
    ) -> None:
        self._ask = ask
        self._clock = clock
        self._lasting = lasting
        self._known: dict[int, tuple[T, float]] = {}  # until when, by the count of seconds
        self._asked: dict[int, asyncio.Task[T]] = {}

    async def get(self, server_id: int) -> T:
        """The answer. Raises what the question raised; nothing is remembered then."""
        known = self._known.get(server_id)
        if known is not None and self._clock.monotonic() < known[1]:
            return known[0]
        return await asyncio.shield(self._asking(server_id))

    def last(self, server_id: int) -> T | None:
        """What was known last, held or not."""
        known = self._known.get(server_id)
        return None if known is None else known[0]

    def expire(self, server_id: int) -> None:
        """It changed: ask again, also where a question is under way."""
        self._asked.pop(server_id, None)
        if (known := self._known.get(server_id)) is not None:
            self._known[server_id] = known[0], self._clock.monotonic()

    def _asking(self, server_id: int) -> asyncio.Task[T]:
        """The question under way: a crowd asks once, or Discord would slow us down."""
        asking = self._asked.get(server_id)
        if asking is None:
            asking = self._asked[server_id] = asyncio.create_task(self._answer(server_id))
        return asking

    async def _answer(self, server_id: int) -> T:
        this = asyncio.current_task()
        try:
            answer = await self._ask(server_id)
            if self._asked.get(server_id) is this:
                self._known[server_id] = (
                    answer,
                    self._clock.monotonic() + self._lasting.total_seconds(),
                )
            return answer
        finally:
            if self._asked.get(server_id) is this:
                del self._asked[server_id]
