"""Messages as they were written, and the store that holds them.

`rules.messages` knows what Discord accepts, `rest` who may write."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntFlag
from pathlib import Path
from typing import Any


class Flag(IntFlag):
    """https://docs.discord.com/developers/resources/message#message-object-message-flags"""

    SUPPRESS_EMBEDS = 1 << 2
    HAS_THREAD = 1 << 5
    EPHEMERAL = 1 << 6
    LOADING = 1 << 7
    SUPPRESS_NOTIFICATIONS = 1 << 12
    COMPONENTS_V2 = 1 << 15


@dataclass(frozen=True, kw_only=True)
class Attachment:
    """An uploaded file. `path` holds its bytes; `url` is signed and expires."""

    id: int
    filename: str
    size: int
    content_type: str
    url: str
    path: Path
    description: str | None = None


@dataclass(frozen=True, kw_only=True)
class Reaction:
    """An emoji under a message, and who chose it, in order."""

    emoji: str
    users: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Message:
    """A message at one moment; an edit makes a new value with the same id.

    `only_for` is the one person who sees an ephemeral message. `pinged` and `roles` are the people
    and roles it notifies. `asked_by` is the interaction it answers (Discord's
    `interaction_metadata`), `forwarded` the forwarded message, as it was then.
    """

    id: int
    channel_id: int
    author_id: int
    at: datetime
    kind: int = 0
    content: str = ""
    embeds: tuple[dict[str, Any], ...] = ()
    components: tuple[dict[str, Any], ...] = ()
    attachments: tuple[Attachment, ...] = ()
    flags: int = 0
    edited_at: datetime | None = None
    nonce: str | None = None
    only_for: int | None = None
    pinged: frozenset[int] = frozenset()
    roles: frozenset[int] = frozenset()
    everyone: bool = False
    reply_to: int | None = None
    asked_by: dict[str, Any] | None = None
    forwarded: "Message | None" = None
    reactions: tuple[Reaction, ...] = ()
    pinned_at: datetime | None = None

    @property
    def loading(self) -> bool:
        """Whether it still shows that the bot is thinking."""
        return bool(self.flags & Flag.LOADING)

    @property
    def text(self) -> str:
        """Everything a person reads: content, then embeds, then text displays, in order."""
        parts = [self.content]
        for embed in self.embeds:
            parts += [str(embed.get("title") or ""), str(embed.get("description") or "")]
        parts += [str(one["content"]) for one in self.parts() if one["type"] == 10]
        return "\n".join(part for part in parts if part)

    @property
    def buttons(self) -> dict[str, dict[str, Any]]:
        """The buttons by label; those with only an emoji by its name."""
        found = [one for one in self.parts() if one["type"] == 2]
        return {one.get("label") or one.get("emoji", {}).get("name", ""): one for one in found}

    @property
    def media(self) -> tuple[str, ...]:
        """The addresses shown by galleries, thumbnails and file components."""
        found: list[str] = []
        for one in self.parts():
            shown = [item["media"] for item in one.get("items", ())] if one["type"] == 12 else []
            shown += [one[key] for key in ("media", "file") if key in one]
            found += [media["url"] for media in shown]
        return tuple(found)

    def parts(self) -> Iterator[dict[str, Any]]:
        """All components, nested ones and accessories included, from top to bottom."""
        yield from walk(self.components)


def walk(components: Any) -> Iterator[dict[str, Any]]:
    """The components of a tree from top to bottom."""
    for one in components:
        yield one
        yield from walk(one.get("components", ()))
        yield from walk([one[key] for key in ("accessory", "component") if key in one])


class Messages:
    """All messages, by channel. A nonce is remembered for `nonce_window`."""

    def __init__(self, nonce_window: timedelta = timedelta(minutes=5)) -> None:
        self.nonce_window = nonce_window
        self._channels: dict[int, dict[int, Message]] = {}
        self._places: dict[int, int] = {}
        self._nonces: dict[tuple[int, int, str], int] = {}

    def put(self, message: Message) -> None:
        """Add a message, or replace the one with its id."""
        self._channels.setdefault(message.channel_id, {})[message.id] = message
        self._places[message.id] = message.channel_id
        if message.nonce is not None:
            self._nonces[message.channel_id, message.author_id, message.nonce] = message.id

    def drop(self, message: Message) -> None:
        """Forget a deleted message."""
        del self._channels[message.channel_id][message.id]
        del self._places[message.id]

    def get(self, channel_id: int, message_id: int) -> Message | None:
        """The message as it is now."""
        return self._channels.get(channel_id, {}).get(message_id)

    def find(self, message_id: int) -> Message | None:
        """The message with this id, in any channel."""
        return self.get(self._places.get(message_id, 0), message_id)

    def within(self, channel_id: int) -> list[Message]:
        """A channel's messages, newest last."""
        return list(self._channels.get(channel_id, {}).values())

    def repeated(self, channel_id: int, author: int, nonce: str, now: datetime) -> Message | None:
        """The message that already carries this nonce, if it is recent enough."""
        known = self.get(channel_id, self._nonces.get((channel_id, author, nonce), 0))
        return known if known is not None and now - known.at < self.nonce_window else None
