"""Reactions: which emoji are valid, who may add them, and the events about them.

https://docs.discord.com/developers/resources/message#create-reaction"""

import unicodedata
from dataclasses import replace
from typing import Any

from bot.playground.guild import shapes
from bot.playground.guild.errors import Reason, Refused
from bot.playground.guild.events import EventKind
from bot.playground.guild.messages import Message, Reaction
from bot.playground.guild.permissions import Permission
from bot.playground.guild.state import State

MOST = 20  # different emoji on one message
LONGEST = 16  # code points of one emoji, skin tones and joiners included


def is_emoji(text: str) -> bool:
    """Whether it is a Unicode emoji; servers here have none of their own."""
    kinds = {unicodedata.category(one) for one in text}
    drawn = "So" in kinds or "\N{COMBINING ENCLOSING KEYCAP}" in text
    return drawn and len(text) <= LONGEST and not kinds & {"Lu", "Ll", "Zs", "Cc"}


def add(state: State, user_id: int, message: Message, emoji: str) -> None:
    """Add a reaction; a second time changes nothing.

    Raises `Refused`: 10014, 50083, 50013 (a new emoji without the permission) or 30010.
    """
    if not is_emoji(emoji):
        raise Refused(Reason.UNKNOWN_EMOJI)
    here = state.world.channels[message.channel_id]
    known = {one.emoji: one for one in message.reactions}
    if here.archived:
        raise Refused(Reason.ARCHIVED)
    if emoji not in known and not state.may(user_id, here, Permission.ADD_REACTIONS):
        raise Refused(Reason.MISSING_PERMISSIONS)
    if emoji not in known and len(known) >= MOST:
        raise Refused(Reason.MANY_REACTIONS)
    before = known.get(emoji, Reaction(emoji=emoji))
    if user_id in before.users:
        return
    known[emoji] = replace(before, users=(*before.users, user_id))
    state.messages.put(replace(message, reactions=tuple(known.values())))
    _tell(state, message, "ADD", {**_by(user_id, emoji), **_member(state, message, user_id)})


def take(state: State, user_id: int, message: Message, emoji: str) -> None:
    """Remove a reaction. Raises `Refused` with 10014 if it is not an emoji."""
    if not is_emoji(emoji):
        raise Refused(Reason.UNKNOWN_EMOJI)
    if not any(user_id in one.users for one in message.reactions if one.emoji == emoji):
        return
    left = [
        replace(one, users=tuple(who for who in one.users if who != user_id))
        if one.emoji == emoji
        else one
        for one in message.reactions
    ]
    state.messages.put(replace(message, reactions=tuple(one for one in left if one.users)))
    _tell(state, message, "REMOVE", _by(user_id, emoji))


def clear(state: State, message: Message, emoji: str | None = None) -> None:
    """Remove all reactions, or those with one emoji."""
    left = [one for one in message.reactions if emoji is not None and one.emoji != emoji]
    state.messages.put(replace(message, reactions=tuple(left)))
    if emoji is None:
        _tell(state, message, "REMOVE_ALL", {})
    else:
        _tell(state, message, "REMOVE_EMOJI", {"emoji": _emoji(emoji)})


def _emoji(name: str) -> dict[str, Any]:
    return {"id": None, "name": name}


def _by(user_id: int, emoji: str) -> dict[str, Any]:
    return {"user_id": str(user_id), "emoji": _emoji(emoji), "burst": False, "type": 0}


def _member(state: State, message: Message, user_id: int) -> dict[str, Any]:
    more: dict[str, Any] = {"message_author_id": str(message.author_id)}
    guild = state.world.guilds.get(state.world.channels[message.channel_id].guild_id or 0)
    if guild is None or user_id not in guild.members:
        return more
    return {**more, "member": shapes.member(state.world, guild, user_id)}


def _tell(state: State, message: Message, what: str, body: dict[str, Any]) -> None:
    ids = {"channel_id": str(message.channel_id), "message_id": str(message.id)}
    told = {"name": f"MESSAGE_REACTION_{what}", "payload": {**ids, **body}}
    state.publish(EventKind.REACTION, message.channel_id, message.only_for, told)
