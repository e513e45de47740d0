"""Servers, channels and people as values, and the object that holds the current ones.

`permissions` knows what people may do, `messages` what they wrote."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import IntEnum
from types import MappingProxyType
from typing import Any


class ChannelKind(IntEnum):
    """https://docs.discord.com/developers/resources/channel#channel-object-channel-types"""

    TEXT = 0
    DM = 1
    VOICE = 2
    CATEGORY = 4
    ANNOUNCEMENT = 5
    ANNOUNCEMENT_THREAD = 10
    PUBLIC_THREAD = 11
    PRIVATE_THREAD = 12
    STAGE = 13
    FORUM = 15


THREADS = (
    ChannelKind.ANNOUNCEMENT_THREAD,
    ChannelKind.PUBLIC_THREAD,
    ChannelKind.PRIVATE_THREAD,
)
VOCAL = (ChannelKind.VOICE, ChannelKind.STAGE)
WORDLESS = (ChannelKind.CATEGORY, ChannelKind.FORUM)  # these hold no messages


@dataclass(frozen=True, kw_only=True)
class User:
    """A person or the bot. With `dms_open` false, refuses the bot's direct messages (50007)."""

    id: int
    name: str
    display_name: str
    bot: bool = False
    dms_open: bool = True


@dataclass(frozen=True, kw_only=True)
class Role:
    """A named set of permission bits; the role with the server's id is everyone's."""

    id: int
    name: str
    permissions: int
    position: int = 0
    mentionable: bool = False  # by anyone


@dataclass(frozen=True, kw_only=True)
class Overwrite:
    """What a channel adds to or removes from a role or a person."""

    target_id: int
    is_role: bool
    allow: int = 0
    deny: int = 0


@dataclass(frozen=True, kw_only=True)
class Channel:
    """A place for messages. `recipients` are the two people of a direct conversation.

    `members` are the people in a thread; if a private one is not `invitable`, only those who manage
    threads can add people.
    """

    id: int
    name: str
    kind: ChannelKind = ChannelKind.TEXT
    guild_id: int | None = None
    parent_id: int | None = None
    owner_id: int | None = None
    overwrites: tuple[Overwrite, ...] = ()
    recipients: tuple[int, ...] = ()
    position: int = 0
    nsfw: bool = False  # age-restricted
    archived: bool = False
    locked: bool = False
    members: frozenset[int] = frozenset()
    invitable: bool = True

    @property
    def is_thread(self) -> bool:
        return self.kind in THREADS


@dataclass(frozen=True, kw_only=True)
class WordRule:
    """An AutoMod rule about words: its own words, or Discord's `presets`."""

    id: int
    name: str
    keywords: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()
    allowed: tuple[str, ...] = ()
    presets: tuple[int, ...] = ()
    enabled: bool = True
    exempt_roles: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Guild:
    """A server: `members` maps people to roles; `tier` (0 to 3) sets the upload limit."""

    id: int
    name: str
    owner_id: int
    roles: tuple[Role, ...]
    members: Mapping[int, frozenset[int]]
    tier: int = 0
    locale: str = "en-US"
    system_channel_id: int | None = None
    automod: tuple[WordRule, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Application:
    """The bot's application. Without `privileged`, identifying with such intents fails (4014).
    `verify_key` is its public key, in hex."""

    id: int
    name: str
    owner_id: int
    bot_id: int
    token: str = field(repr=False)
    public: bool = False
    privileged: bool = False
    verify_key: str = "0" * 64


class World:
    """The current servers, channels and people, found by id or name."""

    def __init__(self, application: Application) -> None:
        self.application = application
        self.users: dict[int, User] = {}
        self.guilds: dict[int, Guild] = {}
        self.channels: dict[int, Channel] = {}

    def user(self, ref: str | int) -> User:
        """A person by id or name. Raises LookupError for an unknown one."""
        for user in self.users.values():
            if ref in (user.id, user.name):
                return user
        raise LookupError(f"nobody is called {ref!r}")

    def channel(self, ref: str | int) -> Channel:
        """A channel by id or name; the bot's conversation with a person is `@name`."""
        for channel in self.channels.values():
            if ref in (channel.id, channel.name):
                return channel
        raise LookupError(f"no channel is called {ref!r}")

    def guild(self, ref: str | int) -> Guild:
        """A server by id or name. Raises LookupError for an unknown one."""
        for guild in self.guilds.values():
            if ref in (guild.id, guild.name):
                return guild
        raise LookupError(f"no server is called {ref!r}")

    def change_user(self, ref: str | int, **changes: Any) -> User:
        """Replace fields of a person, such as `dms_open`."""
        changed = replace(self.user(ref), **changes)
        self.users[changed.id] = changed
        return changed

    def change_guild(self, ref: str | int, **changes: Any) -> Guild:
        """Replace fields of a server, such as `tier`."""
        changed = replace(self.guild(ref), **changes)
        self.guilds[changed.id] = changed
        return changed

    def change_channel(self, ref: str | int, **changes: Any) -> Channel:
        """Replace fields of a channel, such as `overwrites` or `archived`."""
        changed = replace(self.channel(ref), **changes)
        self.channels[changed.id] = changed
        return changed

    def deny(self, ref: str | int, whom: str | int, bits: int) -> Channel:
        """Deny permission bits to a person, a role or `@everyone` in one channel."""
        return self._overwrite(self.channel(ref), whom, deny=int(bits))

    def allow(self, ref: str | int, whom: str | int, bits: int) -> Channel:
        """Allow permission bits to a person, a role or `@everyone` in one channel."""
        return self._overwrite(self.channel(ref), whom, allow=int(bits))

    def _overwrite(self, here: Channel, whom: str | int, allow: int = 0, deny: int = 0) -> Channel:
        role = self._role(here, whom)
        target = self.user(whom).id if role is None else role.id
        others = [one for one in here.overwrites if one.target_id != target]
        known = [one for one in here.overwrites if one.target_id == target]
        for one in known:
            allow, deny = allow | (one.allow & ~deny), deny | (one.deny & ~allow)
        mine = Overwrite(target_id=target, is_role=role is not None, allow=allow, deny=deny)
        return self.change_channel(here.id, overwrites=(*others, mine))

    def _role(self, here: Channel, ref: str | int) -> Role | None:
        roles = self.guilds[here.guild_id].roles if here.guild_id in self.guilds else ()
        return next((one for one in roles if ref in (one.id, one.name)), None)

    def join(self, guild: str | int, user: str | int, *roles: int) -> Guild:
        """Make a person (or the bot) a member."""
        here = self.guild(guild)
        members = {**here.members, self.user(user).id: frozenset(roles)}
        return self.change_guild(here.id, members=MappingProxyType(members))

    def leave(self, guild: str | int, user: str | int) -> Guild:
        """Remove a member from a server and its threads."""
        here, gone = self.guild(guild), self.user(user).id
        for thread in tuple(self.channels.values()):
            if thread.guild_id == here.id and gone in thread.members:
                self.change_channel(thread.id, members=thread.members - {gone})
        members = {who: roles for who, roles in here.members.items() if who != gone}
        return self.change_guild(here.id, members=MappingProxyType(members))

    def dm(self, user_id: int) -> Channel | None:
        """The bot's conversation with a person, if there is one."""
        for channel in self.channels.values():
            if channel.kind is ChannelKind.DM and user_id in channel.recipients:
                return channel
        return None
