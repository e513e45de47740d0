"""Forged input: a message with any one button, a form with every field of every form, each
verb's subject, and every command with its required options."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from bot.playground.guild import Actor, Message
from bot.playground.guild.demo import BOT, FILMS, OWNER
from bot.playground.guild.interactions import Modal
from bot.playground.guild.messages import Flag
from bot.ui.items import Verb


def a_message(actor: Actor, custom_id: str) -> Message:
    """A private message of the bot's with one button."""
    button = {"type": 2, "style": 2, "label": "Press", "custom_id": custom_id, "id": 2}
    row = {"type": 1, "id": 1, "components": [button]}
    return actor.state.write(
        Message(
            id=actor.state.next_id(),
            channel_id=FILMS,
            author_id=BOT,
            at=datetime.now(UTC),
            components=(row,),
            only_for=actor.user.id,
            flags=int(Flag.EPHEMERAL),
        )
    )


EVERY = (
    "prompt",
    "shots",
    "lines",
    "words",
    "negative_prompt",
    "reason",
    "seconds",
    "value",
    "amount",
    "length",
    "measure",
    "window",
    "videos",
)


CHOSEN = {
    "length": "day",
    "measure": "films",
    "window": "day",
    "videos": "a" * 20,
}  # of a few choices


def a_form(custom_id: str, fields: Sequence[str] = (*EVERY, "person")) -> Modal:
    """A form with these fields, filled in."""
    values = {"seconds": "3", "value": "en-US", "amount": "3", **CHOSEN}
    components = [_field(2 * number, name, values) for number, name in enumerate(fields)]
    return Modal(
        interaction_id=1,
        user_id=OWNER,
        channel_id=FILMS,
        custom_id=custom_id,
        title="A form",
        components=tuple(components),
    )


def _field(id: int, name: str, values: Mapping[str, str]) -> dict[str, Any]:
    kind: dict[str, Any] = {"type": 4, "value": values.get(name, "a fox")}
    if name == "person":
        kind = {"type": 5, "default_values": [{"id": str(OWNER), "type": "user"}]}
    if name == "videos":
        option = {"label": "a fox", "value": "a" * 20, "default": True}
        kind = {"type": 3, "options": [option]}
    field = {"id": id + 1, "custom_id": name, **kind}
    return {"type": 18, "id": id, "label": name, "component": field}


VALUES = {
    3: "1",
    4: 5,
    5: True,
    6: "leo",
    7: "films",
    8: "Moderators",
    9: "leo",
    10: 1.0,
    11: ("list.txt", b"war"),
}
WORDS = {"film": "TASK", "name": "foxes", "word": "fox"}


def subjects(board_id: str, shot_id: str, task_id: str) -> dict[Verb, str]:
    """What each verb is about, where that is no video."""
    shot = f"{board_id}.{shot_id}"
    of_board = dict.fromkeys((each for each in Verb if each.startswith("board-")), board_id)
    return of_board | {
        Verb.BOARD_FROM: task_id,
        Verb.PAGE: "0",
        Verb.LIMITS: "0",
        Verb.SHOTS: "5.0.0.0.0",
        Verb.REWRITE: "from-message:0",
        Verb.DESK: "0",
        Verb.AUDIT: "0....",
        Verb.RULES_WRITE: "refuse",
        Verb.RULE_WRITE: "word.refuse",
        Verb.RULES_ADD: "added",
        Verb.RULES_REWRITE: "rules-write:refuse",
        Verb.AUDIT_FILE: "....",
        Verb.STAND: "0",
        Verb.BLOCK: "99",
        Verb.UNBLOCK: str(OWNER),
        Verb.LIMIT_PERSON: str(OWNER),
        Verb.EXTRA: str(OWNER),
        Verb.RESET: str(OWNER),
        Verb.PAUSE: "0",
        Verb.GO_ON: "0",
        Verb.RESUME: "0",
        Verb.CHEAPER_AS: f"{task_id}.3.0.0",
        Verb.SETTINGS: "general",
        Verb.SET: "language",
        Verb.FORGET: str(OWNER),
        Verb.DISTRUST: str(OWNER),
        Verb.TRUST_PERSON: str(OWNER),
        Verb.DISTRUST_PERSON: str(OWNER),
        Verb.FORM_AGAIN: f"deny:{task_id}",
        Verb.APPROVE_MANY: "0",
        Verb.DENY_MANY: task_id,
        Verb.SETUP: "club",
        Verb.SETUP_APPLY: "club",
        Verb.SETUP_FILE: "0",
        Verb.BOARD_SHOT: shot,
        Verb.BOARD_EDIT: f"{shot}.0",
        Verb.BOARD_MOVE: f"{shot}.l",
        Verb.BOARD_REMOVE: shot,
        Verb.BOARD_VOTE: f"{board_id}.{task_id}",
        Verb.BOARD_OPEN: "0.......",
        Verb.PRESET_SAVE: "00.......",
        Verb.PRESET_REWRITE: "preset-save:00.......",
        Verb.BOARD_OPTIONS: f"{board_id}.5.0.0.0.0.e3b0c442",
        Verb.BOARD_LOCK: f"{board_id}.1",
        Verb.BOARD_RENDER: f"{board_id}.s",
        Verb.BOARD_TAKE: f"{board_id}.1.s",
        Verb.BOARD_REWRITE: f"board-edit:{shot}",
        Verb.FROM_MESSAGE: "0",
        Verb.EXAMPLE: "1",
    }


def commands(offered: list[dict[str, Any]]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every chat command with its required options, and one optional choice if it has any."""
    for command in offered:
        if command["type"] == 1:
            yield from _steps(command["name"], command.get("options") or [])


def _steps(name: str, options: list[dict[str, Any]]) -> Iterator[tuple[str, dict[str, Any]]]:
    inner = [each for each in options if each["type"] <= 2]
    for each in inner:
        yield from _steps(f"{name} {each['name']}", each.get("options") or [])
    if not inner:
        wanted = [each for each in options if each.get("required") or each["name"] == "word"]
        yield name, {each["name"]: _value(each) for each in wanted}


def _value(option: dict[str, Any]) -> Any:
    if option.get("choices"):
        return option["choices"][0]["value"]
    return WORDS.get(option["name"], VALUES[option["type"]])
