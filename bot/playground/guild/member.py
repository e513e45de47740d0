"""A person at a Discord client who reads, writes, reacts and opens threads.

Like Discord's client, it refuses input that the server would not accept."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from bot.playground.guild import reactions, threads
from bot.playground.guild.errors import Refused
from bot.playground.guild.messages import Message
from bot.playground.guild.permissions import Permission, writing_bit
from bot.playground.guild.resolving import File, upload
from bot.playground.guild.rules.messages import MOST_CONTENT
from bot.playground.guild.rules.options import NotPossible
from bot.playground.guild.state import State
from bot.playground.guild.world import Channel, ChannelKind, User
from bot.playground.guild.writing import MENTION, named_roles, reopen


class Member:
    """What anyone in a channel can do, with a bot or without."""

    def __init__(self, state: State, user: User) -> None:
        self.state = state
        self.user = user

    def say(self, channel: str | int, text: str, files: Sequence[File] = ()) -> Message:
        """Write an ordinary message. Raises `NotPossible`."""
        here = self._place(channel)
        self._check_message(here, text, files)
        reopen(self.state, here)
        id = self.state.next_id()
        kept = [upload(self.state, here, file) for file in files]
        named = {int(found) for found in MENTION.findall(text)}
        message = Message(
            id=id,
            channel_id=here.id,
            author_id=self.user.id,
            at=self.state.clock.now(),
            content=text,
            attachments=tuple(kept),
            pinged=frozenset(named & set(self.state.world.users)),
            roles=named_roles(self.state, self.user.id, here, text),
        )
        threads.join_by_message(self.state, message)
        return self.state.write(message)

    def start_thread(
        self,
        channel: str | int,
        name: str,
        *,
        private: bool = False,
        invitable: bool = True,
        message: Message | None = None,
    ) -> Channel:
        """Start a thread, from a message if one is given. Raises `NotPossible`."""
        here = self._place(channel)
        kinds = threads.KINDS.get(here.kind, ())
        kind = ChannelKind.PRIVATE_THREAD if private else next(iter(kinds), here.kind)
        what = threads.Start(name=name, kind=kind, invitable=invitable, message=message)
        with self._let("start a thread", here):
            return threads.start(self.state, self.user.id, here, what)

    def post(self, forum: str | int, name: str, text: str) -> Channel:
        """Create a forum post with its first message. Raises `NotPossible`."""
        made = self.start_thread(forum, name)
        self.say(made.id, text)
        return made

    def bring(self, thread: str | int, person: str | int) -> Channel:
        """Add someone, maybe the bot, to a thread. Raises `NotPossible`."""
        here, guest = self._place(thread), self.state.world.user(person)
        with self._let(f"bring {guest.name}", here):
            threads.check_invite(self.state, self.user.id, here, guest.id)
        return threads.change_members(self.state, here, added=[guest.id])

    def leave_thread(self, thread: str | int) -> Channel:
        """Leave a thread."""
        here = self._place(thread)
        return threads.change_members(self.state, here, removed=[self.user.id])

    def forward(self, channel: str | int, message: Message) -> Message:
        """Forward a message as it is now. Raises `NotPossible`."""
        here = self._place(channel)
        now = self._current(message)
        self._check_message(here, "passed on", ())
        reopen(self.state, here)
        return self.state.write(
            Message(
                id=self.state.next_id(),
                channel_id=here.id,
                author_id=self.user.id,
                at=self.state.clock.now(),
                forwarded=now,
            )
        )

    def delete(self, message: Message) -> None:
        """Delete one's own message, or as a moderator anyone's; dismiss an ephemeral one."""
        now = self._current(message)
        here = self.state.world.channels[now.channel_id]
        mine = self.user.id in (now.author_id, now.only_for)
        if not mine and not self.state.may(self.user.id, here, Permission.MANAGE_MESSAGES):
            raise NotPossible("only moderators delete what others wrote")
        self.state.erase(now)

    def react(self, message: Message, emoji: str) -> None:
        """Add a reaction to a message. Raises `NotPossible`."""
        now = self._current(message)
        with self._let("react", self.state.world.channels[now.channel_id]):
            reactions.add(self.state, self.user.id, now, emoji)

    def unreact(self, message: Message, emoji: str) -> None:
        """Remove one's own reaction."""
        reactions.take(self.state, self.user.id, self._current(message), emoji)

    def messages(self, channel: str | int) -> list[Message]:
        """What this person sees in a channel, with ephemeral replies, newest last."""
        here = self.state.world.channel(channel)
        if not self.state.may(self.user.id, here, Permission.VIEW_CHANNEL):
            return []
        within = self.state.messages.within(here.id)
        return [one for one in within if one.only_for in (None, self.user.id)]

    def _place(self, channel: str | int) -> Channel:
        here = self.state.world.channel(channel)
        if not self.state.may(self.user.id, here, Permission.VIEW_CHANNEL):
            raise NotPossible(f"{self.user.name} does not see #{here.name}")
        return here

    @contextmanager
    def _let(self, act: str, here: Channel) -> Iterator[None]:
        try:
            yield
        except Refused as refusal:
            who = self.user.display_name
            raise NotPossible(f"{who} may not {act} in #{here.name}: {refusal}") from None

    def _check_message(self, here: Channel, text: str, files: Sequence[File]) -> None:
        if not self.state.may(self.user.id, here, writing_bit(here)):
            raise NotPossible(f"{self.user.display_name} may not write in #{here.name}")
        with self._let("write", here):
            threads.check_words(self.state, self.user.id, here)
        if files and not self.state.may(self.user.id, here, Permission.ATTACH_FILES):
            raise NotPossible(f"{self.user.display_name} may not attach files in #{here.name}")
        if len(text) > MOST_CONTENT:
            raise NotPossible(f"a message has at most {MOST_CONTENT} characters, not {len(text)}")
        if not text.strip() and not files:
            raise NotPossible("a message with nothing in it is not sent")

    def _current(self, message: Message) -> Message:
        now = self.state.messages.get(message.channel_id, message.id)
        if now is None or now not in self.messages(message.channel_id):
            raise NotPossible("this message is gone, or not for this person")
        return now
