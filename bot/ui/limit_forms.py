"""The forms for one member's limit and extra, which the buttons of `/moderate user` open."""

from collections.abc import Collection, Iterable
from enum import StrEnum
from typing import Any, TypeVar

import discord

from bot.errors import Refusal
from bot.ui.amounts import read_amount
from bot.ui.forms import Field, choice_field, form, sent_fields, text_field
from bot.ui.items import Verb
from bot.video.values.limits import Measure, Window

MOST = 1_000_000
REASON_LIMIT = 200  # characters
AMOUNTS = (Measure.FILMS, Measure.SECONDS, Measure.CREDITS)
WINDOWS = tuple(window for window in Window if window is not Window.NOW)
E = TypeVar("E", bound=StrEnum)

Interaction = discord.Interaction[Any]


def limit_form(person: str, locale: str) -> discord.ui.Modal:
    """Asks for a member's limit."""
    return form(
        Verb.LIMIT_PERSON,
        person,
        locale,
        discord.ui.TextDisplay(f"<@{person}>"),
        text_field(
            "amount",
            "modal.limit.amount",
            locale,
            limit=20,
            hint="modal.limit.amount_hint",
            is_long=False,
        ),
        _measure(Measure, locale),
        choice_field(
            "window",
            "modal.limit.window",
            locale,
            choices=[(each, f"window.{each}") for each in WINDOWS],
            chosen=Window.DAY,
        ),
    )


def extra_form(person: str, locale: str) -> discord.ui.Modal:
    """Asks for what a member gets extra."""
    return form(
        Verb.EXTRA,
        person,
        locale,
        discord.ui.TextDisplay(f"<@{person}>"),
        text_field("amount", "modal.limit.amount", locale, limit=20, is_long=False),
        _measure(AMOUNTS, locale),
        text_field("reason", "modal.block.reason", locale, limit=REASON_LIMIT, is_required=False),
    )


def read_limit_form(interaction: Interaction) -> tuple[Measure, Window, int | None]:
    """The measure, the window, and the amount (None: unlimited). Raises `Refusal`."""
    fields = sent_fields(interaction)
    measure = _chosen(Measure, fields.get("measure", ""), tuple(Measure))
    window = _chosen(Window, fields.get("window", ""), WINDOWS)
    return measure, window, read_amount(fields.get("amount", ""), measure, most=MOST)


def read_extra_form(interaction: Interaction) -> tuple[Measure, int, str]:
    """The measure, the amount, and the reason. Raises `Refusal`."""
    fields = sent_fields(interaction)
    measure = _chosen(Measure, fields.get("measure", ""), AMOUNTS)
    amount = read_amount(fields.get("amount", ""), measure, most=MOST)
    if not amount:
        raise Refusal("whole_number", least=1, most=MOST)
    return measure, amount, fields.get("reason", "").strip()


def _measure(measures: Iterable[Measure], locale: str) -> Field:
    choices = [(each, f"choice.measure.{each}") for each in measures]
    return choice_field(
        "measure", "modal.limit.measure", locale, choices=choices, chosen=Measure.FILMS
    )


def _chosen(kind: type[E], value: str, among: Collection[E]) -> E:
    if value not in set(among):
        raise Refusal("unknown_choice", option=kind.__name__.lower())
    return kind(value)
