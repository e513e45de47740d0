"""The bot's languages: one record each, with a catalogue in `locales/`.

Plurals, numbers, money and lists follow CLDR, through Babel (https://cldr.unicode.org)."""

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
    """`locales` maps Discord's locales to CLDR's, the default first; a server can choose those in
    `offered`. People type `unlimited` for no limit, `none` for nothing. `respelled` are words of
    the catalogue that this language spells differently.

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
        """A text of the catalogue in this language's spelling."""
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
    locales={"es-419": "es_MX"},  # a decimal point, as in most of Latin America
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
    """A language's catalogue; an empty text counts as missing."""
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
    """The text behind a key, in the language of a Discord locale, else in English.

    Raises KeyError if English lacks it, too.
    """
    language = language_of(locale)
    if key in catalogue(language).by_key:
        return catalogue(language).find(key, count)
    found = catalogue(ENGLISH).find(key, count)
    _log_missing(key, language.catalogue)
    return found


@cache
def language_of(locale: str) -> Language:
    """The language for a Discord locale; English if there is none."""
    by_code = {each.code: each for each in LANGUAGES}
    return by_code.get(locale) or by_code.get(locale.partition("-")[0], ENGLISH)


def number(value: float, locale: str) -> str:
    """A number with at most three decimals."""
    return format_decimal(value, locale=_cldr(locale))


def dollars(value: float, locale: str) -> str:
    """US dollars, to the cent."""
    return format_currency(value, "USD", locale=_cldr(locale))


def month_name(day: date, locale: str) -> str:
    """Such as "November 2026"."""
    return format_skeleton("yMMMM", day, locale=_cldr(locale))


def day_name(day: date, locale: str) -> str:
    """Such as "Nov 29"."""
    return format_skeleton("MMMd", day, locale=_cldr(locale))


def listed(parts: Sequence[str], locale: str) -> str:
    """All parts as a list in a sentence; "" for none."""
    return format_list(parts, locale=_cldr(locale))


@cache
def _cldr(locale: str) -> Locale:
    locales = language_of(locale).locales
    return Locale.parse(locales.get(locale) or next(iter(locales.values())))


@cache
def _log_missing(key: str, name: str) -> None:
    """Log each missing text once."""
    _log.warning("%s.po has no text for %s; using English", name, key)
