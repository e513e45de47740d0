"""Answers to what people do with a storyboard: done, or refused with the text kept."""

from functools import partial
from typing import Any

import discord

from bot.ui.answer import line
from bot.ui.board_forms import LINES, NEGATIVE, SECONDS, TITLE, WORDS, rewritten
from bot.ui.forms import sent_fields
from bot.ui.items import Verb, write_only
from bot.ui.kept_text import keep_text
from bot.ui.texts import say

Interaction = discord.Interaction[Any]

# Fields of forms whose text is kept, in display order.
KEPT = {
    Verb.BOARD_OPEN: [TITLE],
    Verb.BOARD_ADD: [LINES],
    Verb.NEXT_SHOT: [LINES],
    Verb.BOARD_EDIT: [WORDS, SECONDS],
    Verb.BOARD_OPTIONS: [NEGATIVE],
}


async def keep(verb: Verb, interaction: Interaction, error: Exception, subject: str) -> None:
    """Explain why a form was refused, with its text and a button to reopen it."""
    sent = sent_fields(interaction)
    texts = {name: sent.get(name, "") for name in KEPT[verb]}
    if verb is Verb.BOARD_OPTIONS:
        subject = rewritten(subject, sent)
    await keep_text(interaction, error, verb, subject, texts, rewrite=Verb.BOARD_REWRITE)


KEEP = {verb: partial(keep, verb) for verb in KEPT}


async def done(interaction: Interaction, key: str = "board.done") -> None:
    """Confirm: the board shows the change itself, a private panel says that it is done."""
    message = interaction.message
    if message is None or not message.flags.ephemeral:
        await interaction.response.defer()
        return
    done = line(say(key, str(interaction.locale)))
    await interaction.response.edit_message(view=write_only(done))
