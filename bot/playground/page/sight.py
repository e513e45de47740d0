"""What one person sees of the local Discord, as JSON for the page."""

from typing import Any

from bot.playground.guild.events import Event, EventKind
from bot.playground.guild.messages import Message
from bot.playground.guild.permissions import Permission, in_guild
from bot.playground.guild.state import State
from bot.playground.guild.world import Channel, ChannelKind, Guild, User

COMMAND = 2  # the interaction type of a slash command


class Sight:
    """The world through one person's eyes."""

    def __init__(self, state: State, person: User) -> None:
        self.person = person
        self._state = state
        self._world = state.world

    @property
    def _guild(self) -> Guild:
        return next(iter(self._world.guilds.values()))

    def snapshot(self) -> dict[str, Any]:
        """Everything at this moment; what follows is told by `told`."""
        channels = self._channels()
        return {
            "server": {"name": self._guild.name},
            "me": self._face(self.person),
            "people": [self._face(user) for user in self._world.users.values()],
            "actors": [self._face(user) for user in self._world.users.values() if not user.bot],
            "roles": [{"id": str(role.id), "name": role.name} for role in self._guild.roles],
            "channels": [self._channel(channel) for channel in channels],
            "commands": self.commands(),
            "messages": [self.message(one) for channel in channels for one in self._read(channel)],
        }

    def commands(self) -> list[dict[str, Any]]:
        """The registered commands this person's client would offer."""
        held = in_guild(self._guild, self.person.id)
        return [
            command
            for command in self._state.commands.offered(self._guild.id)
            if _needs(command) & held == _needs(command)
        ]

    def message(self, message: Message) -> dict[str, Any]:
        """Discord's object, and beside it which command it answers."""
        return {**self._state.shape(message), "used": self._used(message)}

    def told(self, event: Event) -> tuple[str, dict[str, Any] | list[dict[str, Any]]] | None:
        """The page's event for a visible change; None for what the page does not show."""
        if not self._state.sees(self.person.id, event):
            return None
        match event.kind:
            case EventKind.MESSAGE | EventKind.EDITED:
                found = self._state.messages.find(int(event.body["id"]))
                return ("message", self.message(found)) if found else None
            case EventKind.DELETED:
                return "gone", event.body
            case EventKind.COMMANDS:
                return "commands", self.commands()
            case EventKind.CHANNEL:
                return "snapshot", self.snapshot()
            case _:
                return None

    def _channels(self) -> list[Channel]:
        seen = (
            channel
            for channel in self._world.channels.values()
            if self._state.may(self.person.id, channel, Permission.VIEW_CHANNEL)
        )
        return sorted(seen, key=lambda channel: (channel.kind, channel.position))

    def _read(self, channel: Channel) -> list[Message]:
        here = self._state.messages.within(channel.id)
        return [one for one in here if one.only_for in (None, self.person.id)]

    def _channel(self, channel: Channel) -> dict[str, Any]:
        direct = channel.kind is ChannelKind.DM
        bot = self._world.users[self._state.bot_id]
        write = (
            Permission.SEND_MESSAGES_IN_THREADS if channel.is_thread else Permission.SEND_MESSAGES
        )
        return {
            "id": str(channel.id),
            "type": int(channel.kind),
            "name": bot.display_name if direct else channel.name,
            "direct": direct,
            "private": any(one.target_id == channel.guild_id for one in channel.overwrites),
            "can_write": self._state.may(self.person.id, channel, write),
        }

    def _face(self, user: User) -> dict[str, Any]:
        held = self._guild.members.get(user.id, frozenset())
        titles = [role.name for role in self._guild.roles if role.id in held]
        owner = ["Owner"] if user.id == self._guild.owner_id else []
        return {
            "id": str(user.id),
            "key": user.name,
            "name": user.display_name,
            "title": ", ".join(owner + titles),
            "bot": user.bot,
        }

    def _used(self, message: Message) -> dict[str, str] | None:
        cause = message.asked_by
        if cause is None or cause["type"] != COMMAND:
            return None
        asked = (one for one in self._state.interactions.values() if str(one.id) == cause["id"])
        interaction = next(asked, None)
        if interaction is None:
            return None
        return {"by": str(interaction.user_id), "name": interaction.payload["data"]["name"]}


def _needs(command: dict[str, Any]) -> int:
    """Permission bits; "0" is for administrators only."""
    bits = command.get("default_member_permissions")
    if bits is None:
        return 0
    return int(bits) or int(Permission.ADMINISTRATOR)
