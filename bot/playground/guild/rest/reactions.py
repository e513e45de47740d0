"""The bot's reactions, and others' as far as it may read or remove them."""

from bot.playground.guild import reactions, shapes
from bot.playground.guild.errors import Reason, Refused
from bot.playground.guild.permissions import Permission
from bot.playground.guild.rest.call import Answer, Call, Route, channel_for_bot
from bot.playground.guild.rest.channels import named_message
from bot.playground.guild.state import State


def add(state: State, call: Call) -> Answer:
    channel_for_bot(state, call, Permission.READ_MESSAGE_HISTORY)
    reactions.add(state, state.bot_id, named_message(state, call), call.params["emoji_name"])
    return None


def take_own(state: State, call: Call) -> Answer:
    channel_for_bot(state, call)
    reactions.take(state, state.bot_id, named_message(state, call), call.params["emoji_name"])
    return None


def take(state: State, call: Call) -> Answer:
    who = call.id("user_id")
    channel_for_bot(state, call, *(() if who == state.bot_id else (Permission.MANAGE_MESSAGES,)))
    reactions.take(state, who, named_message(state, call), call.params["emoji_name"])
    return None


def clear(state: State, call: Call) -> Answer:
    channel_for_bot(state, call, Permission.MANAGE_MESSAGES)
    emoji = call.params.get("emoji_name")
    if emoji is not None and not reactions.is_emoji(emoji):
        raise Refused(Reason.UNKNOWN_EMOJI)
    reactions.clear(state, named_message(state, call), emoji)
    return None


def people(state: State, call: Call) -> Answer:
    channel_for_bot(state, call, Permission.READ_MESSAGE_HISTORY)
    emoji = call.params["emoji_name"]
    if not reactions.is_emoji(emoji):
        raise Refused(Reason.UNKNOWN_EMOJI)
    found = [one for one in named_message(state, call).reactions if one.emoji == emoji]
    most, after = call.number("limit", 1, 100, 25), call.asked_id("after") or 0
    users = sorted(who for one in found for who in one.users if who > after)
    return [shapes.user(state.world.users[who]) for who in users[:most]]


ALL = "/channels/{channel_id}/messages/{message_id}/reactions"
ONE = f"{ALL}/{{emoji_name}}"
ROUTES = (
    Route(method="DELETE", template=ALL, answer=clear),
    Route(method="GET", template=ONE, answer=people),
    Route(method="DELETE", template=ONE, answer=clear),
    Route(method="PUT", template=f"{ONE}/@me", answer=add),
    Route(method="DELETE", template=f"{ONE}/@me", answer=take_own),
    Route(method="DELETE", template=f"{ONE}/{{user_id}}", answer=take),
)
