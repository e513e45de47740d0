"""What no bot drew: a message with any one button, and a form with every field that any has."""

from datetime import UTC, datetime

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


def a_form(custom_id: str) -> Modal:
    """A form with every field that any has."""
    texts = ("prompt", "shots", "lines", "words", "negative_prompt", "reason")
    fields = [(4, each, {"value": "a fox"}) for each in texts]
    fields += [(4, "seconds", {"value": "3"}), (4, "value", {"value": "en-US"})]
    fields += [(5, "person", {"default_values": [{"id": str(OWNER), "type": "user"}]})]
    components = [
        {
            "type": 18,
            "id": 2 * number,
            "label": name,
            "component": {"type": kind, "id": 2 * number + 1, "custom_id": name, **rest},
        }
        for number, (kind, name, rest) in enumerate(fields)
    ]
    return Modal(
        interaction_id=1,
        user_id=OWNER,
        channel_id=FILMS,
        custom_id=custom_id,
        title="A form",
        components=tuple(components),
    )
