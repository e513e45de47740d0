"""Word lists that moderators type or attach, and those on the bot's own cards."""

import asyncio
from typing import Any

import discord

from bot.errors import Refusal
from bot.ui.cards.bulk import LIST_PLACE, read_planned
from bot.ui.forms import FIELD_LIMIT, form, text_field
from bot.ui.items import Verb
from bot.ui.rest import CUT
from bot.video.moderation.wordlists import Wanted, from_lines, from_table
from bot.video.values.moderation import RuleAction

WORDS = "words"  # the field
FILE_LIMIT = 100_000  # bytes
READ_SECONDS = 10.0
FAILURES = (discord.HTTPException, discord.RateLimited, *CUT)


def words_form(action: RuleAction, locale: str, *, written: str = "") -> discord.ui.Modal:
    """A form with one word or phrase per line."""
    words = text_field(
        WORDS,
        "modal.rules-write.words",
        locale,
        limit=FIELD_LIMIT,
        written=written,
        hint="modal.rules-write.hint",
    )
    return form(Verb.RULES_WRITE, action, locale, words)


async def read_attached(file: discord.Attachment, action: RuleAction) -> list[Wanted]:
    """The words of a text file or table. Raises `Refusal` for any other attachment."""
    is_table = file.filename.lower().endswith(".csv")
    if not is_table and not file.filename.lower().endswith(".txt"):
        raise Refusal("list_kind")
    text = await read_text(file)
    return from_table(text, action) if is_table else from_lines(text, action)


async def read_text(file: discord.Attachment) -> str:
    """The text of an attachment. Raises `Refusal`."""
    if file.size > FILE_LIMIT:
        raise Refusal("list_too_large", limit=FILE_LIMIT // 1000)
    try:
        async with asyncio.timeout(READ_SECONDS):
            return _decoded(await file.read())
    except FAILURES:
        raise Refusal("text_out_of_reach") from None


async def read_card(interaction: discord.Interaction[Any]) -> list[Wanted]:
    """What the pressed card would add. Raises `Refusal`."""
    return read_planned(await read_card_file(interaction, LIST_PLACE))


async def read_card_file(interaction: discord.Interaction[Any], place: int) -> str:
    """The text of the file at this place of the pressed card. Raises `Refusal`."""
    shown = [] if interaction.message is None else interaction.message.components
    for each in shown:
        if isinstance(each, discord.FileComponent) and each.id == place:
            try:
                async with asyncio.timeout(READ_SECONDS):
                    # Its own `read` needs something the library leaves unset (discord.py 2.7.1).
                    found = await interaction.client.http.get_from_cdn(each.media.url)
            except FAILURES:
                break
            return _decoded(found)
    raise Refusal("text_out_of_reach")


def _decoded(found: bytes) -> str:
    if len(found) > FILE_LIMIT * 2:
        raise Refusal("list_too_large", limit=FILE_LIMIT // 1000)
    try:
        text = found.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Refusal("list_not_utf8") from None
    if "\x00" in text:
        raise Refusal("list_not_utf8")
    return text
