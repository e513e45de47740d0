"""Pins, by today's routes and the deprecated ones.

https://docs.discord.com/developers/resources/message#get-channel-pins"""

from datetime import UTC, datetime
from typing import Any

from bot.playground.guild import shapes
from bot.playground.guild.errors import Problems, Reason, Refused
from bot.playground.guild.events import EventKind
from bot.playground.guild.messages import Message
from bot.playground.guild.permissions import Permission
from bot.playground.guild.rest.call import Answer, Call, Route, channel_for_bot, shown_to_bot
from bot.playground.guild.rest.channels import named_message
from bot.playground.guild.state import State
from bot.playground.guild.world import Channel

MOST = 250
PINNED = 6  # the type of the message that announces a pin


def pinned(state: State, call: Call) -> Answer:
    here = channel_for_bot(state, call)
    most, before = call.number("limit", 1, 50, 50), _before(call)
    found = [one for one in _pins(state, here) if before is None or _at(one) < before]
    items: list[dict[str, Any]] = [
        {"pinned_at": shapes.stamp(one.pinned_at), "message": shown_to_bot(state, one)}
        for one in found[:most]
    ]
    return {"items": items, "has_more": len(found) > most}


def pinned_before(state: State, call: Call) -> Answer:
    """The deprecated list, without times."""
    return [shown_to_bot(state, one) for one in _pins(state, channel_for_bot(state, call))[:50]]


def pin(state: State, call: Call) -> Answer:
    here = channel_for_bot(state, call, Permission.PIN_MESSAGES)
    found = named_message(state, call)
    _check_open(here)
    if found.pinned_at is not None:
        return None
    if len(_pins(state, here)) >= MOST:
        raise Refused(Reason.MANY_PINS)
    state.rewrite(found, pinned_at=state.clock.now())
    _tell(state, here)
    state.write(
        Message(
            id=state.next_id(),
            channel_id=here.id,
            author_id=state.bot_id,
            at=state.clock.now(),
            kind=PINNED,
            reply_to=found.id,
        )
    )
    return None


def unpin(state: State, call: Call) -> Answer:
    here = channel_for_bot(state, call, Permission.PIN_MESSAGES)
    found = named_message(state, call)
    _check_open(here)
    if found.pinned_at is not None:
        state.rewrite(found, pinned_at=None)
        _tell(state, here)
    return None


def _check_open(here: Channel) -> None:
    if here.archived:
        raise Refused(Reason.ARCHIVED)


def _pins(state: State, here: Channel) -> list[Message]:
    if not state.may(state.bot_id, here, Permission.READ_MESSAGE_HISTORY):
        return []
    found = [one for one in state.messages.within(here.id) if one.pinned_at is not None]
    return sorted(found, key=_at, reverse=True)


def _at(message: Message) -> datetime:
    return message.pinned_at or message.at


def _before(call: Call) -> datetime | None:
    if "before" not in call.query:
        return None
    try:
        found = datetime.fromisoformat(call.query["before"])
    except ValueError:
        problems = Problems()
        problems.add(("before",), "DATE_TIME_TYPE_PARSE", "Could not parse this as a time.")
        problems.refuse()
        raise
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _tell(state: State, here: Channel) -> None:
    last = next(iter(_pins(state, here)), None)
    body = {"channel_id": str(here.id), "last_pin_timestamp": last and shapes.stamp(_at(last))}
    state.publish(EventKind.PINS, here.id, None, body)


NEW = "/channels/{channel_id}/messages/pins"
OLD = "/channels/{channel_id}/pins"
ROUTES = (
    Route(method="GET", template=NEW, answer=pinned),
    Route(method="GET", template=OLD, answer=pinned_before),
    *(
        Route(method=method, template=f"{template}/{{message_id}}", answer=answer)
        for template in (NEW, OLD)
        for method, answer in (("PUT", pin), ("DELETE", unpin))
    ),
)
