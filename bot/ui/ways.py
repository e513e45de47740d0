"""How each command, press and form is answered, which decides how it can be deferred.

https://docs.discord.com/developers/interactions/receiving-and-responding#interaction-response-object"""

from enum import StrEnum
from typing import Any

import discord
from discord import app_commands
from msgspec import Struct

from bot.ui.items import CustomId, Verb
from bot.video.values.catalogue import ShotType

Interaction = discord.Interaction[Any]


class Place(StrEnum):
    """Where an answer ends up."""

    CARD = "card"  # a public message: the card of a new video
    PRIVATE = "private"  # a message that only this person sees
    IN_PLACE = "in place"  # the message of the button, changed, or a private one besides


class Way(Struct, frozen=True, kw_only=True):
    """How something is answered. Discord opens no form after a deferred response, so whatever
    `may_open_form` is deferred as late as possible."""

    place: Place
    may_open_form: bool = False


CARD = Way(place=Place.CARD)
# A new video's card is public, so a deferred response to these is public, too.
CARD_COMMANDS = frozenset({"video", "preset use"})
CARD_BUTTONS = frozenset({Verb.AGAIN, Verb.SMALLER, Verb.BOARD_TAKE})
CARD_FORMS = frozenset({Verb.EDIT, Verb.SHOTS, Verb.FROM_MESSAGE, Verb.BOARD_TAKE})

FORM_COMMANDS = frozenset({"moderate purge", "preset save", "privacy forget", "rules words"})
FORM_BUTTONS = frozenset(
    {
        Verb.APPROVE_MANY,
        Verb.BLOCK,
        Verb.BOARD_ADD,
        Verb.BOARD_EDIT,
        Verb.BOARD_HAND,
        Verb.BOARD_OPTIONS,
        Verb.BOARD_RENDER,
        Verb.BOARD_REWRITE,
        Verb.DELETE,
        Verb.DENY,
        Verb.DENY_MANY,
        Verb.EDIT,
        Verb.EXAMPLE,
        Verb.EXTRA,
        Verb.FORM_AGAIN,
        Verb.LIMIT_PERSON,
        Verb.NEXT_SHOT,
        Verb.PRESET_REWRITE,
        Verb.PURGE,
        Verb.PURGE_BLOCK,
        Verb.REPORT,
        Verb.REWRITE,
        Verb.RULES_REWRITE,
        Verb.RULE_WRITE,
        Verb.SET,
    }
)


def way_of_command(interaction: Interaction) -> Way:
    """How a command is answered; /video with one's own shots opens a form first."""
    command = interaction.command
    name = "" if command is None else command.qualified_name
    if name in CARD_COMMANDS and not _asks_for_shots(interaction):
        return CARD
    is_menu = isinstance(command, app_commands.ContextMenu)
    may_open_form = is_menu or name in FORM_COMMANDS or name in CARD_COMMANDS
    return Way(place=Place.PRIVATE, may_open_form=may_open_form)


def _asks_for_shots(interaction: Interaction) -> bool:
    """From the options as sent: `namespace` would build all of them anew at each use."""
    sent: Any = interaction.data or {}
    return {"shots": ShotType.CUSTOMIZE} in [
        {each.get("name"): each.get("value")} for each in sent.get("options", ())
    ]


def way_of_press(interaction: Interaction, asked: CustomId) -> Way:
    """How a press or form is answered. A form without a message was opened by a command."""
    is_form = interaction.type is discord.InteractionType.modal_submit
    if asked.verb in (CARD_FORMS if is_form else CARD_BUTTONS):
        return CARD
    if is_form:
        return Way(place=Place.PRIVATE if interaction.message is None else Place.IN_PLACE)
    return Way(place=Place.IN_PLACE, may_open_form=asked.verb in FORM_BUTTONS)
