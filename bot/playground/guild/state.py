"""What the local Discord knows, and the few acts that change it and tell every reader.

Callers check rules and permissions."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.clock import Clock
from bot.playground.guild import shapes
from bot.playground.guild.commands import Commands
from bot.playground.guild.errors import Reason, Refused
from bot.playground.guild.events import Event, EventKind, Events
from bot.playground.guild.files import Files
from bot.playground.guild.interactions import Interaction
from bot.playground.guild.messages import Message, Messages
from bot.playground.guild.overrides import Overrides, Target
from bot.playground.guild.permissions import Permission, effective
from bot.playground.guild.ratelimits import RateLimits
from bot.playground.guild.world import Channel, ChannelKind, World

EPOCH = datetime(2015, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Ping:
    """A message notified somebody, when it was written or by an edit."""

    user_id: int
    message_id: int
    at: datetime


class State:
    """The world, its messages, and the open business of people and the bot."""

    def __init__(self, world: World, clock: Clock, files: Files, limits: RateLimits) -> None:
        self.world = world
        self.clock = clock
        self.files = files
        self.limits = limits
        self.events = Events()
        self.messages = Messages()
        self.commands = Commands(world.application.id, self.next_id)
        self.overrides = Overrides(world.application.id)
        self.interactions: dict[str, Interaction] = {}
        self.pings: list[Ping] = []
        self.blocked_words: set[str] = set()
        self.blocked_links: set[str] = set()
        self._last_id = 0

    def next_id(self) -> int:
        """A new snowflake for now, larger than all before."""
        since = (self.clock.now() - EPOCH) // timedelta(milliseconds=1)
        self._last_id = max(self._last_id + 1, since << 22)
        return self._last_id

    @property
    def bot_id(self) -> int:
        return self.world.application.bot_id

    def may(self, user_id: int, channel: Channel, *bits: Permission) -> bool:
        """Whether a person holds all these bits in a channel."""
        held = effective(self.world, user_id, channel)
        return all(held & bit for bit in bits)

    def existing_channel(self, channel_id: int) -> Channel:
        """Raises `Refused` with 10003 for a channel that does not exist, or no longer."""
        channel = self.world.channels.get(channel_id)
        if channel is None:
            raise Refused(Reason.UNKNOWN_CHANNEL)
        return channel

    def sees(self, user_id: int, event: Event) -> bool:
        """Whether a person's client would show this event."""
        if event.only_for is not None:
            return event.only_for == user_id
        channel = None if event.channel_id is None else self.world.channels.get(event.channel_id)
        return channel is None or self.may(user_id, channel, Permission.VIEW_CHANNEL)

    def shape(self, message: Message) -> dict[str, Any]:
        """A message as Discord's JSON."""
        return shapes.message(self.world, message, self._replied(message))

    def answers_hidden(self, message: Message, user_id: int) -> bool:
        """Whether it answers a private message that only somebody else can see."""
        replied = self.messages.get(message.channel_id, message.reply_to or 0)
        return replied is not None and replied.only_for not in (None, user_id)

    def _replied(self, message: Message) -> Message | None:
        """What it answers, unless that is private and this is not."""
        replied = self.messages.get(message.channel_id, message.reply_to or 0)
        is_open = replied is not None and replied.only_for in (None, message.only_for)
        return replied if is_open else None

    def write(self, message: Message) -> Message:
        """Add a new message to its channel."""
        self.messages.put(message)
        self._ping(message, None)
        self._tell(EventKind.MESSAGE, message)
        return message

    def rewrite(self, before: Message, **changes: Any) -> Message:
        """Replace a message by a changed one."""
        after = replace(before, **changes)
        self.messages.put(after)
        self._ping(after, before)
        self._tell(EventKind.EDITED, after)
        return after

    def erase(self, message: Message) -> None:
        """Delete a message for everybody."""
        self.messages.drop(message)
        body = {"id": str(message.id), "channel_id": str(message.channel_id)}
        self.publish(EventKind.DELETED, message.channel_id, message.only_for, body)

    def clear(self, channel_id: int, found: Sequence[Message]) -> None:
        """Delete many messages in a channel at once."""
        for one in found:
            self.messages.drop(one)
        ids = [str(one.id) for one in found]
        body = {"ids": ids, "channel_id": str(channel_id)}
        self.publish(EventKind.CLEARED, channel_id, None, body)

    def publish(
        self,
        kind: EventKind,
        channel_id: int | None = None,
        only_for: int | None = None,
        body: dict[str, Any] | None = None,
    ) -> None:
        """Tell every reader of the stream."""
        at = self.clock.now()
        event = Event(kind=kind, at=at, channel_id=channel_id, only_for=only_for, body=body or {})
        self.events.publish(event)

    def open_dm(self, user_id: int) -> Channel:
        """The bot's conversation with a person; created when first needed."""
        found = self.world.dm(user_id)
        if found is not None:
            return found
        name = f"@{self.world.user(user_id).name}"
        pair = (self.bot_id, user_id)
        return self.add_channel(
            lambda id: Channel(id=id, name=name, kind=ChannelKind.DM, recipients=pair)
        )

    def add_channel(self, make: Callable[[int], Channel]) -> Channel:
        """Add the channel that `make` builds for its new id."""
        channel = make(self.next_id())
        self.world.channels[channel.id] = channel
        body = {**shapes.channel(self.world, channel), "newly_created": True}
        self.publish(EventKind.CHANNEL, channel.id, None, body)
        return channel

    def change_channel(self, channel_id: int, **changes: Any) -> Channel:
        """Replace a channel by a changed one."""
        changed = self.world.change_channel(channel_id, **changes)
        body = shapes.channel(self.world, changed)
        self.publish(EventKind.CHANNEL, changed.id, None, body)
        return changed

    def remove_channel(self, channel: Channel) -> None:
        """Delete a channel, its threads and their messages."""
        for one in [one for one in self.world.channels.values() if one.parent_id == channel.id]:
            if one.is_thread:
                self.remove_channel(one)
        self.publish(EventKind.GONE, channel.id, None, shapes.channel(self.world, channel))
        del self.world.channels[channel.id]

    def let_use(
        self,
        guild_id: int,
        command: str | None,
        target: Target,
        target_id: int,
        allowed: bool | None,
    ) -> None:
        """Set an override in a server's integration page; without a command, for all of them.

        None removes the override. Raises LookupError for an unknown command.
        """
        about = self.world.application.id
        if command is not None:
            about = self.commands.id_of(guild_id, command)
        self.overrides.put(guild_id, about, (target, target_id), allowed)
        self.publish(EventKind.OVERRIDES, body=self.overrides.shape(guild_id, about))

    def _ping(self, message: Message, before: Message | None) -> None:
        now = self.clock.now()
        known = frozenset() if before is None else self._reached(before)
        for user_id in sorted(self._reached(message) - known):
            self.pings.append(Ping(user_id=user_id, message_id=message.id, at=now))

    def _reached(self, message: Message) -> frozenset[int]:
        """Who is notified by a message, by name or by role; roles never notify the author."""
        channel = self.world.channels[message.channel_id]
        guild = self.world.guilds.get(channel.guild_id or 0)
        held = guild.members if guild is not None and message.roles else {}
        by_role = {
            who
            for who, roles in held.items()
            if roles & message.roles and self.may(who, channel, Permission.VIEW_CHANNEL)
        }
        named = {who for who in message.pinged if self.may(who, channel, Permission.VIEW_CHANNEL)}
        return frozenset(named | (by_role - {message.author_id}))

    def _tell(self, kind: EventKind, message: Message) -> None:
        self.publish(kind, message.channel_id, message.only_for, self.shape(message))
