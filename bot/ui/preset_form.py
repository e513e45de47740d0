"""The form of `/preset save`, for those who gave a name and no options."""

from collections.abc import Iterable, Mapping
from typing import Self

import discord
from msgspec import Struct
from msgspec.structs import replace

from bot.ui.drafts import outline, read_outline
from bot.ui.forms import MOST_CHOICES, Choice, Field, form, select_field, text_field
from bot.ui.items import Verb
from bot.ui.texts import say
from bot.ui.whole_form import DURATION, LOOK, SHAPE, chosen_in
from bot.video.values.catalogue import DEFAULT_MODEL, find_model, longest_prompt
from bot.video.values.options import NOTHING_CHOSEN, Options
from bot.video.values.presets import NAME_LIMIT

NAME, NEGATIVE = "name", "negative_prompt"
TEXTS = (NAME, NEGATIVE)
ASKED = ("duration", "quality", "sound", "aspect_ratio")  # by the form
OPEN = "open"  # the option stays as the server or the person chooses later


def preset_form(saving: "Saving", texts: Mapping[str, str], locale: str) -> discord.ui.Modal:
    """The form, filled with what was typed or chosen before."""
    chosen = saving.options
    model = find_model(chosen.model or DEFAULT_MODEL)
    lengths = [
        (str(each), say("options.duration", locale, seconds=each)) for each in model.durations
    ]
    looks = [
        (f"{quality}.{sound}", _look(quality, sound, locale))
        for quality in ("", *model.qualities)
        for sound in ("", *model.sounds)
        if quality or sound
    ]
    shapes = [(each, say(f"choice.aspect_ratio.{each}", locale)) for each in model.aspect_ratios]
    look = f"{chosen.quality or ''}.{chosen.sound or ''}"
    return form(
        Verb.PRESET_SAVE,
        str(saving),
        locale,
        _text(NAME, "modal.preset.name", texts, locale, NAME_LIMIT, is_needed=True),
        _select(DURATION, "modal.preset.duration", lengths, str(chosen.duration or OPEN), locale),
        _select(LOOK, "modal.video.look", looks, OPEN if look == "." else look, locale),
        _select(SHAPE, "modal.board.aspect_ratio", shapes, chosen.aspect_ratio or OPEN, locale),
        _text(NEGATIVE, "modal.edit.negative_prompt", texts, locale, longest_prompt()),
    )


class Saving(Struct, frozen=True, kw_only=True):
    """Whose preset is to be saved, and with which options; fits into a custom id."""

    options: Options = NOTHING_CHOSEN
    is_server: bool
    is_locked: bool

    def __str__(self) -> str:
        return f"{int(self.is_server)}{int(self.is_locked)}.{outline(self.options)}"

    @classmethod
    def read(cls, subject: str) -> Self:
        """Raises `Refusal`, also if the model is gone."""
        flags, _, outlined = subject.partition(".")
        server, locked = (each == "1" for each in flags)
        return cls(options=read_outline(outlined), is_server=server, is_locked=locked)

    def sent(self, fields: Mapping[str, str]) -> Self:
        """With what is chosen in the form instead. Raises `Refusal` for forged choices."""
        closed = {name: "" if value == OPEN else value for name, value in fields.items()}
        chosen = chosen_in(closed)
        found = {name: getattr(chosen, name) for name in ASKED}
        negative = fields.get(NEGATIVE, "").strip() or None
        return replace(self, options=replace(self.options, **found, negative_prompt=negative))


def _look(quality: str, sound: str, locale: str) -> str:
    heard = sound and say(f"options.sound.{sound}", locale)
    return ", ".join(filter(None, [quality, heard]))


def _text(
    name: str,
    label: str,
    texts: Mapping[str, str],
    locale: str,
    limit: int,
    *,
    is_needed: bool = False,
) -> Field:
    written = texts.get(name, "")
    is_long = name == NEGATIVE
    return text_field(
        name, label, locale, limit=limit, written=written, is_required=is_needed, is_long=is_long
    )


def _select(
    name: str, label: str, choices: Iterable[tuple[str, str]], chosen: str, locale: str
) -> Field:
    first = Choice(value=OPEN, label=say("modal.preset.open", locale))
    worded = [Choice(value=value, label=named) for value, named in choices]
    offered = [first, *worded][:MOST_CHOICES]
    return select_field(name, label, locale, choices=offered, chosen=chosen, is_required=False)
