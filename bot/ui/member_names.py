"""What people are called in a server, for places where Discord shows no mentions: files and menus.

Discord tells the names of up to 100 members at a time, without a privileged intent.
https://docs.discord.com/developers/events/gateway-events#request-guild-members"""

import asyncio
import logging
from collections.abc import Iterable
from typing import Any

import discord

AT_ONCE = 100  # members in one request; Discord's limit
MOST = 1000  # people looked up for one file
PATIENCE = 1.0  # seconds for a request
_log = logging.getLogger(__name__)


class MemberNames:
    """Remembers the names for one answer; who left, or is not found in time, has none."""

    def __init__(self, guild: discord.Guild | None) -> None:
        self._guild = guild
        self._names: dict[int, str] = {}
        self._asked: set[int] = set()

    async def learn(self, user_ids: Iterable[int]) -> None:
        """Ask for the names not asked for yet; after a failure, for none any more."""
        wanted = sorted(set(user_ids) - self._asked - {0})[: MOST - len(self._asked)]
        for start in range(0, len(wanted), AT_ONCE):
            if self._guild is None:
                return
            some = wanted[start : start + AT_ONCE]
            self._asked.update(some)
            try:
                async with asyncio.timeout(PATIENCE):
                    found = await self._guild.query_members(
                        user_ids=some, limit=AT_ONCE, cache=False
                    )
            except Exception as error:  # names are an extra: the answer comes without them
                _log.info("No names of members: %s", type(error).__name__)
                self._guild = None
                return
            self._names |= {each.id: each.display_name for each in found}

    def of(self, user_id: Any) -> str:
        """The person's name; "" if it is not known."""
        return self._names.get(user_id, "")
