"""Which servers are served: named ones, all, or those where an owner of the bot is a member.

A stranger who adds the bot to their server must not be able to spend the operator's money."""

import asyncio
from datetime import timedelta
from typing import Any

import discord

from bot.clock import Clock
from bot.errors import Fate, PostError, Refusal
from bot.ui.remembered import Remembered
from bot.ui.rest import CUT

REMEMBERED = timedelta(minutes=10)  # how long an answer about membership is believed
OWNERS = "owners"
# Discord's codes when somebody is not a member, or the bot itself is not: unknown server, unknown
# member, missing access. https://docs.discord.com/developers/topics/opcodes-and-status-codes
NO_MEMBER = frozenset({10004, 10007, 10013, 50001})
ASK_SECONDS = 4.0  # per question; the answer is deferred meanwhile


class Admission:
    """Admits servers. `servers` is a set of ids, `all` or `owners`."""

    def __init__(
        self, client: discord.Client, *, servers: frozenset[int] | str, clock: Clock
    ) -> None:
        self._client = client
        self._servers = servers
        self._known = Remembered(self._has_owner, clock=clock, lasting=REMEMBERED)

    async def check(self, server_id: int) -> None:
        """Raises `Refusal("not_admitted")` with the id that the operator has to admit.

        Raises `PostError` or `discord.HTTPException` if Discord does not say who is a member.
        """
        if not await self._is_admitted(server_id):
            raise Refusal("not_admitted", server=str(server_id))

    async def check_here(self, interaction: discord.Interaction[Any]) -> None:
        """Like `check`, for any interaction. While Discord is silent, its last answer counts.
        Direct messages pass."""
        server_id = interaction.guild_id
        if server_id is None:
            return
        try:
            await self.check(server_id)
        except (PostError, discord.HTTPException):
            if not self._known.last(server_id):
                raise

    async def admits(self, server_id: int) -> bool | None:
        """Whether a server is served; None if Discord does not say."""
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
                    raise  # for instance a firewall's page
                continue
            except CUT:
                raise PostError(Fate.LATER) from None
            return True
        return False


def owner_ids(application: discord.AppInfo | None) -> list[int]:
    """The owners of the bot: its application's owner, or all members of the owning team."""
    if application is None:
        return []
    if application.team is not None:
        return [member.id for member in application.team.members]
    return [application.owner.id]
