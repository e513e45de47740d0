"""Which servers are served: named ones, all, or those in which an owner of the bot is a member.

A stranger who adds the bot to a server of theirs must not be able to spend the operator's money."""

import asyncio
from datetime import timedelta

import discord

from bot.clock import Clock
from bot.errors import Fate, PostError, Refusal
from bot.ui.remembered import Remembered
from bot.ui.rest import CUT

REMEMBERED = timedelta(minutes=10)  # for how long an answer about membership holds
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
            except (discord.NotFound, discord.Forbidden):
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
