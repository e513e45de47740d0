"""Builds every form and reads every form that was sent.

A form's `custom_id` says all that its fields do not, so an open form survives a restart."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import discord
from discord.enums import TextStyle

from bot.ui.items import CustomId, Verb
from bot.ui.texts import say

FIELD_LIMIT = 4000  # Discord's own; messages have no more characters either

Field = discord.ui.Label[Any]


def form(
    verb: Verb, subject: str, locale: str, *parts: discord.ui.Item[Any], title: str | None = None
) -> discord.ui.Modal:
    """A form that `verb` answers, of fields and lines of text; its title is the verb's own, or the
    text named `title`."""
    modal = discord.ui.Modal(
        title=say(title or f"modal.{verb}.title", locale), custom_id=str(CustomId(verb, subject))
    )
    for part in parts:
        modal.add_item(part)
    modal.stop()  # so that the library keeps nothing of it
    return modal


def text_field(
    name: str,
    label: str,
    locale: str,
    *,
    limit: int,
    written: str = "",
    hint: str | None = None,
    is_required: bool = True,
    is_long: bool = True,
) -> Field:
    """A field to write up to `limit` characters in. `label` and `hint` name texts; what is
    `written` in it already may be longer, and the field says so instead of the hint."""
    about = say(hint, locale) if hint else None
    return discord.ui.Label(
        text=say(label, locale),
        description=_too_long(written, limit, locale) or about,
        component=discord.ui.TextInput(
            style=TextStyle.paragraph if is_long else TextStyle.short,
            custom_id=name,
            default=written[:FIELD_LIMIT] or None,
            required=is_required,
            max_length=max(limit, min(len(written), FIELD_LIMIT)),
        ),
    )


def choice_field(
    name: str, label: str, locale: str, *, choices: Sequence[tuple[str, str]], chosen: str
) -> Field:
    """A field to choose one of `choices` in: values, each with the name of its text."""
    offered = [
        discord.SelectOption(label=say(key, locale), value=str(value), default=value == chosen)
        for value, key in choices
    ]
    select = discord.ui.Select[Any](custom_id=name, options=offered)
    return discord.ui.Label(text=say(label, locale), component=select)


def person_field(name: str, label: str, locale: str) -> Field:
    """A field to choose one person in."""
    select = discord.ui.UserSelect[Any](custom_id=name, min_values=1, max_values=1)
    return discord.ui.Label(text=say(label, locale), component=select)


def sent_fields(interaction: discord.Interaction[Any]) -> dict[str, str]:
    """What was written and chosen in a form, by the names of its fields; of several choices the
    first, "" for nothing."""
    data: Mapping[str, Any] = interaction.data or {}
    return dict(_values(data.get("components", [])))


def chosen(interaction: discord.Interaction[Any]) -> list[str]:
    """What was chosen in a select menu under a message; nothing for a button."""
    data: Mapping[str, Any] = interaction.data or {}
    return [str(value) for value in data.get("values", [])]


def _values(components: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    for component in components:
        inner = [*component.get("components", []), *filter(None, [component.get("component")])]
        yield from _values(inner)
        given = component.get("value") or next(iter(component.get("values") or []), "")
        if "custom_id" in component:
            yield str(component["custom_id"]), str(given)


def _too_long(text: str, limit: int, locale: str) -> str | None:
    """What a field says about a text that it is filled with and that will not be taken."""
    return (
        say("modal.too_long.hint", locale, length=len(text), limit=limit)
        if len(text) > limit
        else None
    )
