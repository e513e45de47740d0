"""Threads and posts: start them, list them, and manage who is in them.

https://docs.discord.com/developers/resources/channel#start-thread-from-message"""

from typing import Any

from bot.playground.guild import shapes, threads
from bot.playground.guild.errors import Problems, Reason, Refused
from bot.playground.guild.permissions import Permission
from bot.playground.guild.rest.accounts import guild_of
from bot.playground.guild.rest.call import Answer, Call, Made, Route, channel_for_bot
from bot.playground.guild.rest.channels import named_message, stand
from bot.playground.guild.rules.channels import check_thread, kind_of
from bot.playground.guild.state import State
from bot.playground.guild.world import Channel, ChannelKind
from bot.playground.guild.writing import fields

PRIVATE = ChannelKind.PRIVATE_THREAD


def start(state: State, call: Call) -> Answer:
    """Start a thread without a message, or a forum post with its first one."""
    here = channel_for_bot(state, call)
    check_thread(call.fields)
    invitable = call.fields.get("invitable")
    what = threads.Start(
        name=call.fields["name"],
        kind=kind_of(call.fields, here),
        invitable=invitable is None or invitable,
    )
    if here.kind is not ChannelKind.FORUM:
        made = threads.start(state, state.bot_id, here, what)
        return Made(shape=shapes.thread_of_bot(state.world, made))
    return _post(state, call, here, what)


def _post(state: State, call: Call, forum: Channel, what: threads.Start) -> Answer:
    first = call.fields.get("message")
    if not isinstance(first, dict):
        problems = Problems()
        problems.add(("message",), "BASE_TYPE_REQUIRED", "This field is required")
        problems.refuse()
    threads.check_start(state, state.bot_id, forum, what)
    inner = Call(params=call.params, query=call.query, body=first, uploads=call.uploads)
    written = fields(state, forum, inner.fields, call.uploads)
    made = threads.opened(state, state.bot_id, forum, what)
    said = stand(state, made, inner, written, id=made.id)
    return Made(shape={**shapes.thread_of_bot(state.world, made), "message": state.shape(said)})


def start_from(state: State, call: Call) -> Answer:
    here = channel_for_bot(state, call, Permission.READ_MESSAGE_HISTORY)
    found = named_message(state, call)
    check_thread(call.fields)
    kind = next(iter(threads.KINDS.get(here.kind, ())), here.kind)
    what = threads.Start(name=call.fields["name"], kind=kind, message=found)
    if here.kind is ChannelKind.FORUM:
        raise Refused(Reason.WRONG_KIND)
    made = threads.start(state, state.bot_id, here, what)
    return Made(shape=shapes.thread_of_bot(state.world, made))


def active(state: State, call: Call) -> Answer:
    here = guild_of(state, call).id
    found = [one for one in state.world.channels.values() if one.guild_id == here]
    return _listed(state, [one for one in found if one.is_thread and not one.archived])


def archived_public(state: State, call: Call) -> Answer:
    here = channel_for_bot(state, call, Permission.READ_MESSAGE_HISTORY)
    return _page(state, call, [one for one in _archived(state, here) if one.kind is not PRIVATE])


def archived_private(state: State, call: Call) -> Answer:
    needed = (Permission.READ_MESSAGE_HISTORY, Permission.MANAGE_THREADS)
    here = channel_for_bot(state, call, *needed)
    return _page(state, call, [one for one in _archived(state, here) if one.kind is PRIVATE])


def archived_joined(state: State, call: Call) -> Answer:
    here = channel_for_bot(state, call, Permission.READ_MESSAGE_HISTORY)
    found = [one for one in _archived(state, here) if one.kind is PRIVATE]
    return _page(state, call, [one for one in found if state.bot_id in one.members])


def people(state: State, call: Call) -> Answer:
    here = _thread(state, call)
    return [shapes.thread_member(here.id, one) for one in sorted(here.members)]


def person(state: State, call: Call) -> Answer:
    here, wanted = _thread(state, call), call.id("user_id")
    if wanted not in here.members:
        raise Refused(Reason.UNKNOWN_MEMBER)
    return shapes.thread_member(here.id, wanted)


def bring(state: State, call: Call) -> Answer:
    here, guest = _thread(state, call), _person(state, call)
    threads.check_invite(state, state.bot_id, here, guest)
    threads.change_members(state, here, added=[guest])
    return None


def send_away(state: State, call: Call) -> Answer:
    here, gone = _thread(state, call), _person(state, call)
    threads.check_removal(state, state.bot_id, here, gone)
    threads.change_members(state, here, removed=[gone])
    return None


def _thread(state: State, call: Call) -> Channel:
    here = channel_for_bot(state, call)
    if not here.is_thread:
        raise Refused(Reason.WRONG_KIND)
    return here


def _person(state: State, call: Call) -> int:
    wanted = call.id("user_id") if "user_id" in call.params else state.bot_id
    if wanted not in state.world.users:
        raise Refused(Reason.UNKNOWN_USER)
    return wanted


def _archived(state: State, parent: Channel) -> list[Channel]:
    found = [one for one in state.world.channels.values() if one.parent_id == parent.id]
    return [one for one in found if one.is_thread and one.archived]


def _page(state: State, call: Call, found: list[Channel]) -> dict[str, Any]:
    most = call.number("limit", 1, 100, 50)
    newest = sorted(found, key=lambda one: one.id, reverse=True)
    return {**_listed(state, newest[:most]), "has_more": len(newest) > most}


def _listed(state: State, found: list[Channel]) -> dict[str, Any]:
    seen = [one for one in found if state.may(state.bot_id, one, Permission.VIEW_CHANNEL)]
    mine = [one for one in seen if state.bot_id in one.members]
    return {
        "threads": [shapes.channel(state.world, one) for one in seen],
        "members": [shapes.thread_member(one.id, state.bot_id) for one in mine],
        "has_more": False,
    }


CHANNEL = "/channels/{channel_id}"
MEMBERS = f"{CHANNEL}/thread-members"
MY_PRIVATE = f"{CHANNEL}/users/@me/threads/archived/private"
ROUTES = (
    Route(method="POST", template=f"{CHANNEL}/threads", answer=start),
    Route(method="POST", template=f"{CHANNEL}/messages/{{message_id}}/threads", answer=start_from),
    Route(method="GET", template="/guilds/{guild_id}/threads/active", answer=active),
    Route(method="GET", template=f"{CHANNEL}/threads/archived/public", answer=archived_public),
    Route(method="GET", template=f"{CHANNEL}/threads/archived/private", answer=archived_private),
    Route(method="GET", template=MY_PRIVATE, answer=archived_joined),
    Route(method="GET", template=MEMBERS, answer=people),
    Route(method="PUT", template=f"{MEMBERS}/@me", answer=bring),
    Route(method="DELETE", template=f"{MEMBERS}/@me", answer=send_away),
    Route(method="GET", template=f"{MEMBERS}/{{user_id}}", answer=person),
    Route(method="PUT", template=f"{MEMBERS}/{{user_id}}", answer=bring),
    Route(method="DELETE", template=f"{MEMBERS}/{{user_id}}", answer=send_away),
)
