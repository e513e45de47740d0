"""Shows a refused text again, with a button back to its form, so that nothing is written twice. The
message holds the text, or files with it if it is too long."""

import asyncio
import io
import re
from collections.abc import Iterable, Mapping
from typing import Any

import discord

from bot.errors import CommitUnknown, Refusal, StorageDown
from bot.ui.answer import refuse, tell
from bot.ui.cards.offers import offer_button
from bot.ui.items import Verb, VerbButton
from bot.ui.pauses import ways_on
from bot.ui.replies import explain
from bot.ui.rest import CUT
from bot.ui.texts import say
from bot.video.values.shot_lines import with_counts

Interaction = discord.Interaction[Any]

NOT_TAKEN = (Refusal, StorageDown, CommitUnknown)  # the person still needs the text
UNREADABLE = re.compile(r"[\x00\ud800-\udfff]")  # NUL and lone surrogates
TEXT_LIMIT = 4000  # characters of all components of a message
SHOWN_NOWHERE = ("blocked_words", "blocked_link")  # Discord would refuse this answer, too
FILLED = "options"  # in an interaction's extras: a command's options with its preset
SHORT = 20  # characters; a text is typed again as fast as it is copied
LINED = ("shots", "lines")  # fields with one shot per line
FIRST_FIELD = 100  # component id of the first text
READ_SECONDS = 2.0  # of the 3 s until the form must open


async def keep_text(
    interaction: Interaction,
    error: Exception,
    verb: Verb,
    subject: str,
    texts: Mapping[str, str],
    *,
    rewrite: Verb = Verb.REWRITE,
) -> None:
    """Explain why a form was refused, show its texts by field name, and offer to reopen it, and the
    other video if one is possible."""
    if isinstance(error, Refusal) and error.reason == "shots_count":
        texts = {name: with_counts(text) if name in LINED else text for name, text in texts.items()}
    locale = str(interaction.locale)
    offer = error.offer if isinstance(error, Refusal) else None
    other = [] if offer is None else [offer_button(offer, locale)]
    again = VerbButton(rewrite, f"{verb}:{subject}", label=say("button.rewrite", locale))
    await give_back(interaction, error, texts, *other, again)


async def give_back(
    interaction: Interaction, error: Exception, texts: Mapping[str, str], *buttons: VerbButton
) -> None:
    """Explain why something was refused, and show the texts that were typed, by field name."""
    locale = str(interaction.locale)
    readable = {name: UNREADABLE.sub("", text) for name, text in texts.items()}
    is_written = any(text.strip() for text in readable.values())
    head = explain(error, locale)
    if is_written:
        head += f"\n{say('reply.text_kept', locale)}"
    is_hidden = isinstance(error, Refusal) and error.reason in SHOWN_NOWHERE
    items, files = _kept(readable, 0 if is_hidden else TEXT_LIMIT - len(head))
    view = discord.ui.LayoutView(timeout=None)
    for item in (discord.ui.TextDisplay(head), *items):
        view.add_item(item)
    if offered := [*await ways_on(interaction, error), *buttons]:
        view.add_item(discord.ui.ActionRow(*offered))
    await tell(interaction, view=view, files=files)


async def give_back_typed(interaction: Interaction, error: Exception) -> None:
    """Explain why a command without a form was refused, and show the texts typed into it."""
    if texts := _typed(interaction):
        await give_back(interaction, error, texts)
    else:
        await refuse(interaction, error)


def _typed(interaction: Interaction) -> dict[str, str]:
    """The texts in a command's options, by name; none of those that are chosen or short."""
    options = getattr(interaction.command, "parameters", [])
    names = [
        each.name
        for each in options
        if each.type is discord.AppCommandOptionType.string
        and (each.max_value or 0) > SHORT
        and not each.choices
    ]
    found = {name: getattr(interaction.namespace, name) for name in names}
    return {
        name: text for name, text in found.items() if isinstance(text, str) and len(text) > SHORT
    }


async def read_kept(interaction: Interaction, names: Iterable[str]) -> dict[str, str]:
    """The texts that `keep_text` put in the pressed message, by field name.

    Raises `Refusal`."""
    shown = [] if interaction.message is None else interaction.message.components
    found = {getattr(each, "id", None): each for each in shown}
    try:
        async with asyncio.timeout(READ_SECONDS):
            return {
                name: await _read(interaction.client, found.get(place))
                for place, name in enumerate(names, start=FIRST_FIELD)
            }
    except (discord.HTTPException, *CUT):
        raise Refusal("text_out_of_reach") from None


def _kept(
    texts: Mapping[str, str], room: int
) -> tuple[list[discord.ui.Item[Any]], list[discord.File]]:
    written = [
        (place, name, text)
        for place, (name, text) in enumerate(texts.items(), start=FIRST_FIELD)
        if text.strip()
    ]
    shown = [(place, _fenced(text)) for place, _, text in written]
    if sum(len(text) for _, text in shown) <= room:
        return [discord.ui.TextDisplay(text, id=place) for place, text in shown], []
    files = [_file(name, text) for _, name, text in written]
    return [
        discord.ui.File(f"attachment://{name}.txt", id=place) for place, name, _ in written
    ], files


def _file(name: str, text: str) -> discord.File:
    return discord.File(io.BytesIO(text.encode(errors="replace")), f"{name}.txt")


async def _read(client: discord.Client, component: object) -> str:
    if isinstance(component, discord.TextDisplay):
        return _unfenced(component.content)
    if isinstance(component, discord.FileComponent):
        # Its own `read` needs something that the library does not set here (discord.py 2.7.1).
        return (await client.http.get_from_cdn(component.media.url)).decode()
    return ""


def _fenced(text: str) -> str:
    return "```\n" + text.replace("``", "`\u200b`") + "\n```"


def _unfenced(text: str) -> str:
    return text.removeprefix("```\n").removesuffix("\n```").replace("`\u200b`", "``")
