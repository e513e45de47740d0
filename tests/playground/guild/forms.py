"""A form with one field of each kind that offers a choice."""

from bot.playground.guild import Modal
from tests.playground.guild.raw_bot import Bot

KINDS = {"user": 5, "role": 6, "any": 7, "channel": 8, "file": 19}
FORM = {
    "custom_id": "f",
    "title": "F",
    "components": [
        {
            "type": 18,
            "label": name,
            "component": {"type": kind, "custom_id": name, "max_values": 2, "required": False},
        }
        for name, kind in KINDS.items()
    ],
}


async def opened(bot: Bot) -> Modal:
    sent = await bot.used()
    await bot.respond(sent, 9, FORM)
    assert sent.modal
    return sent.modal
