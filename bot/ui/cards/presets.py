"""The private list of `/preset list`."""

from collections.abc import Sequence

from discord import ui
from msgspec import structs

from bot.ui.cards.parts import layout, text
from bot.ui.escape import escaped
from bot.ui.texts import is_known, say
from bot.video.values.options import PresetOptions
from bot.video.values.presets import NAME_LIMIT, Preset

WORDS_LIMIT = 40  # characters of what a video should not show; a message holds 4000


def preset_list(found: Sequence[Preset], locale: str) -> ui.LayoutView:
    """A person's presets and the server's, each with its options."""
    if not found:
        return layout(text(say("presets.none", locale)))
    own = [each for each in found if each.user_id]
    shared = [each for each in found if not each.user_id]
    return layout(
        *[
            text(f"**{say(title, locale)}**", *[_line(each, locale) for each in presets])
            for title, presets in (("presets.title_own", own), ("presets.title_server", shared))
            if presets
        ]
    )


def _line(preset: Preset, locale: str) -> str:
    lock = "🔒 " if preset.is_locked else ""
    name = escaped(preset.name, NAME_LIMIT)
    return f"- {lock}**{name}**: {options_text(preset.options, locale)}"


def options_text(options: PresetOptions, locale: str) -> str:
    """The options that are set, such as "8 s · Vertical 9:16 · 1080p"."""
    found = structs.asdict(options)
    return " · ".join(
        _value(option, found[option], locale)
        for option in PresetOptions.__struct_fields__
        if found.get(option) is not None
    )


def _value(option: str, value: object, locale: str) -> str:
    if option == "duration":
        return say("options.duration", locale, seconds=value)
    if option == "takes":
        return say("options.takes", locale, count=value)
    if option == "watermark":
        return say("options.watermark" if value else "presets.no_watermark", locale)
    if option == "negative_prompt":
        return say("presets.without", locale, words=escaped(str(value), WORDS_LIMIT))
    key = f"choice.{option}.{value}"
    return say(key, locale) if is_known(key) else escaped(str(value), WORDS_LIMIT)
