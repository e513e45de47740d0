"""Channels, and what the bot writes, reads and removes in them with its own token."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from bot.playground.guild import shapes
from bot.playground.guild.errors import Problems, Reason, Refused
from bot.playground.guild.events import EventKind
from bot.playground.guild.messages import Message
from bot.playground.guild.permissions import Permission, writing_bit
from bot.playground.guild.rest.call import Answer, Call, Route, channel_for_bot, shown_to_bot
from bot.playground.guild.rules.channels import check_bulk, check_channel
from bot.playground.guild.state import State
from bot.playground.guild.threads import check_change, check_words, join_by_message
from bot.playground.guild.world import Channel
from bot.playground.guild.writing import fields, reopen

BULK_WITHIN = timedelta(days=14)


def channel(state: State, call: Call) -> Answer:
    here = channel_for_bot(state, call)
    if here.is_thread:
        return shapes.thread_of_bot(state.world, here)
    return shapes.channel(state.world, here)


def change_channel(state: State, call: Call) -> Answer:
    here = channel_for_bot(state, call)
    wanted = check_channel(call.fields, here)
    if here.is_thread:
        check_change(state, state.bot_id, here, wanted)
    elif not state.may(state.bot_id, here, Permission.MANAGE_CHANNELS):
        raise Refused(Reason.MISSING_PERMISSIONS)
    return shapes.channel(state.world, state.change_channel(here.id, **wanted))


def remove_channel(state: State, call: Call) -> Answer:
    here = channel_for_bot(state, call)
    if here.guild_id is None:
        return shapes.channel(state.world, here)  # closed for the bot; reopens unchanged
    bit = Permission.MANAGE_THREADS if here.is_thread else Permission.MANAGE_CHANNELS
    if not state.may(state.bot_id, here, bit):
        raise Refused(Reason.MISSING_PERMISSIONS)
    shape = shapes.channel(state.world, here)
    state.remove_channel(here)
    return shape


def history(state: State, call: Call) -> Answer:
    here = channel_for_bot(state, call)
    if not state.may(state.bot_id, here, Permission.READ_MESSAGE_HISTORY):
        return []
    found = [one for one in state.messages.within(here.id) if one.only_for is None]
    before, after = call.asked_id("before"), call.asked_id("after")
    if before is not None:
        found = [one for one in found if one.id < before]
    most = call.number("limit", 1, 100, 50)
    if after is not None:
        found = [one for one in found if one.id > after][:most]
    return [shown_to_bot(state, one) for one in reversed(found[-most:])]


def message(state: State, call: Call) -> Answer:
    channel_for_bot(state, call, Permission.READ_MESSAGE_HISTORY)
    return shown_to_bot(state, _freshly_signed(state, named_message(state, call)))


def post(state: State, call: Call) -> Answer:
    here = _writable(state, call)
    nonce = call.fields.get("nonce")
    if nonce is not None and call.fields.get("enforce_nonce"):
        now = state.clock.now()
        known = state.messages.repeated(here.id, state.bot_id, str(nonce), now)
        if known is not None:
            return state.shape(known)
    written = fields(state, here, call.fields, call.uploads)
    answered = _answered(state, here, call)
    if answered is not None and _pings_the_answered(call):
        written["pinged"] |= {answered.author_id}
    reopen(state, here)
    return state.shape(stand(state, here, call, written, answered))


def stand(
    state: State,
    here: Channel,
    call: Call,
    written: dict[str, Any],
    answered: Message | None = None,
    id: int | None = None,
) -> Message:
    """Put the bot's message in a channel; writing in a thread joins it."""
    nonce = call.fields.get("nonce")
    posted = Message(
        id=id or state.next_id(),
        channel_id=here.id,
        author_id=state.bot_id,
        at=state.clock.now(),
        kind=0 if answered is None else 19,
        nonce=None if nonce is None else str(nonce),
        reply_to=None if answered is None else answered.id,
        **written,
    )
    join_by_message(state, posted)
    return state.write(posted)


def edit(state: State, call: Call) -> Answer:
    here = channel_for_bot(state, call, *((Permission.ATTACH_FILES,) if call.uploads else ()))
    before = named_message(state, call)
    if before.author_id != state.bot_id:
        raise Refused(Reason.NOT_THE_AUTHOR)
    if here.archived:
        raise Refused(Reason.ARCHIVED)
    if wait := state.limits.edits_old(here.id, before.at):
        raise Refused(Reason.OLD_EDITS, retry_after=wait)
    changes = fields(state, here, call.fields, call.uploads, before=before)
    return state.shape(state.rewrite(before, **changes, edited_at=state.clock.now()))


