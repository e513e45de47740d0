"""What a channel or thread may be, and which of its fields may change.

https://docs.discord.com/developers/resources/channel#modify-channel"""

import re
from typing import Any

from bot.playground.guild.errors import Problems, Reason, Refused
from bot.playground.guild.rules.kinds import check_kind, without_nulls
from bot.playground.guild.world import Channel, ChannelKind

DURATIONS = frozenset({60, 1440, 4320, 10080})
THREAD = {"name": str, "invitable": bool, "auto_archive_duration": DURATIONS}
CHANGEABLE = {**THREAD, "archived": bool, "locked": bool}
KEPT = ("name", "archived", "locked", "invitable")


def check_channel(body: dict[str, Any], channel: Channel) -> dict[str, Any]:
    """The changes a body asks for. Raises `Refused` with 50035."""
    problems = Problems()
    check_kind(CHANGEABLE, body, (), problems)
    kept = KEPT if channel.is_thread else KEPT[:1]
    wanted: dict[str, Any] = without_nulls({name: body.get(name) for name in kept})
    problems.length(("name",), wanted.get("name", channel.name), 1, 100)
    problems.refuse()
    return wanted


def check_thread(body: dict[str, Any]) -> None:
    """Raises `Refused` with 50035 for a thread that Discord would not start."""
    problems = Problems()
    check_kind({**THREAD, "type": frozenset({10, 11, 12})}, body, (), problems)
    problems.length(("name",), body.get("name"), 1, 100)
    problems.refuse()


def check_bulk(body: dict[str, Any]) -> list[int]:
    """The ids to delete at once. Raises `Refused` with 50035 or 50016."""
    problems = Problems()
    listed = body.get("messages")
    if not isinstance(listed, list):
        problems.add(("messages",), "BASE_TYPE_REQUIRED", "This field is required")
        problems.refuse()
    for index, one in enumerate(listed or []):
        if not re.fullmatch("[0-9]{1,20}", str(one)):
            problems.add(("messages", index), "NUMBER_TYPE_COERCE", "Not snowflake")
    problems.refuse()
    ids = list(dict.fromkeys(int(one) for one in listed or []))
    if not 2 <= len(ids) <= 100:
        raise Refused(Reason.BULK_COUNT)
    return ids


def kind_of(body: dict[str, Any], parent: Channel) -> ChannelKind:
    """The kind of thread a body asks for; in a text channel, private by default."""
    if body.get("type") is not None:
        return ChannelKind(body["type"])
    by_default = {
        ChannelKind.ANNOUNCEMENT: ChannelKind.ANNOUNCEMENT_THREAD,
        ChannelKind.FORUM: ChannelKind.PUBLIC_THREAD,
    }
    return by_default.get(parent.kind, ChannelKind.PRIVATE_THREAD)
