"""The objects behind the ids that a person chose: people, channels, uploaded files."""

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from bot.playground.guild import shapes
from bot.playground.guild.files import Upload
from bot.playground.guild.messages import Attachment
from bot.playground.guild.permissions import effective
from bot.playground.guild.rules import options
from bot.playground.guild.state import State
from bot.playground.guild.world import Channel, User

File = tuple[str, bytes]
Resolved = dict[str, dict[str, Any]]


def resolved(
    state: State, user: User, here: Channel, chosen: Sequence[dict[str, Any]]
) -> dict[str, Resolved]:
    """The interaction's `resolved` for options or select values, if there is anything in it.

    People and channels may be given by name, files as name and content; each `value` becomes
    the id that Discord sends.
    """
    found: Resolved = {}
    for one in chosen:
        if one["type"] in (options.ROLE, options.ANY) and _role(state, one, here, found):
            continue
        if one["type"] in (options.USER, options.ANY):
            _user(state, one, here, found)
        elif one["type"] == options.CHANNEL:
            _channel(state, one, user, found)
        elif one["type"] == options.FILE:
            kept = upload(state, here, one["value"])
            one["value"] = str(kept.id)
            found.setdefault("attachments", {})[one["value"]] = shapes.attachment(kept)
    return {"resolved": found} if found else {}


def upload(state: State, here: Channel, file: File) -> Attachment:
    """A file that a person sends along."""
    name, content = file
    path = state.files.folder / uuid4().hex
    path.write_bytes(content)
    kept = Upload(number=0, filename=name, size=len(content), path=path)
    return state.files.keep(kept, state.next_id(), here.id, None)


def _user(state: State, one: dict[str, Any], here: Channel, found: Resolved) -> None:
    user = state.world.user(_ref(one["value"]))
    one["value"] = str(user.id)
    found.setdefault("users", {})[one["value"]] = shapes.user(user)
    guild = state.world.guilds.get(here.guild_id or 0)
    if guild is not None and user.id in guild.members:
        member = shapes.member(state.world, guild, user.id)
        del member["user"]
        bits = str(int(effective(state.world, user.id, here)))
        found.setdefault("members", {})[one["value"]] = {**member, "permissions": bits}


def _role(state: State, one: dict[str, Any], here: Channel, found: Resolved) -> bool:
    """Whether it is a role of this server, by its id or name."""
    guild = state.world.guilds.get(here.guild_id or 0)
    ref = _ref(one["value"])
    for role in guild.roles if guild is not None else ():
        if ref in (role.id, role.name):
            one["value"] = str(role.id)
            found.setdefault("roles", {})[one["value"]] = shapes.role(role)
            return True
    return False


def _channel(state: State, one: dict[str, Any], user: User, found: Resolved) -> None:
    channel = state.world.channel(_ref(one["value"]))
    one["value"] = str(channel.id)
    bits = str(int(effective(state.world, user.id, channel)))
    shape = {**shapes.channel(state.world, channel), "permissions": bits}
    found.setdefault("channels", {})[one["value"]] = shape


def _ref(value: Any) -> str | int:
    return int(value) if str(value).isdigit() else str(value)
