"""A request that was read and allowed, and the shape of its answer."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.playground.guild.concealing import without_words
from bot.playground.guild.errors import Problems, Reason, Refused
from bot.playground.guild.files import Upload
from bot.playground.guild.messages import Message
from bot.playground.guild.permissions import Permission, granted
from bot.playground.guild.state import State
from bot.playground.guild.world import Channel

SNOWFLAKE = re.compile("[0-9]{1,20}")


@dataclass(frozen=True, kw_only=True)
class Call:
    """`params` are the route's variables, `body` the JSON (a multipart's payload_json)."""

    params: Mapping[str, str]
    query: Mapping[str, str]
    body: Any = None
    uploads: tuple[Upload, ...] = ()

    def id(self, name: str) -> int:
        """An id in the path. Raises `Refused` with 50035 for anything else."""
        return _snowflake(name, self.params[name])

    def asked_id(self, name: str) -> int | None:
        """An id in the query, if any. Raises `Refused` with 50035."""
        return _snowflake(name, self.query[name]) if name in self.query else None

    @property
    def fields(self) -> dict[str, Any]:
        """The body as an object. Raises `Refused` with 50109 for anything else."""
        if not isinstance(self.body, dict):
            raise Refused(Reason.BAD_JSON)
        return self.body

    def number(self, name: str, least: int, most: int, otherwise: int) -> int:
        """A number in the query within bounds. Raises `Refused` with 50035 outside them."""
        text = self.query.get(name)
        if text is None:
            return otherwise
        problems, value = Problems(), int(text) if SNOWFLAKE.fullmatch(text) else None
        if value is None:
            problems.add((name,), "NUMBER_TYPE_COERCE", f'Value "{text[:100]}" is not int.')
        elif value < least:
            message = f"int value should be greater than or equal to {least}."
            problems.add((name,), "NUMBER_TYPE_MIN", message)
        elif value > most:
            message = f"int value should be less than or equal to {most}."
            problems.add((name,), "NUMBER_TYPE_MAX", message)
        problems.refuse()
        return otherwise if value is None else value


def _snowflake(name: str, text: str) -> int:
    if not SNOWFLAKE.fullmatch(text):
        told = {"code": "NUMBER_TYPE_COERCE", "message": "Not snowflake"}
        raise Refused(Reason.INVALID_BODY, errors={name: {"_errors": [told]}})
    return int(text)


@dataclass(frozen=True, kw_only=True)
class Made:
    """A new object, answered with 201."""

    shape: dict[str, Any]


Answer = dict[str, Any] | list[dict[str, Any]] | Made | None


@dataclass(frozen=True, kw_only=True)
class Route:
    """`template` has the variable names of Discord's OpenAPI document.

    `open` routes need no bot token: the token in their path counts.
    """

    method: str
    template: str
    answer: Callable[[State, Call], Answer]
    open: bool = False


def shown_to_bot(state: State, message: Message) -> dict[str, Any]:
    """A message as the bot reads it: without the intent, others' words are hidden."""
    shape = state.shape(message)
    direct = state.world.channels[message.channel_id].guild_id is None
    if direct or state.world.application.privileged:
        return shape
    return without_words(shape, state.bot_id)


def channel_for_bot(state: State, call: Call, *bits: Permission) -> Channel:
    """The channel in the path. Raises `Refused`: 10003, 50001 unseen, 50013 without a bit."""
    channel = state.existing_channel(call.id("channel_id"))
    held = granted(state.world, state.bot_id, channel)
    if not held & Permission.VIEW_CHANNEL:
        raise Refused(Reason.MISSING_ACCESS)
    if any(not held & bit for bit in bits):
        raise Refused(Reason.MISSING_PERMISSIONS)
    return channel
