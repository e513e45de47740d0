"""Keeps discord.py's picture of the servers by REST, where no gateway tells it.

A server's first interaction waits for four requests; later ones renew the picture behind."""

import asyncio
import logging
from collections import OrderedDict

import discord

from bot.clock import Clock
from bot.ui.rest import CUT

FRESH = 60.0  # seconds until a change of roles or channels is noticed
PATIENCE = 1.5  # seconds of the three in which an interaction must be answered
MOST = 2000  # servers, those heard from last

log = logging.getLogger(__name__)


class GuildCache:
    """Fills the cache that `client.get_guild` reads."""

    def __init__(self, client: discord.Client, clock: Clock) -> None:
        self._client = client
        self._clock = clock
        self._read_at: OrderedDict[int, float] = OrderedDict()
        self._reading: dict[int, asyncio.Task[None]] = {}

    async def know(self, server_id: int) -> None:
        """Return once the server is known, or Discord does not say in time what it is like."""
        is_known = server_id in self._read_at
        if is_known and self._clock.monotonic() < self._read_at[server_id] + FRESH:
            self._read_at.move_to_end(server_id)
            return
        if server_id not in self._reading:
            reading = asyncio.create_task(self._read(server_id), name=f"server {server_id}")
            self._reading[server_id] = reading
            reading.add_done_callback(lambda _: self._reading.pop(server_id))
        if not is_known:
            enough = asyncio.create_task(self._clock.sleep(PATIENCE))
            await asyncio.wait(
                [self._reading[server_id], enough], return_when=asyncio.FIRST_COMPLETED
            )
            enough.cancel()

    async def _read(self, server_id: int) -> None:
        http, me = self._client.http, self._client.user
        assert me is not None
        try:
            guild, channels, member, threads = await asyncio.gather(
                http.get_guild(server_id, with_counts=False),
                http.get_all_guild_channels(server_id),
                http.get_member(server_id, me.id),
                http.get_active_threads(server_id),
            )
        except (discord.HTTPException, discord.RateLimited, *CUT) as error:
            log.warning("Cannot read server %d: %s", server_id, error)
            return
        guild["channels"], guild["members"] = channels, [member]  # type: ignore[list-item]
        guild["threads"] = threads["threads"]
        self._client._connection._add_guild_from_data(guild)
        self._read_at[server_id] = self._clock.monotonic()
        self._read_at.move_to_end(server_id)
        while len(self._read_at) > MOST:
            oldest, _ = self._read_at.popitem(last=False)
            if (known := self._client.get_guild(oldest)) is not None:
                self._client._connection._remove_guild(known)
