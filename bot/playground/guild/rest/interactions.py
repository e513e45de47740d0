"""The first answer to an interaction: only one, in time, and of a kind that fits.

https://docs.discord.com/developers/interactions/receiving-and-responding#create-interaction-response"""

from typing import Any

from bot.playground.guild.errors import Problems, Reason, Refused
from bot.playground.guild.events import EventKind
from bot.playground.guild.interactions import Interaction, InteractionKind, Modal, ResponseKind
from bot.playground.guild.messages import Flag, Message
from bot.playground.guild.rest.call import Answer, Call, Route
from bot.playground.guild.rules.kinds import check_kind, without_nulls
from bot.playground.guild.rules.modals import check_modal
from bot.playground.guild.rules.options import check_choice, focused_type
from bot.playground.guild.state import State
from bot.playground.guild.writing import fields, open_place, reopen

USERS_ONLY = ("users",)
MESSAGE_KINDS = {InteractionKind.COMMAND: 20}


def respond(state: State, call: Call) -> Answer:
    """Raises `Refused`: 10062 too late or unknown, 40060 answered already, 50035 a wrong body."""
    one = state.interactions.get(call.params["interaction_token"])
    if one is None or one.id != call.id("interaction_id"):
        raise Refused(Reason.UNKNOWN_INTERACTION)
    if one.response is not None:
        raise Refused(Reason.ALREADY_ANSWERED)
    if not one.answerable(state.clock.now()):
        raise Refused(Reason.UNKNOWN_INTERACTION)
    kind = _kind(one, call.fields)
    message = _act(state, one, kind, call)
    one.response = kind
    one.answered.set()
    shown = None if message is None else state.shape(message)
    _tell(state, one, kind, shown)
    return (
        _described(one, kind, message, shown)
        if call.query.get("with_response") in ("1", "true")
        else None
    )


def _kind(one: Interaction, body: dict[str, Any]) -> ResponseKind:
    problems = Problems()
    try:
        kind = ResponseKind(body.get("type", 0))
    except ValueError:
        problems.add(("type",), "BASE_TYPE_CHOICES", "Value must be one of (4, 5, 6, 7, 8, 9).")
    else:
        if one.allows(kind):
            return kind
        message = "This interaction cannot be answered so."
        problems.add(("type",), "INTERACTION_APPLICATION_COMMAND_CALLBACK_TYPE_INVALID", message)
    problems.refuse()
    raise AssertionError("unreachable")


def _act(state: State, one: Interaction, kind: ResponseKind, call: Call) -> Message | None:
    data = call.fields.get("data") or {}
    problems = Problems()
    check_kind({"flags": int}, data, ("data",), problems)
    problems.refuse()
    match kind:
        case ResponseKind.MESSAGE:
            return _say(state, one, call, data)
        case ResponseKind.DEFERRED:
            private = int(data.get("flags") or 0) & Flag.EPHEMERAL
            said = _say(state, one, None, {"flags": private})
            one.waiting_for_message = True
            return said
        case ResponseKind.UPDATE | ResponseKind.DEFERRED_UPDATE:
            return _update(state, one, call, data if kind is ResponseKind.UPDATE else None)
        case ResponseKind.CHOICES:
            _offer(one, data)
        case ResponseKind.MODAL:
            _open(one, data)
    return None


def _say(state: State, one: Interaction, call: Call | None, data: dict[str, Any]) -> Message:
    channel = open_place(state.existing_channel(one.channel_id))
    written: dict[str, Any] = {"flags": int(data.get("flags") or 0) | Flag.LOADING}
    if call is not None:
        written = fields(state, channel, data, call.uploads, parse=USERS_ONLY)
    reopen(state, channel)
    said = reply(state, one, written)
    one.original_id = said.id
    return said


def reply(state: State, one: Interaction, written: dict[str, Any]) -> Message:
    """A new message in answer to an interaction; private if its flags say so."""
    private = bool(written["flags"] & Flag.EPHEMERAL)
    kind = MESSAGE_KINDS.get(one.kind, 19 if one.message_id else 0)
    message = Message(
        id=state.next_id(),
        channel_id=one.channel_id,
        author_id=state.bot_id,
        at=state.clock.now(),
        kind=kind if "target_id" not in one.payload.get("data", {}) else 23,
        only_for=one.user_id if private else None,
        reply_to=one.message_id if kind == 19 else None,
        asked_by=one.metadata,
        **written,
    )
    return state.write(message)


def _update(
    state: State, one: Interaction, call: Call, data: dict[str, Any] | None
) -> Message | None:
    before = state.messages.get(one.channel_id, one.message_id or 0)
    if data is None or before is None:
        one.original_id = one.message_id
        return before
    channel = state.existing_channel(one.channel_id)
    changes = fields(state, channel, data, call.uploads, before=before, parse=USERS_ONLY)
    one.original_id = one.message_id
    return state.rewrite(before, **changes, edited_at=state.clock.now())


def _offer(one: Interaction, data: dict[str, Any]) -> None:
    problems = Problems()
    choices = data.get("choices")
    problems.length(("data", "choices"), choices, 0, 25)
    kind = focused_type(one.payload["data"]["options"])
    for index, choice in enumerate(choices if isinstance(choices, list) else []):
        check_choice(choice, kind, ("data", "choices", index), problems)
    problems.refuse()
    one.choices = tuple(data["choices"])


def _open(one: Interaction, sent: dict[str, Any]) -> None:
    data: dict[str, Any] = without_nulls(sent)
    check_modal(data)
    one.modal = Modal(
        interaction_id=one.id,
        user_id=one.user_id,
        channel_id=one.channel_id,
        custom_id=data["custom_id"],
        title=data["title"],
        components=tuple(data["components"]),
        message_id=one.message_id,
        opened_by=one.metadata,
    )


def _tell(state: State, one: Interaction, kind: ResponseKind, shown: dict[str, Any] | None) -> None:
    sort = EventKind.RESPONSE
    body: dict[str, Any] = {"type": int(kind), "message": shown}
    if one.modal is not None:
        sort = EventKind.MODAL
        body = {
            "title": one.modal.title,
            "custom_id": one.modal.custom_id,
            "components": list(one.modal.components),
        }
    elif one.choices is not None:
        sort, body = EventKind.CHOICES, {"choices": list(one.choices)}
    state.publish(sort, one.channel_id, one.user_id, {**body, "interaction": str(one.id)})


def _described(
    one: Interaction, kind: ResponseKind, message: Message | None, shown: dict[str, Any] | None
) -> dict[str, Any]:
    """The answer's body; it has a resource only if a message was created or changed at once."""
    described: dict[str, Any] = {"id": str(one.id), "type": int(one.kind)}
    if message is not None:
        described |= {
            "response_message_id": str(message.id),
            "response_message_loading": message.loading,
            "response_message_ephemeral": message.only_for is not None,
        }
    if message is None or kind not in (ResponseKind.MESSAGE, ResponseKind.UPDATE):
        return {"interaction": described}
    return {"interaction": described, "resource": {"type": int(kind), "message": shown}}


ROUTES = (
    Route(
        method="POST",
        template="/interactions/{interaction_id}/{interaction_token}/callback",
        answer=respond,
        open=True,
    ),
)
