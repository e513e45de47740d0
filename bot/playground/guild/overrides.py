"""A server's integration page: overrides of each command's default permissions.

Who: https://support.discord.com/hc/en-us/articles/10952896421783-Updates-to-Command-Permissions.
The objects: https://docs.discord.com/developers/interactions/application-commands#permissions"""

from collections.abc import Mapping
from enum import IntEnum
from typing import Any

from bot.playground.guild.permissions import Permission, in_guild
from bot.playground.guild.world import Channel, Guild


class Target(IntEnum):
    """Whom or what an override is for."""

    ROLE = 1
    USER = 2
    CHANNEL = 3


Rows = dict[tuple[Target, int], bool]


class Overrides:
    """Overrides by server, then by command; the application's own id stands for all commands."""

    def __init__(self, application_id: int) -> None:
        self._application_id = application_id
        self._rows: dict[tuple[int, int], Rows] = {}

    def put(
        self, guild_id: int, about: int, target: tuple[Target, int], allowed: bool | None
    ) -> None:
        """Allow or deny; None removes the override."""
        rows = self._rows.setdefault((guild_id, about), {})
        rows.pop(target, None)
        if allowed is not None:
            rows[target] = allowed

    def shape(self, guild_id: int, about: int) -> dict[str, Any]:
        """Discord's object for one command, or for all of them."""
        rows = self._rows.get((guild_id, about), {})
        return {
            "id": str(about),
            "application_id": str(self._application_id),
            "guild_id": str(guild_id),
            "permissions": [
                {"id": str(target_id), "type": int(kind), "permission": allowed}
                for (kind, target_id), allowed in rows.items()
            ],
        }

    def within(self, guild_id: int) -> list[dict[str, Any]]:
        """All objects of a server that contain an override."""
        found = [about for (where, about), rows in self._rows.items() if where == guild_id and rows]
        return [self.shape(guild_id, about) for about in found]

    def let_use(
        self, command: Mapping[str, Any], guild: Guild, user_id: int, channel: Channel
    ) -> bool:
        """Whether a member may use a command in a channel."""
        bits = in_guild(guild, user_id)
        if bits & Permission.ADMINISTRATOR:
            return True
        own = self._rows.get((guild.id, int(command["id"])), {})
        common = self._rows.get((guild.id, self._application_id), {})
        if not _place({**common, **own}, guild, channel):
            return False
        mine = _person(own, guild, user_id)
        if mine is not None:
            return mine
        # An override for all commands can take a command away, but cannot grant a restricted one.
        return _person(common, guild, user_id) is not False and _by_default(command, bits)


def _by_default(command: Mapping[str, Any], bits: int) -> bool:
    needed = command.get("default_member_permissions")
    return needed is None or (int(needed) != 0 and bits & int(needed) == int(needed))


def _place(rows: Rows, guild: Guild, channel: Channel) -> bool:
    """The channel's override; threads follow theirs, and server id - 1 means all channels."""
    home = channel.parent_id if channel.is_thread and channel.parent_id else channel.id
    everywhere = rows.get((Target.CHANNEL, guild.id - 1), True)
    return rows.get((Target.CHANNEL, home), everywhere)


def _person(rows: Rows, guild: Guild, user_id: int) -> bool | None:
    """The override for the person, else the most generous for their roles, else @everyone's."""
    if (Target.USER, user_id) in rows:
        return rows[Target.USER, user_id]
    said = [rows[key] for role in guild.members[user_id] if (key := (Target.ROLE, role)) in rows]
    return any(said) if said else rows.get((Target.ROLE, guild.id))
