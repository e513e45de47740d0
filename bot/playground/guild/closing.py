"""How the gateway ends a connection: Discord's close codes, and the faults that earn one.

https://docs.discord.com/developers/topics/opcodes-and-status-codes#gateway-gateway-close-event-codes"""

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import IntEnum
from typing import Any, TypeGuard

from bot.playground.guild.parsing import NotJson, parsed

VERSION = "10"
LONGEST = 4096  # bytes a client may send
MOST, WITHIN = 120, timedelta(seconds=60)
INTENTS = (1 << 17) - 1 | 1 << 20 | 1 << 21 | 1 << 24 | 1 << 25


class CloseCode(IntEnum):
    """Why a connection ends."""

    UNKNOWN_OPCODE = 4001
    DECODE_ERROR = 4002
    NOT_AUTHENTICATED = 4003
    AUTHENTICATION_FAILED = 4004
    ALREADY_AUTHENTICATED = 4005
    INVALID_SEQUENCE = 4007
    RATE_LIMITED = 4008
    INVALID_SHARD = 4010
    INVALID_VERSION = 4012
    INVALID_INTENTS = 4013
    DISALLOWED_INTENTS = 4014


class Closed(Exception):
    """The client did something that ends its connection."""

    def __init__(self, code: CloseCode) -> None:
        super().__init__(code.name)
        self.code = code


@dataclass(kw_only=True)
class Pace:
    """Allows 120 payloads a minute, heartbeats included."""

    taken: deque[datetime] = field(default_factory=deque)

    def count(self, now: datetime) -> None:
        """Raises `Closed` with 4008 when there are too many."""
        while self.taken and now - self.taken[0] >= WITHIN:
            self.taken.popleft()
        if len(self.taken) >= MOST:
            raise Closed(CloseCode.RATE_LIMITED)
        self.taken.append(now)


def check_opening(version: str | None, encoding: str | None) -> None:
    """Check the query of the gateway's address. Raises `Closed` with 4012 or 4002."""
    if version not in (None, VERSION):
        raise Closed(CloseCode.INVALID_VERSION)
    if encoding not in (None, "json"):
        raise Closed(CloseCode.DECODE_ERROR)


def read_frame(raw: str | bytes) -> tuple[int, Any]:
    """The opcode and `d` of a frame. Raises `Closed` with 4002 for anything else."""
    sent = raw.encode("utf-8", "surrogatepass") if isinstance(raw, str) else raw
    if len(sent) > LONGEST:
        raise Closed(CloseCode.DECODE_ERROR)
    try:
        payload = parsed(sent)
    except NotJson:
        raise Closed(CloseCode.DECODE_ERROR) from None
    if not isinstance(payload, dict) or not is_number(payload.get("op")):
        raise Closed(CloseCode.DECODE_ERROR)
    return payload["op"], payload.get("d")


def text(body: dict[str, Any], name: str) -> str:
    """A field that must be a string. Raises `Closed` with 4002."""
    value = body.get(name)
    if not isinstance(value, str):
        raise Closed(CloseCode.DECODE_ERROR)
    return value


def shard(body: dict[str, Any]) -> tuple[int, int]:
    """The shard that identifies, and the number of shards. Raises `Closed` with 4010."""
    match body.get("shard"):
        case None:
            return 0, 1
        case [index, count] if is_number(index) and is_number(count) and 0 <= index < count:
            return index, count
    raise Closed(CloseCode.INVALID_SHARD)


def intents(body: dict[str, Any], refused: int) -> int:
    """The requested intents. Raises `Closed`: 4013 for unknown ones, 4014 for a `refused` one."""
    asked = body.get("intents")
    if not is_number(asked) or asked < 0 or asked & ~INTENTS:
        raise Closed(CloseCode.INVALID_INTENTS)
    if asked & refused:
        raise Closed(CloseCode.DISALLOWED_INTENTS)
    return asked


def is_number(value: object) -> TypeGuard[int]:
    """Whether it is a whole number; JSON's true and false are not."""
    return isinstance(value, int) and not isinstance(value, bool)
