"""Answers to what people do with a storyboard: done, or refused with the text kept."""

from typing import Any

import discord

from bot.errors import Refusal
from bot.ui import board_forms as forms
from bot.ui.answer import line, tell
from bot.ui.board_forms import LINES, NEGATIVE, SECONDS, WORDS, sent_values
from bot.ui.items import Verb, write_only
from bot.ui.texts import say

Interaction = discord.Interaction[Any]

# The fields of the forms whose text is kept, in the order in which they are shown.
KEPT = {
    Verb.BOARD_ADD: [LINES],
    Verb.NEXT_SHOT: [LINES],
    Verb.BOARD_EDIT: [WORDS, SECONDS],
    Verb.BOARD_OPTIONS: [NEGATIVE],
}


async def keep(interaction: Interaction, refusal: Refusal, verb: Verb, subject: str) -> None:
    """Why a form was refused, with what was written and a way back into it."""
    sent, locale = sent_values(interaction), str(interaction.locale)
    texts = {name: sent.get(name, "") for name in KEPT[verb]}
    await tell(interaction, view=forms.kept(refusal, verb, subject, texts, locale))


async def done(interaction: Interaction, key: str = "board.done") -> None:
    """The board itself shows what happened; a private panel says that it is done."""
    message = interaction.message
    if message is None or not message.flags.ephemeral:
        await interaction.response.defer()
        return
    done = line(say(key, str(interaction.locale)))
    await interaction.response.edit_message(view=write_only(done))
