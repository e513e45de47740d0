"""One use of the bot by a person: its token, its deadlines and its outcome.

https://docs.discord.com/developers/interactions/receiving-and-responding"""

import asyncio
import hashlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import IntEnum
from typing import Any

ANSWER_WITHIN = timedelta(seconds=3)
TOKEN_LIFE = timedelta(minutes=15)


class InteractionKind(IntEnum):
    """What a person did."""

    COMMAND = 2
    COMPONENT = 3
    AUTOCOMPLETE = 4
    MODAL = 5


class ResponseKind(IntEnum):
    """How the bot answered first."""

    PONG = 1
    MESSAGE = 4
    DEFERRED = 5
    DEFERRED_UPDATE = 6
    UPDATE = 7
    CHOICES = 8
    MODAL = 9


ALLOWED = {
    InteractionKind.COMMAND: {ResponseKind.MESSAGE, ResponseKind.DEFERRED, ResponseKind.MODAL},
    InteractionKind.COMPONENT: set(ResponseKind) - {ResponseKind.PONG, ResponseKind.CHOICES},
    InteractionKind.AUTOCOMPLETE: {ResponseKind.CHOICES},
    InteractionKind.MODAL: {ResponseKind.MESSAGE, ResponseKind.DEFERRED},
}


@dataclass(frozen=True, kw_only=True)
class Modal:
    """A form that the bot opened for one person, in answer to `opened_by`."""

    interaction_id: int
    user_id: int
    channel_id: int
    custom_id: str
    title: str
    components: tuple[dict[str, Any], ...]
    message_id: int | None = None
    opened_by: dict[str, Any] = field(default_factory=dict)


@dataclass(kw_only=True)
class Interaction:
    """`response` is the first answer; `answered` is set with it.

    `original_id` is the message behind `@original`.
    """

    id: int
    kind: InteractionKind
    user_id: int
    channel_id: int
    at: datetime
    payload: dict[str, Any]
    message_id: int | None = None
    metadata: dict[str, Any] = field(default_factory=dict)
    response: ResponseKind | None = None
    original_id: int | None = None
    waiting_for_message: bool = False
    modal: Modal | None = None
    choices: tuple[dict[str, Any], ...] | None = None
    answered: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def token(self) -> str:
        """A long random token, like Discord's."""
        return hashlib.sha512(f"local interaction {self.id}".encode()).hexdigest()

    def allows(self, response: ResponseKind) -> bool:
        """Whether this may be the first answer to what the person did."""
        if self.kind is InteractionKind.MODAL and self.message_id is not None:
            changes = {ResponseKind.UPDATE, ResponseKind.DEFERRED_UPDATE}
            return response in ALLOWED[self.kind] | changes
        return response in ALLOWED[self.kind]

    def answerable(self, now: datetime) -> bool:
        """Whether a first answer would still be in time."""
        return now - self.at <= ANSWER_WITHIN

    def alive(self, now: datetime) -> bool:
        """Whether the token still allows edits and follow-ups."""
        return now - self.at < TOKEN_LIFE
