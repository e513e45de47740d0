"""The languages of the bot: one record for each, and its catalogue in `locales/`.

Plurals, numbers, money and lists are the CLDR's, by Babel (https://cldr.unicode.org)."""

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import cache
from gettext import c2py
from pathlib import Path

from babel import Locale
from babel.dates import format_skeleton
from babel.lists import format_list
from babel.messages.catalog import Message
from babel.messages.pofile import read_po
from babel.numbers import format_currency, format_decimal
from msgspec import Struct

_LOCALES = Path(__file__).with_name("locales")
_log = logging.getLogger(__name__)


class Language(Struct, frozen=True, kw_only=True, eq=False):
    """`locales` maps Discord's locales to the CLDR's, the usual one first; `offered` are those that
    a server can choose; `unlimited` and `none` are what people type for no limit and for nothing.
    `respelled` are words of the catalogue that this language writes in another way.

    https://docs.discord.com/developers/reference#locales
    """

    code: str
    catalogue: str  # the file in `locales/`
    locales: Mapping[str, str]
    offered: Sequence[str]
    unlimited: frozenset[str]
    none: frozenset[str]
    respelled: Mapping[str, str] = {}

    def spell(self, text: str) -> str:
        """A text of the catalogue as this language writes it."""
        for word, here in self.respelled.items():
            text = text.replace(word, here)
        return text


ENGLISH = Language(
    code="en",
    catalogue="en",
    locales={"en-US": "en_US", "en-GB": "en_GB"},
    offered=("en-US",),
    unlimited=frozenset({"unlimited", "no limit"}),
    none=frozenset({"none", "nothing"}),
)
SPANISH = Language(
    code="es",
    catalogue="es",
    locales={"es-ES": "es"},
    offered=("es-ES",),
    unlimited=frozenset({"ilimitado", "sin límite", "sin limite"}),
    none=frozenset({"ninguno", "ninguna", "nada"}),
)
LATIN_AMERICAN = Language(
    code="es-419",
    catalogue="es",
    locales={"es-419": "es_MX"},  # a decimal point, as most of Latin America
    offered=("es-419",),
    unlimited=SPANISH.unlimited,
    none=SPANISH.none,
    respelled={"vídeo": "video", "Vídeo": "Video"},
)
LANGUAGES = (ENGLISH, SPANISH, LATIN_AMERICAN)


class Catalogue(Struct, frozen=True, kw_only=True):
    """The texts of one language; a plural is a sequence of its forms."""

    by_key: Mapping[str, str | Sequence[str]]
    plural: Callable[[int], int]

    def find(self, key: str, count: object) -> str:
        """The text behind a key. Raises KeyError."""
        text = self.by_key[key]
        if isinstance(text, str):
            return text
        return text[self.plural(count if isinstance(count, int) else 2)]


@cache
def catalogue(language: Language) -> Catalogue:
    """The catalogue of a language; a text that is empty counts as missing."""
    with (_LOCALES / f"{language.catalogue}.po").open("rb") as source:
        read = read_po(source, locale=language.catalogue)
    by_key = {
        message.id if isinstance(message.id, str) else message.id[0]: _spelt(message, language)
        for message in read
        if message.id and message.string and all(message.string)
    }
    return Catalogue(by_key=by_key, plural=c2py(read.plural_expr))


def _spelt(message: Message, language: Language) -> str | Sequence[str]:
    if isinstance(message.string, str):
        return language.spell(message.string)
    return [language.spell(form) for form in message.string or ()]


def text(key: str, locale: str, count: object) -> str:
    """The text behind a key in the language of a locale of Discord's, else in English.

    Raises KeyError where English lacks it too.
    """
    language = language_of(locale)
    if key in catalogue(language).by_key:
        return catalogue(language).find(key, count)
    found = catalogue(ENGLISH).find(key, count)
    _log_missing(key, language.catalogue)
    return found


@cache
def language_of(locale: str) -> Language:
    """The language for a locale of Discord's; English where there is none."""
    by_code = {each.code: each for each in LANGUAGES}
    return by_code.get(locale) or by_code.get(locale.partition("-")[0], ENGLISH)


def number(value: float, locale: str) -> str:
    """A number, with three decimals at most."""
    return format_decimal(value, locale=_cldr(locale))


def dollars(value: float, locale: str) -> str:
    """US dollars, to the cent."""
    return format_currency(value, "USD", locale=_cldr(locale))


def month_name(day: date, locale: str) -> str:
    """As "November 2026"."""
    return format_skeleton("yMMMM", day, locale=_cldr(locale))


def day_name(day: date, locale: str) -> str:
    """As "Nov 29"."""
    return format_skeleton("MMMd", day, locale=_cldr(locale))


def listed(parts: Sequence[str], locale: str) -> str:
    """All parts in one sentence; nothing for none."""
    return format_list(parts, locale=_cldr(locale))


@cache
def _cldr(locale: str) -> Locale:
    locales = language_of(locale).locales
    return Locale.parse(locales.get(locale) or next(iter(locales.values())))


@cache
def _log_missing(key: str, name: str) -> None:
    """Once for each text."""
    _log.warning("%s.po has no text for %s; English is shown", name, key)
