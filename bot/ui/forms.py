"""Builds all forms and reads all submitted ones.

A form's `custom_id` holds everything its fields do not, so an open form survives a restart."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import discord
from discord.enums import ComponentType, TextStyle
from msgspec import Struct

from bot.ui.items import CustomId, Verb
from bot.ui.texts import say

FIELD_LIMIT = 4000  # Discord's limit; messages are no longer than that either

MOST_CHOICES = 25  # in a select; Discord, components reference

Field = discord.ui.Label[Any]


class Choice(Struct, frozen=True, kw_only=True):
    """One choice of a select, in words: at most 100 characters each."""

    value: str
    label: str
    about: str | None = None


def form(
    verb: Verb, subject: str, locale: str, *parts: discord.ui.Item[Any], title: str | None = None
) -> discord.ui.Modal:
    """A form that `verb` answers, with fields and lines of text. Its title is the verb's, or the
    text named `title`."""
    modal = discord.ui.Modal(
        title=say(title or f"modal.{verb}.title", locale), custom_id=str(CustomId(verb, subject))
    )
    for part in parts:
        modal.add_item(part)
    modal.stop()  # the library then stores nothing of it
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
    """A field for up to `limit` characters. `label` and `hint` name texts. If `written` is too
    long, the field says so instead of showing the hint."""
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
    """A field to choose one of `choices`, pairs of a value and the name of its text."""
    worded = [Choice(value=str(value), label=say(key, locale)) for value, key in choices]
    return select_field(name, label, locale, choices=worded, chosen=chosen)


def select_field(
    name: str,
    label: str,
    locale: str,
    *,
    choices: Sequence[Choice],
    chosen: str,
    about: str | None = None,
    is_required: bool = True,
) -> Field:
    """A field to choose one of at most `MOST_CHOICES`; `about` is a line under its label."""
    offered = [
        discord.SelectOption(
            label=each.label,
            value=each.value,
            description=each.about,
            default=each.value == chosen,
        )
        for each in choices
    ]
    select = discord.ui.Select[Any](custom_id=name, options=offered, required=is_required)
    return discord.ui.Label(text=say(label, locale), description=about, component=select)


def person_field(name: str, label: str, locale: str) -> Field:
    """A field to choose one person."""
    select = discord.ui.UserSelect[Any](custom_id=name, min_values=1, max_values=1)
    return discord.ui.Label(text=say(label, locale), component=select)


def sent_fields(interaction: discord.Interaction[Any]) -> dict[str, str]:
    """A form's entries by field name; the first one of several choices, "" for none."""
    data: Mapping[str, Any] = interaction.data or {}
    return dict(_values(data.get("components", [])))


def sent_texts(interaction: discord.Interaction[Any]) -> dict[str, str]:
    """What was typed into a form, by field name; without choices."""
    data: Mapping[str, Any] = interaction.data or {}
    return {
        str(each["custom_id"]): str(each.get("value") or "")
        for each in _fields(data.get("components", []))
        if each.get("type") == ComponentType.text_input.value
    }


def sent_selects(interaction: discord.Interaction[Any]) -> list[str]:
    """The choice of each select in a form that has exactly one."""
    data: Mapping[str, Any] = interaction.data or {}
    found = [_all(field) for field in _fields(data.get("components", []))]
    return [str(each[0]) for each in found if len(each) == 1]


def sent_choices(interaction: discord.Interaction[Any], name: str) -> list[str]:
    """All choices in a form's select; empty if it has none of this name."""
    data: Mapping[str, Any] = interaction.data or {}
    fields = _fields(data.get("components", []))
    return [str(each) for field in fields if field["custom_id"] == name for each in _all(field)]


def _all(field: Mapping[str, Any]) -> Sequence[Any]:
    return field.get("values") or []


def chosen(interaction: discord.Interaction[Any]) -> list[str]:
    """The choices in a select menu under a message; empty for a button."""
    data: Mapping[str, Any] = interaction.data or {}
    return [str(value) for value in data.get("values", [])]


def _values(components: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    for field in _fields(components):
        given = field.get("value") or next(iter(field.get("values") or []), "")
        yield str(field["custom_id"]), str(given)


def _fields(components: Sequence[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    for component in components:
        inner = [*component.get("components", []), *filter(None, [component.get("component")])]
        yield from _fields(inner)
        if "custom_id" in component:
            yield component


def _too_long(text: str, limit: int, locale: str) -> str | None:
    """A field's remark about a text it contains that is too long to be accepted."""
    return (
        say("modal.too_long.hint", locale, length=len(text), limit=limit)
        if len(text) > limit
        else None
    )
