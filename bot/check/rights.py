"""The permissions the bot needs, and those a channel denies it.

https://discord.com/developers/docs/topics/permissions"""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

NEEDED = {
    "View Channel": 1 << 10,
    "Send Messages": 1 << 11,
    "Embed Links": 1 << 14,
    "Attach Files": 1 << 15,
    "Read Message History": 1 << 16,
    "Send Messages in Threads": 1 << 38,
}
VIEW = NEEDED["View Channel"]
ADMINISTRATOR = 1 << 3
FOR_ROLES, FOR_MEMBERS = 0, 1  # the types of overwrites


def missing(has: int) -> list[str]:
    """The names of missing permissions; without seeing a channel, all are missing."""
    if has & ADMINISTRATOR:
        return []
    if not has & VIEW:
        return ["View Channel"]
    return [name for name, bit in NEEDED.items() if not has & bit]


def within(
    channel: Mapping[str, Any], base: int, *, server_id: str, member: Mapping[str, Any]
) -> int:
    """The bits that a member with `base` in the whole server has in this channel."""
    overwrites = channel.get("permission_overwrites") or []
    of_roles = {one["id"]: one for one in overwrites if int(one["type"]) == FOR_ROLES}
    of_members = {one["id"]: one for one in overwrites if int(one["type"]) == FOR_MEMBERS}
    has = _overwritten(base, _at(of_roles, [server_id]))
    has = _overwritten(has, _at(of_roles, member["roles"]))
    return _overwritten(has, _at(of_members, [member["user"]["id"]]))


def _at(overwrites: Mapping[str, Any], ids: Collection[str]) -> list[Any]:
    return [overwrites[id] for id in ids if id in overwrites]


def _overwritten(has: int, overwrites: Iterable[Mapping[str, Any]]) -> int:
    """Merge roles' overwrites: what one role allows beats what another denies."""
    denied = allowed = 0
    for one in overwrites:
        denied |= int(one["deny"])
        allowed |= int(one["allow"])
    return has & ~denied | allowed
