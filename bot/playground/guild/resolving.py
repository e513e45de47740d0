"""Finds the objects behind the ids a person chose: people, channels, uploaded files."""

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from bot.playground.guild import shapes
from bot.playground.guild.files import Upload
from bot.playground.guild.messages import Attachment, walk
from bot.playground.guild.permissions import effective
from bot.playground.guild.rules import options
from bot.playground.guild.rules.options import NotPossible
from bot.playground.guild.state import State
from bot.playground.guild.world import Channel, User

File = tuple[str, bytes]
Resolved = dict[str, dict[str, Any]]
# The option type that matches each select menu and upload.
CHOSEN = {
    5: options.USER, 6: options.ROLE, 7: options.ANY, 8: options.CHANNEL, 19: options.FILE,
}  # fmt: skip


def resolved(
    state: State, user: User, here: Channel, chosen: Sequence[dict[str, Any]], *, forced: bool
) -> dict[str, Resolved]:
    """The interaction's `resolved` objects for what was chosen, if any.

    People and channels may be given by name, files as name and content; each `value` becomes the
    id that Discord sends. Raises `NotPossible` for unknown ones, unless forced.
    """
    found: Resolved = {}
    for one in chosen:
        try:
            _resolve(state, user, here, one, found)
        except (LookupError, TypeError, ValueError):
            if not forced:
                raise NotPossible(f"{one['value']!r} cannot be chosen here") from None
    return {"resolved": found} if found else {}


def resolved_form(
    state: State, user: User, here: Channel, components: Sequence[dict[str, Any]], *, forced: bool
) -> dict[str, Resolved]:
    """Like `resolved`, for every field of a form; its `values` become ids."""
    fields = [one for one in walk(components) if one["type"] in CHOSEN]
    chosen = [
        [{"type": CHOSEN[one["type"]], "value": value} for value in one["values"] or ()]
        for one in fields
    ]
    found = resolved(state, user, here, [one for each in chosen for one in each], forced=forced)
    for one, each in zip(fields, chosen, strict=True):
        one["values"] = [choice["value"] for choice in each]
    return found


def _resolve(state: State, user: User, here: Channel, one: dict[str, Any], found: Resolved) -> None:
    kind = one["type"]
    if kind in (options.ROLE, options.ANY) and _role(state, one, here, found):
        return
    if kind == options.ROLE:
        raise LookupError(one["value"])
    if kind in (options.USER, options.ANY):
        _user(state, one, here, found)
    elif kind == options.CHANNEL:
        _channel(state, one, user, found)
    elif kind == options.FILE:
        kept = upload(state, here, one["value"])
        one["value"] = str(kept.id)
        found.setdefault("attachments", {})[one["value"]] = shapes.attachment(kept)


def upload(state: State, here: Channel, file: File) -> Attachment:
    """A file that a person attaches."""
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
    """Whether it is a role of this server, by id or name."""
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
