"""Opens moderators' forms and Report again after a refusal, with what was typed and chosen.

The text is in the message that gave it back, the choices are in its button's custom id."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import discord
from msgspec import Struct

from bot.ui.forms import sent_selects
from bot.ui.items import Verb

KEPT = "kept"  # in an interaction's extras
TEXTS: Mapping[Verb, Sequence[str]] = {  # the forms' typed fields, in their order
    Verb.DENY: ("reason",),
    Verb.DENY_MANY: ("reason",),
    Verb.REPORT: ("reason",),
    Verb.BLOCK: ("reason",),
    Verb.PURGE_BLOCK: ("reason",),
    Verb.PURGE: ("reason",),
    Verb.LIMIT_PERSON: ("amount",),
    Verb.EXTRA: ("amount", "reason"),
    Verb.RULE_WRITE: ("name", "watched"),
}
OPENED_BY = {Verb.PURGE_YES: Verb.PURGE}  # forms sent with another verb than opens them
CHOICE = re.compile("[a-z_]{1,12}")  # a choice that fits into a custom id

Interaction = discord.Interaction[Any]


class Kept(Struct, frozen=True, kw_only=True):
    """What a refused form had: texts by field name, and single choices."""

    texts: Mapping[str, str]
    choices: Sequence[str]


def again_subject(interaction: Interaction, subject: str, verb: Verb) -> str:
    """The sent form and its choices, for the subject of `Verb.FORM_AGAIN`."""
    about = "0" if verb is Verb.DENY_MANY else subject
    choices = [each for each in sent_selects(interaction) if CHOICE.fullmatch(each)]
    return f"{OPENED_BY.get(verb, verb)}:{about}" + (f"~{'.'.join(choices)}" if choices else "")


def read_again(subject: str) -> tuple[Verb, str, list[str]]:
    """The form, its subject and its choices, from `again_subject`."""
    verb, _, about = subject.partition(":")
    about, _, choices = about.partition("~")
    return Verb(verb), about, choices.split(".") if choices else []


async def open_form(interaction: Interaction, form: discord.ui.Modal) -> None:
    """Open a form; after a refusal, with what was typed and chosen."""
    kept = interaction.extras.get(KEPT)
    if isinstance(kept, Kept):
        for each in form.walk_children():
            _fill(each, kept)
    await interaction.response.send_modal(form)


def _fill(field: discord.ui.Item[Any], kept: Kept) -> None:
    if isinstance(field, discord.ui.TextInput):
        field.default = kept.texts.get(field.custom_id) or None
    elif isinstance(field, discord.ui.Select):
        values = {each.value for each in field.options} & set(kept.choices)
        for option in field.options if values else ():
            option.default = option.value in values
