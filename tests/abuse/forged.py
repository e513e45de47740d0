"""What no bot drew: a message with any one button, and a form with every field that any has."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from bot.playground.guild import Actor, Message
from bot.playground.guild.demo import BOT, FILMS, OWNER
from bot.playground.guild.interactions import Modal


def a_message(actor: Actor, custom_id: str) -> Message:
    """A message of the bot's with one button."""
    button = {"type": 2, "style": 2, "label": "Press", "custom_id": custom_id, "id": 2}
    row = {"type": 1, "id": 1, "components": [button]}
    return actor.state.write(
        Message(
            id=actor.state.next_id(),
            channel_id=FILMS,
            author_id=BOT,
            at=datetime.now(UTC),
            components=(row,),
        )
    )


EVERY = ("prompt", "shots", "lines", "words", "negative_prompt", "reason", "seconds", "value")


def a_form(custom_id: str, fields: Sequence[str] = (*EVERY, "person")) -> Modal:
    """A form with these fields, filled in."""
    values = {"seconds": "3", "value": "en-US"}
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
    field = {"id": id + 1, "custom_id": name, **kind}
    return {"type": 18, "id": id, "label": name, "component": field}