def delete(state: State, call: Call) -> Answer:
    here = channel_for_bot(state, call)
    found = named_message(state, call)
    mine = found.author_id == state.bot_id
    if not mine and not state.may(state.bot_id, here, Permission.MANAGE_MESSAGES):
        raise Refused(Reason.MISSING_PERMISSIONS)
    if here.archived:
        raise Refused(Reason.ARCHIVED)
    state.erase(found)
    return None


def delete_many(state: State, call: Call) -> Answer:
    here = channel_for_bot(state, call)
    ids = check_bulk(call.fields)
    if here.guild_id is None:
        raise Refused(Reason.NOT_IN_DMS)
    if not state.may(state.bot_id, here, Permission.MANAGE_MESSAGES):
        raise Refused(Reason.MISSING_PERMISSIONS)
    found = [state.messages.get(here.id, id) for id in ids]
    there = [one for one in found if one is not None and one.only_for is None]
    if any(state.clock.now() - one.at > BULK_WITHIN for one in there):
        raise Refused(Reason.TOO_OLD_FOR_BULK)
    state.clear(here.id, there)
    return None


def typing(state: State, call: Call) -> Answer:
    here = _writable(state, call)
    state.publish(EventKind.TYPING, here.id, None, {"user_id": str(state.bot_id)})
    return None


def _writable(state: State, call: Call) -> Channel:
    here = channel_for_bot(state, call)
    _let_write(state, here, call)
    return here


def _let_write(state: State, here: Channel, call: Call) -> None:
    if here.guild_id is None:
        person = next(id for id in here.recipients if id != state.bot_id)
        if not state.world.users[person].dms_open:
            raise Refused(Reason.DMS_CLOSED)
        return
    needed = [writing_bit(here)]
    needed += [Permission.ATTACH_FILES] if call.uploads else []
    needed += [Permission.EMBED_LINKS] if call.body and call.fields.get("embeds") else []
    if not state.may(state.bot_id, here, *needed):
        raise Refused(Reason.MISSING_PERMISSIONS)
    check_words(state, state.bot_id, here)


def named_message(state: State, call: Call) -> Message:
    found = state.messages.get(call.id("channel_id"), call.id("message_id"))
    if found is None or found.only_for is not None:  # a token cannot read ephemeral ones
        raise Refused(Reason.UNKNOWN_MESSAGE)
    return found


def _answered(state: State, here: Channel, call: Call) -> Message | None:
    reference = call.fields.get("message_reference") or {}
    if "message_id" not in reference:
        return None
    found = state.messages.get(here.id, int(reference["message_id"]))
    if found is None and reference.get("fail_if_not_exists", True):
        problems = Problems()
        problems.add(("message_reference",), "REPLIES_UNKNOWN_MESSAGE", "Unknown message")
        problems.refuse()
    return found


def _pings_the_answered(call: Call) -> bool:
    allowed = call.fields.get("allowed_mentions")
    return allowed is None or bool(allowed.get("replied_user"))


def _freshly_signed(state: State, found: Message) -> Message:
    fresh = tuple(state.files.fresh(one, found.channel_id) for one in found.attachments)
    return replace(found, attachments=fresh)


MESSAGES = "/channels/{channel_id}/messages"
MESSAGE = "/channels/{channel_id}/messages/{message_id}"
ROUTES = (
    Route(method="GET", template="/channels/{channel_id}", answer=channel),
    Route(method="PATCH", template="/channels/{channel_id}", answer=change_channel),
    Route(method="DELETE", template="/channels/{channel_id}", answer=remove_channel),
    Route(method="GET", template=MESSAGES, answer=history),
    Route(method="POST", template=MESSAGES, answer=post),
    Route(method="GET", template=MESSAGE, answer=message),
    Route(method="PATCH", template=MESSAGE, answer=edit),
    Route(method="DELETE", template=MESSAGE, answer=delete),
    Route(method="POST", template=f"{MESSAGES}/bulk-delete", answer=delete_many),
    Route(method="POST", template="/channels/{channel_id}/typing", answer=typing),
)
