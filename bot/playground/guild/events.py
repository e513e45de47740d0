"""Everything visible that happens, as one stream for the gateway, the page and the tests.

An event is already true when it is published; it says who may see it."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


class EventKind(StrEnum):
    """What happened; the comments describe `body`."""

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
    COMMANDS = "commands"  # {}: the registered commands changed
    OVERRIDES = "overrides"  # a command's overrides in a server: the object as it is now
    CHANNEL = "channel"  # the channel object as it is now; a new one has "newly_created"
    GONE = "gone"  # the object of a channel that is deleted
    THREAD_MEMBERS = "thread members"  # {"id", "guild_id", "added", "removed"}: ids as numbers
    MEMBER_JOINED = "member joined"  # the member object, with "guild_id"
    MEMBER_LEFT = "member left"  # {"guild_id", "user"}
    JOINED = "joined"  # {"guild_id"}: the bot joined a server
    LEFT = "left"  # {"guild_id"}: the bot left a server


@dataclass(frozen=True, kw_only=True)
class Event:
    """`only_for` is a person's id; without it, all who may view `channel_id` see the event."""

    kind: EventKind
    at: datetime
    channel_id: int | None = None
    only_for: int | None = None
    body: dict[str, Any] = field(default_factory=dict)


class Events:
    """The stream. `subscribe` takes callbacks, `listen` gives an async iterator."""

    def __init__(self) -> None:
        self._readers: list[Callable[[Event], None]] = []
        self._pulse = asyncio.Event()

    def publish(self, event: Event) -> None:
        """Tell all readers in the order they subscribed, then wake those who wait for a change."""
        for reader in tuple(self._readers):
            reader(event)
        self.pulse()

    def pulse(self) -> None:
        """Wake waiters after a change that is not an event, such as an answered request."""
        self._pulse.set()
        self._pulse = asyncio.Event()

    async def pulsed(self) -> None:
        """Wait for the next event or pulse."""
        await self._pulse.wait()

    def subscribe(self, reader: Callable[[Event], None]) -> Callable[[], None]:
        """Call `reader` with each event from now on; call the result to stop."""
        self._readers.append(reader)
        return lambda: self._readers.remove(reader)

    @contextmanager
    def listen(self) -> Iterator[AsyncIterator[Event]]:
        """`with events.listen() as stream: async for event in stream`, from this moment on."""
        queue: asyncio.Queue[Event] = asyncio.Queue()
        stop = self.subscribe(queue.put_nowait)
        try:
            yield _drain(queue)
        finally:
            stop()


async def _drain(queue: asyncio.Queue[Event]) -> AsyncIterator[Event]:
    while True:
        yield await queue.get()
