"""A request that was read and let in, and the shape of what answers it."""

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
    """`params` are the route's variables, `body` the JSON (of a multipart: its payload_json)."""

    params: Mapping[str, str]
    query: Mapping[str, str]
    body: Any = None
    uploads: tuple[Upload, ...] = ()

    def id(self, name: str) -> int:
        """A snowflake of the path. Raises `Refused` with 50035 for anything else."""
        return _snowflake(name, self.params[name])

    def asked_id(self, name: str) -> int | None:
        """A snowflake of the query, if there is one. Raises `Refused` with 50035."""
        return _snowflake(name, self.query[name]) if name in self.query else None

    @property
    def fields(self) -> dict[str, Any]:
        """The body as an object. Raises `Refused` with 50109 for anything else."""
        if not isinstance(self.body, dict):
            raise Refused(Reason.BAD_JSON)
        return self.body

    def number(self, name: str, least: int, most: int, otherwise: int) -> int:
        """A number of the query between two bounds. Raises `Refused` with 50035 for others."""
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
    """Something that is new, answered with 201."""

    shape: dict[str, Any]


Answer = dict[str, Any] | list[dict[str, Any]] | Made | None


@dataclass(frozen=True, kw_only=True)
class Route:
    """`template` has the variable names of Discord's OpenAPI document.

    `open` routes are let in without the bot's token: the token in their path is what counts.
    """

    method: str
    template: str
    answer: Callable[[State, Call], Answer]
    open: bool = False


def shown_to_bot(state: State, message: Message) -> dict[str, Any]:
    """A message as the bot reads it: of others in a server no words without the intent."""
    shape = state.shape(message)
    direct = state.world.channels[message.channel_id].guild_id is None
    if direct or state.world.application.privileged:
        return shape
    return without_words(shape, state.bot_id)


def channel_for_bot(state: State, call: Call, *bits: Permission) -> Channel:
    """The channel of the path. Raises `Refused`: 10003, 50001 unseen, 50013 without a bit."""
    channel = state.existing_channel(call.id("channel_id"))
    held = granted(state.world, state.bot_id, channel)
    if not held & Permission.VIEW_CHANNEL:
        raise Refused(Reason.MISSING_ACCESS)
    if any(not held & bit for bit in bits):
        raise Refused(Reason.MISSING_PERMISSIONS)
    return channel
