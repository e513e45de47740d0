"""Builds up a server for a test or a demo: channels and threads of every kind, and permissions.

`local.places` changes the world as its owner would, and tells the bot; `Actor` acts within a
person's permissions:

    post = local.places.post(local.places.forum("clips"), "foxes", by="maya", text="Look")
    quiet = local.places.thread("films", "plans", by="maya", private=True, members=("leo",))
    local.places.deny("films", "@everyone", Permission.CREATE_PUBLIC_THREADS)
    local.places.kick("leo")
"""

from collections.abc import Iterable

from bot.playground.guild import shapes, threads
from bot.playground.guild.events import EventKind
from bot.playground.guild.messages import Message
from bot.playground.guild.permissions import Permission
from bot.playground.guild.state import State
from bot.playground.guild.world import Channel, ChannelKind, Guild

Ref = str | int
Place = Ref | Channel
WORDS = (
    Permission.SEND_MESSAGES
    | Permission.SEND_MESSAGES_IN_THREADS
    | Permission.CREATE_PUBLIC_THREADS
    | Permission.CREATE_PRIVATE_THREADS
)


class Places:
    """Name channels and people by id or name; a channel object works, too."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._world = state.world

    def text(self, name: str, guild: Ref | None = None) -> Channel:
        """A text channel."""
        return self.channel(name, ChannelKind.TEXT, guild)

    def voice(self, name: str, guild: Ref | None = None) -> Channel:
        """A voice channel, which also holds messages."""
        return self.channel(name, ChannelKind.VOICE, guild)

    def stage(self, name: str, guild: Ref | None = None) -> Channel:
        """A stage channel, which also holds messages."""
        return self.channel(name, ChannelKind.STAGE, guild)

    def announcements(self, name: str, guild: Ref | None = None) -> Channel:
        """An announcement channel."""
        return self.channel(name, ChannelKind.ANNOUNCEMENT, guild)

    def forum(self, name: str, guild: Ref | None = None) -> Channel:
        """A forum, which holds posts (threads) and no messages."""
        return self.channel(name, ChannelKind.FORUM, guild)

    def channel(self, name: str, kind: ChannelKind, guild: Ref | None = None) -> Channel:
        """A channel of any kind; without a server named, in the first one."""
        here = self._guild(guild)
        position = sum(one.guild_id == here.id for one in self._world.channels.values())
        return self._state.add_channel(
            lambda id: Channel(id=id, name=name, kind=kind, guild_id=here.id, position=position)
        )

    def thread(
        self,
        parent: Place,
        name: str,
        *,
        by: Ref,
        private: bool = False,
        invitable: bool = True,
        members: Iterable[Ref] = (),
        message: Message | None = None,
    ) -> Channel:
        """A thread of its parent's kind; starts from `message` if given."""
        home = self._place(parent)
        kind = ChannelKind.PRIVATE_THREAD if private else threads.KINDS[home.kind][0]
        what = threads.Start(name=name, kind=kind, invitable=invitable, message=message)
        made = threads.opened(self._state, self._world.user(by).id, home, what)
        return self.bring(made, *members)

    def post(self, forum: Place, name: str, *, by: Ref, text: str) -> Channel:
        """A forum post; its first message has the post's id."""
        made = self.thread(forum, name, by=by)
        self._state.write(
            Message(
                id=made.id,
                channel_id=made.id,
                author_id=self._world.user(by).id,
                at=self._state.clock.now(),
                content=text,
            )
        )
        return made

    def bring(self, thread: Place, *people: Ref) -> Channel:
        """Add people to a thread; also the bot, as `bring(thread, "video")`."""
        added = [self._world.user(one).id for one in people]
        return threads.change_members(self._state, self._place(thread), added=added)

    def send_away(self, thread: Place, *people: Ref) -> Channel:
        """Remove people from a thread."""
        removed = [self._world.user(one).id for one in people]
        return threads.change_members(self._state, self._place(thread), removed=removed)

    def archive(self, thread: Place) -> Channel:
        """Close a thread; the next message reopens it."""
        return self._state.change_channel(self._place(thread).id, archived=True, locked=False)

    def lock(self, thread: Place, *, archived: bool = True) -> Channel:
        """Let only moderators of threads write; others get 50083, or 160005."""
        return self._state.change_channel(self._place(thread).id, archived=archived, locked=True)

    def reopen(self, thread: Place) -> Channel:
        """Unarchive and unlock a thread."""
        return self._state.change_channel(self._place(thread).id, archived=False, locked=False)

    def deny(self, channel: Place, whom: Ref, bits: int) -> Channel:
        """Deny bits to a person, a role or `@everyone` in a channel."""
        return self._told(self._world.deny(self._place(channel).id, whom, bits))

    def allow(self, channel: Place, whom: Ref, bits: int) -> Channel:
        """Allow bits to a person, a role or `@everyone` in a channel."""
        return self._told(self._world.allow(self._place(channel).id, whom, bits))

    def read_only(self, channel: Place, *, but: Iterable[Ref] = ()) -> Channel:
        """Let nobody write or start threads there, except those named."""
        here = self._place(channel)
        for one in but:
            self._world.allow(here.id, one, WORDS)
        return self.deny(here, "@everyone", WORDS)

    def remove(self, channel: Place) -> None:
        """Delete a channel, its threads and messages: 10003 from now on."""
        self._state.remove_channel(self._place(channel))

    def anew(self, channel: Place) -> Channel:
        """Delete a channel and create it again, empty, with its name and a new id."""
        old = self._place(channel)
        self.remove(old)
        return self._state.add_channel(
            lambda id: Channel(
                id=id,
                name=old.name,
                kind=old.kind,
                guild_id=old.guild_id,
                parent_id=old.parent_id,
                owner_id=old.owner_id,
                overwrites=old.overwrites,
                position=old.position,
                nsfw=old.nsfw,
            )
        )

    def kick(self, user: Ref, guild: Ref | None = None) -> None:
        """Remove a person, or the bot, from a server and its threads."""
        here, gone = self._guild(guild), self._world.user(user)
        self._world.leave(here.id, gone.id)
        body = {"guild_id": str(here.id)}
        if gone.id == self._state.bot_id:
            self._state.publish(EventKind.LEFT, body=body)
        else:
            left = {**body, "user": shapes.user(gone)}
            self._state.publish(EventKind.MEMBER_LEFT, body=left)

    def admit(self, user: Ref, *roles: int, guild: Ref | None = None) -> None:
        """Let a person join or rejoin, without their earlier roles and threads."""
        here, new = self._guild(guild), self._world.user(user)
        now = self._world.join(here.id, new.id, *roles)
        body = {"guild_id": str(here.id)}
        if new.id == self._state.bot_id:
            self._state.publish(EventKind.JOINED, body=body)
        else:
            member = shapes.member(self._world, now, new.id)
            self._state.publish(EventKind.MEMBER_JOINED, body={**member, **body})

    def _told(self, channel: Channel) -> Channel:
        return self._state.change_channel(channel.id)

    def _guild(self, ref: Ref | None) -> Guild:
        return next(iter(self._world.guilds.values())) if ref is None else self._world.guild(ref)

    def _place(self, place: Place) -> Channel:
        return self._world.channel(place.id if isinstance(place, Channel) else place)
