"""Mends four faults of discord.py's connections to the gateway (2.7.1), in its own classes.

A shard whose session had ended, and whose next connection broke before its hello, tried to resume
no session, without end or pause. One that waited, for its turn or for the network, held up all the
others; if it gave up, its connection stayed open. After a long outage it waited for up to 17
minutes."""

import asyncio
from collections.abc import Coroutine
from contextvars import ContextVar
from typing import Any, Self

from discord import shard
from discord.backoff import ExponentialBackoff
from discord.client import Client
from discord.gateway import DiscordWebSocket, ReconnectWebSocket

# The longest pause between tries to reach the gateway. A session every two minutes is still fewer
# than the 1,000 that Discord allows a day.
LONGEST_PAUSE = 120.0
RESUME_PAUSE = 1.0  # seconds after a connection that broke before its hello


def mend() -> None:
    """Have the library use these classes from now on."""
    shard.DiscordWebSocket = MendedSocket  # type: ignore[misc]
    shard.Shard = MendedShard  # type: ignore[assignment, misc]


class ShortBackoff(ExponentialBackoff[bool]):
    """The pauses of a shard that cannot reach the gateway."""

    def delay(self) -> float:
        return min(LONGEST_PAUSE, super().delay())


class MendedSocket(DiscordWebSocket):
    """A connection that resumes only what there is, and ends with whoever opened it in vain."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        _opening.set(self)

    @classmethod
    async def from_client(
        cls, client: Client, *, session: str | None = None, resume: bool = False, **options: Any
    ) -> Self:
        can_resume = resume and session is not None
        _opening.set(None)
        try:
            return await super().from_client(client, session=session, resume=can_resume, **options)
        except ReconnectWebSocket:
            if session is None:  # the library would resume it
                raise ConnectionError("Discord closed a connection before its hello") from None
            await asyncio.sleep(RESUME_PAUSE)
            raise
        except BaseException:  # cancelled, for one; its thread would go on beating
            if (opened := _opening.get()) is not None:
                await opened.close()
            raise


_opening: ContextVar[MendedSocket | None] = ContextVar("opening", default=None)


class MendedShard(shard.Shard):
    """A shard that connects by itself, while the library's loop goes on with the others."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._backoff = ShortBackoff()
        self._connecting: asyncio.Task[None] | None = None

    async def reidentify(self, exc: ReconnectWebSocket) -> None:
        self._connect(super().reidentify(exc))

    async def reconnect(self) -> None:
        self._connect(super().reconnect())

    async def close(self) -> None:
        self._stop_connecting()
        await super().close()

    def _connect(self, work: Coroutine[Any, Any, None]) -> None:
        self._stop_connecting()
        self._connecting = asyncio.create_task(work, name=f"connect shard {self.id}")

    def _stop_connecting(self) -> None:
        if self._connecting is not None:
            self._connecting.cancel()
