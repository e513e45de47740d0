"""What can be seen happening, as one stream: the gateway, the page and the tests all read it.

An event is a fact that already holds; who may see it is on the event."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


class EventKind(StrEnum):
    """What happened; `body` is described behind each."""

    MESSAGE = "message"  # a Discord message object
    EDITED = "edited"  # the message object as it is now
    DELETED = "deleted"  # {"id", "channel_id"}
    CLEARED = "cleared"  # many messages at once: {"ids", "channel_id"}
    REACTION = "reaction"  # {"name": of the dispatch, "payload"}
    PINS = "pins"  # {"channel_id", "last_pin_timestamp"}
    TYPING = "typing"  # {"user_id"}
    COMMAND = "command"  # a person used something: {"interaction", "user_id", "name"}
    RESPONSE = "response"  # {"interaction", "type", "message": the message object or null}
    MODAL = "modal"  # {"interaction", "title", "custom_id", "components"}
    CHOICES = "choices"  # {"interaction", "choices"}
    ONLINE = "online"  # {"session"}
    OFFLINE = "offline"  # {"session"}
    COMMANDS = "commands"  # the registered commands have changed: {}
    OVERRIDES = "overrides"  # of a command in a server: the object as it is now
    CHANNEL = "channel"  # the channel object as it is now; a new one has "newly_created"
    GONE = "gone"  # the object of a channel that is deleted
    THREAD_MEMBERS = "thread members"  # {"id", "guild_id", "added", "removed"}: ids as numbers
    MEMBER_JOINED = "member joined"  # the member object, with "guild_id"
    MEMBER_LEFT = "member left"  # {"guild_id", "user"}
    JOINED = "joined"  # the bot is in a server from now on: {"guild_id"}
    LEFT = "left"  # the bot is in a server no more: {"guild_id"}


@dataclass(frozen=True, kw_only=True)
class Event:
    """`only_for` is a person's id; without it, all who may view `channel_id` (or anyone) see it."""

    kind: EventKind
    at: datetime
    channel_id: int | None = None
    only_for: int | None = None
    body: dict[str, Any] = field(default_factory=dict)


class Events:
    """The stream. `subscribe` for callbacks, `listen` for an async iterator."""

    def __init__(self) -> None:
        self._readers: list[Callable[[Event], None]] = []
        self._pulse = asyncio.Event()

    def publish(self, event: Event) -> None:
        """Tell every reader, in the order in which they came, then wake who waits for a change."""
        for reader in tuple(self._readers):
            reader(event)
        self.pulse()

    def pulse(self) -> None:
        """Something changed that is no event of its own, such as an answered request."""
        self._pulse.set()
        self._pulse = asyncio.Event()

    async def pulsed(self) -> None:
        """Wait for the next event or pulse."""
        await self._pulse.wait()

    def subscribe(self, reader: Callable[[Event], None]) -> Callable[[], None]:
        """Call `reader` with each event from now on; the result ends it."""
        self._readers.append(reader)
        return lambda: self._readers.remove(reader)

    @contextmanager
    def listen(self) -> Iterator[AsyncIterator[Event]]:
        """`with events.listen() as stream: async for event in stream` from this moment on."""
        queue: asyncio.Queue[Event] = asyncio.Queue()
        stop = self.subscribe(queue.put_nowait)
        try:
            yield _drain(queue)
        finally:
            stop()


async def _drain(queue: asyncio.Queue[Event]) -> AsyncIterator[Event]:
    while True:
        yield await queue.get()
