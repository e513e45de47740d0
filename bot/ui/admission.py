"""Which servers are served: named ones, all, or those in which an owner of the bot is a member.

A stranger who adds the bot to a server of theirs must not be able to spend the operator's money."""

import asyncio
from datetime import timedelta
from typing import Any

import discord

from bot.clock import Clock
from bot.errors import Fate, PostError, Refusal
from bot.ui.remembered import Remembered
from bot.ui.rest import CUT

REMEMBERED = timedelta(minutes=10)  # for how long an answer about membership holds
OWNERS = "owners"
# What Discord says where somebody is no member, or the bot itself is none: unknown server, unknown
# member, missing access. https://docs.discord.com/developers/topics/opcodes-and-status-codes
NO_MEMBER = frozenset({10004, 10007, 10013, 50001})
ASK_SECONDS = 1.0  # for one question; the first response has to be out within 2.5


class Admission:
    """Admits servers. `servers` is ids, `all` or `owners`."""

    def __init__(
        self, client: discord.Client, *, servers: frozenset[int] | str, clock: Clock
    ) -> None:
        self._client = client
        self._servers = servers
        self._known = Remembered(self._has_owner, clock=clock, lasting=REMEMBERED)

    async def check(self, server_id: int) -> None:
        """Raises `Refusal("not_admitted")`, with the id the operator has to admit.

        Raises `PostError` or `discord.HTTPException` when Discord does not say who is a member.
        """
        if not await self._is_admitted(server_id):
            raise Refusal("not_admitted", server=str(server_id))

    async def check_here(self, interaction: discord.Interaction[Any]) -> None:
        """The same for whatever is done anywhere; while Discord does not say, what it said last
        holds. A direct message is no server."""
        server_id = interaction.guild_id
        if server_id is None:
            return
        try:
            await self.check(server_id)
        except (PostError, discord.HTTPException):
            if not self._known.last(server_id):
                raise

    async def admits(self, server_id: int) -> bool | None:
        """Whether a server is served; None where Discord does not say."""
        if self._servers == OWNERS and self._client.application is None:
            return None  # not logged in yet
        try:
            return await self._is_admitted(server_id)
        except (PostError, discord.HTTPException, discord.RateLimited):
            return None

    async def _is_admitted(self, server_id: int) -> bool:
        if isinstance(self._servers, frozenset):
            return server_id in self._servers
        if self._servers == "all":
            return True
        return await self._known.get(server_id)

    async def _has_owner(self, server_id: int) -> bool:
        for owner in owner_ids(self._client.application):
            try:
                async with asyncio.timeout(ASK_SECONDS):
                    await self._client.http.get_member(server_id, owner)
            except (discord.NotFound, discord.Forbidden) as error:
                if error.code not in NO_MEMBER:
                    raise  # a page of a firewall's, for instance
                continue
            except CUT:
                raise PostError(Fate.LATER) from None
            return True
        return False


def owner_ids(application: discord.AppInfo | None) -> list[int]:
    """Who owns the bot: its application's owner, or the members of the team that does."""
    if application is None:
        return []
    if application.team is not None:
        return [member.id for member in application.team.members]
    return [application.owner.id]
