"""What one person sees of the local Discord, as JSON for the page."""

from typing import Any

from bot.playground.guild import Actor, Channel, Event, EventKind, Guild, Message, Permission, User
from bot.playground.guild.permissions import writing_bit
from bot.playground.guild.world import ChannelKind
from bot.playground.page.integration import Integration

RESHAPING = frozenset(
    {
        EventKind.COMMANDS,
        EventKind.CHANNEL,
        EventKind.OVERRIDES,
        EventKind.CLEARED,
        EventKind.THREAD_MEMBERS,
        EventKind.MEMBER_JOINED,
        EventKind.MEMBER_LEFT,
    }
)
COMMAND = 2  # the interaction type of a command


class Sight:
    """The world through one person's client."""

    def __init__(self, actor: Actor) -> None:
        self._actor = actor
        self._state = actor.state
        self._world = actor.state.world

    @property
    def _guild(self) -> Guild:
        return next(iter(self._world.guilds.values()))

    def snapshot(self) -> dict[str, Any]:
        """Everything at this moment; `told` follows up with changes."""
        channels = self._channels()
        seen = [one for channel in channels for one in self._actor.messages(channel.id)]
        return {
            "server": {"name": self._guild.name},
            "me": self._face(self._actor.user),
            "people": [self._face(user) for user in self._world.users.values()],
            "roles": [{"id": str(role.id), "name": role.name} for role in self._guild.roles],
            "channels": [self._channel(channel) for channel in channels],
            "commands": self._commands(),
            "integration": Integration(self._actor).shown(),
            "messages": [self._message(one) for one in seen],
        }

    def told(self, event: Event) -> tuple[str, dict[str, Any]] | None:
        """The page's event for a visible change; None if the page does not show it."""
        if not self._state.sees(self._actor.user.id, event):
            return None
        match event.kind:
            case EventKind.MESSAGE | EventKind.EDITED:
                found = self._state.messages.find(int(event.body["id"]))
                return ("message", self._message(found)) if found else None
            case EventKind.DELETED:
                return "gone", event.body
            case kind if kind in RESHAPING:
                return "snapshot", self.snapshot()
            case _:
                return None

    def _commands(self) -> dict[str, list[dict[str, Any]]]:
        """The commands this person's client would offer, by channel."""
        return {str(one.id): self._actor.offered(one.id) for one in self._channels()}

    def _message(self, message: Message) -> dict[str, Any]:
        """Discord's object, plus the command it answers; nobody sees that it answers something
        private of somebody else's."""
        cause = message.asked_by
        command = cause is not None and cause["type"] == COMMAND
        used = {"by": cause["user"]["id"], "name": cause["name"]} if cause and command else None
        shown = {**self._state.shape(message), "used": used}
        if self._state.answers_hidden(message, self._actor.user.id):
            del shown["message_reference"]
        return shown

    def _channels(self) -> list[Channel]:
        seen = (channel for channel in self._world.channels.values() if self._sees(channel))
        return sorted(seen, key=lambda channel: (channel.kind, channel.position))

    def _sees(self, channel: Channel) -> bool:
        return self._state.may(self._actor.user.id, channel, Permission.VIEW_CHANNEL)

    def _channel(self, channel: Channel) -> dict[str, Any]:
        direct = channel.kind is ChannelKind.DM
        bot = self._world.users[self._state.bot_id]
        return {
            "id": str(channel.id),
            "type": int(channel.kind),
            "name": bot.display_name if direct else channel.name,
            "direct": direct,
            "private": any(one.target_id == channel.guild_id for one in channel.overwrites),
            "can_write": self._state.may(self._actor.user.id, channel, writing_bit(channel)),
        }

    def _face(self, user: User) -> dict[str, Any]:
        held = self._guild.members.get(user.id, frozenset())
        titles = [role.name for role in self._guild.roles if role.id in held]
        return {
            "id": str(user.id),
            "key": user.name,
            "name": user.display_name,
            "owner": user.id == self._guild.owner_id,
            "title": ", ".join(titles),
            "bot": user.bot,
        }
