"""Keeps a process that others could replace from working while it is cut off from what they reach.

A machine may reach the database but no longer the video API or Discord. Its process would keep its
lease, so that nobody took over what it cannot do."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from types import SimpleNamespace

from aiohttp import (
    ClientError,
    ClientSession,
    ClientTimeout,
    TraceConfig,
    TraceRequestEndParams,
    TraceRequestExceptionParams,
)
from yarl import URL

from bot.clock import Clock
from bot.db.reach import Reach
from bot.errors import CommitUnknown, StorageDown
from bot.outages import EVERY
from bot.video.values.standing import WAITING, Peer, Process

LOOK_SECONDS = 1.0
ASKING = 10.0  # seconds
CUT = (ClientError, TimeoutError, OSError)

log = logging.getLogger(__name__)


def noting(
    reach: Reach | None, peer: Peer, base: str, config: TraceConfig | None = None
) -> TraceConfig | None:
    """`config`, which also notes in `reach` what becomes of the calls to the origin of `base`."""
    contact = None if reach is None else reach.contacts.get(peer)
    if contact is None:
        return config
    origin = URL(base).origin()
    config = config or TraceConfig()

    async def ended(_: ClientSession, __: SimpleNamespace, call: TraceRequestEndParams) -> None:
        if call.url.origin() == origin:
            contact.answered()

    async def failed(
        _: ClientSession, __: SimpleNamespace, call: TraceRequestExceptionParams
    ) -> None:
        if call.url.origin() == origin and isinstance(call.exception, CUT):
            contact.failed()

    config.on_request_end.append(ended)
    config.on_request_exception.append(failed)
    return config


async def ask_discord(api_url: str, reach: Reach) -> None:
    """Ask Discord for what needs no token, over a new connection."""
    tracing = TraceConfig()
    noting(reach, Peer.DISCORD, api_url, tracing)
    async with ClientSession(
        timeout=ClientTimeout(total=ASKING), trace_configs=[tracing]
    ) as session:
        with suppress(*CUT):
            async with session.get(f"{api_url}/gateway", allow_redirects=False):
                pass


class Lookout:
    """Asks each service that nothing else was asked of, and says when this process has to wait or
    end. `take_role` tells the other processes what this one does."""

    def __init__(
        self,
        reach: Reach,
        *,
        asks: Mapping[Peer, Callable[[], Awaitable[None]]],
        take_role: Callable[[str], Awaitable[None]],
        clock: Clock,
    ) -> None:
        self._reach = reach
        self._asks = asks
        self._take_role = take_role
        self._clock = clock

    @property
    def cut_off(self) -> str | None:
        return self._reach.cut_off

    async def begin(self) -> None:
        """Return once this process reaches what others reach, or nobody does."""
        told_at = -EVERY
        while not self._reach.is_alone:
            await self._ask()
            heir, missing = self._reach.heir(), self._reach.unreached()
            if not missing or (heir is None and self._reach.is_informed):
                return
            if heir is not None and self._clock.monotonic() - told_at >= EVERY:
                told_at = self._clock.monotonic()
                await self._tell_waiting(missing, heir)
            await self._clock.sleep(LOOK_SECONDS)

    async def run(self) -> None:
        """Ask until this process has to end."""
        self._reach.begin()
        while self._reach.cut_off is None:
            await self._ask()
            await self._clock.sleep(LOOK_SECONDS)

    async def _tell_waiting(self, missing: Sequence[Peer], heir: Process) -> None:
        log.warning(
            "This process does not reach %s, while %s does: it waits until it does, too",
            " and ".join(peer.words for peer in missing),
            heir.name,
            extra={"action": "wait"},
        )
        with suppress(StorageDown, CommitUnknown):
            await self._take_role(WAITING)

    async def _ask(self) -> None:
        due = [peer for peer, contact in self._reach.contacts.items() if contact.is_due]
        await asyncio.gather(*(self._asks[peer]() for peer in due))
