"""What an interaction's token gives access to for 15 minutes: first message and follow-ups.

https://docs.discord.com/developers/interactions/receiving-and-responding#followup-messages"""

from bot.playground.guild.errors import Reason, Refused
from bot.playground.guild.interactions import Interaction
from bot.playground.guild.messages import Message
from bot.playground.guild.rest.call import Answer, Call, Route
from bot.playground.guild.rest.interactions import USERS_ONLY, reply
from bot.playground.guild.state import State
from bot.playground.guild.writing import fields


def follow_up(state: State, call: Call) -> Answer:
    """Send a follow-up; the first one after a deferred reply fills that reply."""
    one = _answered(state, call)
    if one.waiting_for_message:
        return _edited(state, one, call, _original(state, one))
    if wait := state.limits.follows_up(one.channel_id):
        raise Refused(Reason.FOLLOW_UPS, retry_after=wait)
    channel = state.existing_channel(one.channel_id)
    written = fields(state, channel, call.fields, call.uploads, parse=USERS_ONLY)
    return state.shape(reply(state, one, written))


def message(state: State, call: Call) -> Answer:
    return state.shape(_message(state, _answered(state, call), call))


def edit(state: State, call: Call) -> Answer:
    one = _answered(state, call)
    return _edited(state, one, call, _message(state, one, call))


def delete(state: State, call: Call) -> Answer:
    one = _answered(state, call)
    state.erase(_message(state, one, call))
    one.waiting_for_message = False
    return None


def _answered(state: State, call: Call) -> Interaction:
    one = state.interactions.get(call.params["webhook_token"])
    if one is None or not one.alive(state.clock.now()):
        raise Refused(Reason.DEAD_TOKEN)
    state.existing_channel(one.channel_id)
    if one.response is None or call.id("webhook_id") != state.world.application.id:
        raise Refused(Reason.UNKNOWN_WEBHOOK)
    return one


def _message(state: State, one: Interaction, call: Call) -> Message:
    if "message_id" not in call.params:
        return _original(state, one)
    found = state.messages.get(one.channel_id, call.id("message_id"))
    if found is None or not _reaches(one, found):
        raise Refused(Reason.UNKNOWN_MESSAGE)
    return found


def _reaches(one: Interaction, found: Message) -> bool:
    own = found.asked_by is not None and found.asked_by.get("id") == str(one.id)
    return own or found.id == one.original_id


def _original(state: State, one: Interaction) -> Message:
    found = state.messages.get(one.channel_id, one.original_id or 0)
    if found is None:
        raise Refused(Reason.UNKNOWN_MESSAGE)
    return found


def _edited(state: State, one: Interaction, call: Call, before: Message) -> Answer:
    channel = state.existing_channel(one.channel_id)
    if channel.archived:
        raise Refused(Reason.ARCHIVED)
    changes = fields(state, channel, call.fields, call.uploads, before=before, parse=USERS_ONLY)
    if before.id == one.original_id:
        one.waiting_for_message = False
    edited_at = None if before.loading else state.clock.now()
    return state.shape(state.rewrite(before, **changes, edited_at=edited_at))


WEBHOOK = "/webhooks/{webhook_id}/{webhook_token}"
ORIGINAL = f"{WEBHOOK}/messages/@original"
MESSAGE = f"{WEBHOOK}/messages/{{message_id}}"
ROUTES = (
    Route(method="POST", template=WEBHOOK, answer=follow_up, open=True),
    *(
        Route(method=method, template=template, answer=answer, open=True)
        for template in (ORIGINAL, MESSAGE)
        for method, answer in (("GET", message), ("PATCH", edit), ("DELETE", delete))
    ),
)
