"""Threads and posts: who may start them, write in them, and be in them.

https://docs.discord.com/developers/topics/threads"""

from collections.abc import Iterable
from dataclasses import dataclass

from bot.playground.guild.errors import Reason, Refused
from bot.playground.guild.events import EventKind
from bot.playground.guild.messages import Message
from bot.playground.guild.permissions import Permission
from bot.playground.guild.state import State
from bot.playground.guild.world import WORDLESS, Channel, ChannelKind

KINDS: dict[ChannelKind, tuple[ChannelKind, ...]] = {
    ChannelKind.TEXT: (ChannelKind.PUBLIC_THREAD, ChannelKind.PRIVATE_THREAD),
    ChannelKind.ANNOUNCEMENT: (ChannelKind.ANNOUNCEMENT_THREAD,),
    ChannelKind.FORUM: (ChannelKind.PUBLIC_THREAD,),
}


@dataclass(frozen=True, kw_only=True)
class Start:
    """The thread someone wants to start. A thread from a message has the message's id."""

    name: str
    kind: ChannelKind
    invitable: bool = True
    message: Message | None = None


def check_start(state: State, user_id: int, parent: Channel, what: Start) -> None:
    """Raises `Refused`: 50024 if the channel has no such threads, 50013 or 160004."""
    if what.kind not in KINDS.get(parent.kind, ()):
        raise Refused(Reason.WRONG_KIND)
    if not state.may(user_id, parent, starting_bit(parent, what.kind)):
        raise Refused(Reason.MISSING_PERMISSIONS)
    if what.message is not None and what.message.id in state.world.channels:
        raise Refused(Reason.THREAD_EXISTS)


def starting_bit(parent: Channel, kind: ChannelKind) -> Permission:
    """The bit for starting such a thread there."""
    if parent.kind is ChannelKind.FORUM:
        return Permission.SEND_MESSAGES
    if kind is ChannelKind.PRIVATE_THREAD:
        return Permission.CREATE_PRIVATE_THREADS
    return Permission.CREATE_PUBLIC_THREADS


def start(state: State, user_id: int, parent: Channel, what: Start) -> Channel:
    """Open a thread with its starter in it. Raises `Refused` like `check_start`."""
    check_start(state, user_id, parent, what)
    return opened(state, user_id, parent, what)


def opened(state: State, user_id: int, parent: Channel, what: Start) -> Channel:
    """Open a thread without checks."""
    same_id = what.message.id if what.message is not None else None
    return state.add_channel(
        lambda id: Channel(
            id=same_id or id,
            name=what.name,
            kind=what.kind,
            guild_id=parent.guild_id,
            parent_id=parent.id,
            owner_id=user_id,
            members=frozenset({user_id}),
            invitable=what.invitable,
            nsfw=parent.nsfw,
        )
    )


def check_words(state: State, user_id: int, channel: Channel) -> None:
    """Raises `Refused`: 50008 if the channel holds no messages, 50083 or 160005 if locked."""
    if channel.kind in WORDLESS:
        raise Refused(Reason.NOT_A_TEXT_CHANNEL)
    if channel.locked and not state.may(user_id, channel, Permission.MANAGE_THREADS):
        raise Refused(Reason.ARCHIVED if channel.archived else Reason.LOCKED)


def check_change(state: State, user_id: int, thread: Channel, fields: Iterable[str]) -> None:
    """Raises `Refused` with 50013 for fields only the starter or a moderator may change."""
    if state.may(user_id, thread, Permission.MANAGE_THREADS):
        return
    if "locked" in fields or thread.locked or user_id != thread.owner_id:
        raise Refused(Reason.MISSING_PERMISSIONS)


def check_invite(state: State, user_id: int, thread: Channel, guest_id: int) -> None:
    """Raises `Refused`: 50024, 50083, 50013, or 50001 for a guest who cannot see the parent."""
    if not thread.is_thread:
        raise Refused(Reason.WRONG_KIND)
    if thread.archived:
        raise Refused(Reason.ARCHIVED)
    moderates = state.may(user_id, thread, Permission.MANAGE_THREADS)
    if user_id != guest_id and not moderates:
        closed = thread.kind is ChannelKind.PRIVATE_THREAD and not thread.invitable
        if closed or not state.may(user_id, thread, Permission.SEND_MESSAGES_IN_THREADS):
            raise Refused(Reason.MISSING_PERMISSIONS)
    if not state.may(guest_id, state.world.channels[thread.parent_id or 0], VIEW):
        raise Refused(Reason.MISSING_ACCESS)


def check_removal(state: State, user_id: int, thread: Channel, gone_id: int) -> None:
    """Raises `Refused`: 50024, 50083 or 50013; in a private thread, the starter may remove."""
    if not thread.is_thread:
        raise Refused(Reason.WRONG_KIND)
    if thread.archived:
        raise Refused(Reason.ARCHIVED)
    own = user_id == thread.owner_id and thread.kind is ChannelKind.PRIVATE_THREAD
    if user_id != gone_id and not own and not state.may(user_id, thread, MANAGE):
        raise Refused(Reason.MISSING_PERMISSIONS)


def change_members(
    state: State, thread: Channel, *, added: Iterable[int] = (), removed: Iterable[int] = ()
) -> Channel:
    """Add and remove members of a thread, and tell everyone whom Discord would tell."""
    new = frozenset(added) - thread.members
    gone = frozenset(removed) & thread.members
    if not new and not gone:
        return thread
    changed = state.world.change_channel(thread.id, members=(thread.members | new) - gone)
    body = {"id": thread.id, "guild_id": thread.guild_id}
    state.publish(
        EventKind.THREAD_MEMBERS, body={**body, "added": sorted(new), "removed": sorted(gone)}
    )
    return changed


def join_by_message(state: State, message: Message) -> None:
    """Add the author to the thread, and the people they mention who may see the parent.

    Answers to interactions add nobody.
    """
    thread = state.world.channels[message.channel_id]
    if not thread.is_thread or message.asked_by is not None:
        return
    guests = [one for one in message.pinged if _comes(state, message.author_id, thread, one)]
    change_members(state, thread, added=[message.author_id, *guests])


def _comes(state: State, user_id: int, thread: Channel, guest_id: int) -> bool:
    try:
        check_invite(state, user_id, thread, guest_id)
    except Refused:
        return False
    return True


VIEW, MANAGE = Permission.VIEW_CHANNEL, Permission.MANAGE_THREADS
