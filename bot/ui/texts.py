"""Words the texts people read: a key for each, with facts written as its language does.

`bot.ui.languages` has the languages and catalogues."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from discord import Locale, app_commands
from msgspec import Struct

from bot.ui.escape import escaped
from bot.ui.languages import ENGLISH, catalogue, language_of, listed, number, text
from bot.video.values.cards import BoardName
from bot.video.values.prices import CREDIT


def whole_credits(units: int) -> int:
    """Credits for a price in 1/10,000 credit, rounded up: nobody pays more than announced."""
    return -(-units // CREDIT)


_COUNTED: Mapping[str, Callable[[Any], Any]] = {
    "": lambda value: value,
    "credits": whole_credits,
    "left": lambda units: units // CREDIT,
}


# Texts for stored values of limits: "a day", "the last 24 hours".
_WORDS: Mapping[str, Callable[[object], str]] = {
    "per": lambda value: f"per.{value}",
    "window": lambda value: f"window.{value}",
    "measure": lambda value: f"choice.measure.{value}",
}
BOARD_NAME_LIMIT = 60  # characters, escapes included
_MENTIONS = {"user": "<@{}>", "role": "<@&{}>", "channel": "<#{}>"}


class _Fact(Struct, frozen=True):
    """Writes numbers and lists as the language does, times as Discord's own (`{until:R}`), ids as
    mentions (`{who:user}`, `{places:channel}`, `{whose:role}`), stored values in words
    (`{window:per}`), storyboards by their names, and prices in units as whole credits:
    `{price:credits}` rounded up, `{rest:left}` rounded down.

    https://docs.discord.com/developers/reference#message-formatting
    """

    value: Any
    locale: str

    def __format__(self, spec: str) -> str:
        value = self.value
        if spec in _WORDS:
            return say(_WORDS[spec](value), self.locale)
        if spec in _MENTIONS:
            ids = value if isinstance(value, list | tuple) else [value]
            return listed([_MENTIONS[spec].format(each) for each in ids], self.locale)
        if isinstance(value, datetime):
            return f"<t:{int(value.timestamp())}:{spec or 'f'}>"
        if isinstance(value, int | float):
            return number(_COUNTED[spec](value), self.locale)
        if isinstance(value, list | tuple):
            return listed([f"{_Fact(part, self.locale)}" for part in value], self.locale)
        if isinstance(value, BoardName):
            return board_name(value, self.locale)
        return str(value)


def say(key: str, locale: str, **facts: object) -> str:
    """The text behind a key, in the language of a Discord locale; `count` picks the plural.

    Raises KeyError if English lacks the key, or a placeholder is missing.
    """
    found = text(key, locale, facts.get("count"))
    return found.format_map({name: _Fact(value, locale) for name, value in facts.items()})


def is_known(key: str) -> bool:
    """Whether there is a text behind a key."""
    return key in catalogue(ENGLISH).by_key


def board_name(name: BoardName, locale: str) -> str:
    """What people call a storyboard, as markdown."""
    if shown := escaped(name.words, BOARD_NAME_LIMIT):
        return shown
    numbered = say("board.numbered", locale, number=name.number)
    return numbered if name.number else say("board.title", locale)


def model_name(model_id: str, locale: str) -> str:
    """What people call a model; its id if the model is gone."""
    key = f"choice.model.{model_id}"
    return say(key, locale) if is_known(key) else model_id


def localised(key: str) -> app_commands.locale_str:
    """A text of a command, option or choice, for `Translator` to find."""
    return app_commands.locale_str(say(key, "en"), key=key)


class Translator(app_commands.Translator):
    """Translates descriptions and choices; names stay, so that `/video` is the same for all."""

    async def translate(
        self,
        string: app_commands.locale_str,
        locale: Locale,
        context: app_commands.TranslationContextTypes,
    ) -> str | None:
        key = string.extras.get("key")
        if key is None or language_of(locale.value) is ENGLISH:
            return None
        return say(key, locale.value)
