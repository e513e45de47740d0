"""The catalogues in `locales/`: PO files, one for each language of ours, a key for each text.

They are read here, since importing Babel's reader takes longer than reading does; the tests compare
the two. https://www.gnu.org/software/gettext/manual/html_node/PO-Files.html"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from gettext import c2py
from importlib import resources

LANGUAGES = ("en", "es")

_STRINGS = r'((?:".*"\n)+)'
_ENTRY = re.compile(
    rf"^msgid {_STRINGS}(?:msgid_plural {_STRINGS})?((?:msgstr(?:\[\d\])? {_STRINGS})+)", re.M
)
_FORM = re.compile(rf"^msgstr(?:\[\d\])? {_STRINGS}", re.M)
_PLURAL = re.compile(r"plural=(.+);")


@dataclass(frozen=True, kw_only=True)
class Catalogue:
    """The texts of one language; a plural is a sequence of its forms."""

    by_key: Mapping[str, str | Sequence[str]]
    plural: Callable[[int], int]

    def find(self, key: str, count: object) -> str:
        """The text behind a key. Raises KeyError."""
        text = self.by_key[key]
        if isinstance(text, str):
            return text
        return text[self.plural(count if isinstance(count, int) else 2)]


def language(locale: str) -> str:
    """The language of ours for a locale of Discord's (es-ES and es-419 are Spanish).

    https://docs.discord.com/developers/reference#locales
    """
    short = locale.partition("-")[0]
    return short if short in LANGUAGES else "en"


def written(name: str) -> bytes:
    """The catalogue of a language of ours, as it is written."""
    return (resources.files("bot.ui") / "locales" / f"{name}.po").read_bytes()


@cache
def catalogue(name: str) -> Catalogue:
    """The catalogue of a language of ours."""
    texts: dict[str, str | Sequence[str]] = {}
    for key, plural, forms, _ in _ENTRY.findall(written(name).decode()):
        strings = tuple(map(_joined, _FORM.findall(forms)))
        texts[_joined(key)] = strings if plural else strings[0]
    header = str(texts.pop(""))
    plural = _PLURAL.search(header)
    assert plural is not None, f"the header of {name}.po has no Plural-Forms"
    return Catalogue(by_key=texts, plural=c2py(plural[1]))


def _joined(strings: str) -> str:
    """A text that is written over several lines; its escapes are those of JSON too."""
    return "".join(map(json.loads, strings.splitlines()))
