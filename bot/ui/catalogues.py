"""The catalogues in `locales/`: PO files, one for each language of ours, a key for each text.

They are read here, since importing Babel's reader takes longer than reading does; the tests compare
the two. https://www.gnu.org/software/gettext/manual/html_node/PO-Files.html"""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from gettext import c2py
from pathlib import Path

from msgspec import Struct

LANGUAGES = ("en", "es")

_LOCALES = Path(__file__).with_name("locales")
_STRING = re.compile(r'^(?:(msg\w+)(?:\[\d\])? )?"(.*)"$', re.MULTILINE)
_PLURAL = re.compile(r"plural=(.+);")


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


def language(locale: str) -> str:
    """The language of ours for a locale of Discord's (es-ES and es-419 are Spanish).

    https://docs.discord.com/developers/reference#locales
    """
    short = locale.partition("-")[0]
    return short if short in LANGUAGES else "en"


def written(name: str) -> bytes:
    """The catalogue of a language of ours, as it is written."""
    return (_LOCALES / f"{name}.po").read_bytes()


@cache
def catalogue(name: str) -> Catalogue:
    """The catalogue of a language of ours."""
    texts: dict[str, list[str]] = {}
    for word, string in _strings(written(name).decode()):
        if word == "msgid":
            forms = texts[string] = []
        elif word == "msgstr":
            forms.append(string)
    plural = _PLURAL.search(texts.pop("")[0])
    assert plural is not None, f"the header of {name}.po has no Plural-Forms"
    by_key = {key: forms[0] if len(forms) == 1 else forms for key, forms in texts.items()}
    return Catalogue(by_key=by_key, plural=c2py(plural[1]))


def _strings(source: str) -> Iterator[tuple[str, str]]:
    """What stands behind each keyword; a string may be written over several lines. Their escapes
    are those of JSON too, which reads all of them at once."""
    found = _STRING.findall(source)
    read = json.loads("[{}]".format(",".join(f'"{string}"' for _, string in found)))
    keyword, parts = "", list[str]()
    for (word, _), string in zip(found, read, strict=True):
        if word and keyword:
            yield keyword, "".join(parts)
            parts.clear()
        keyword = word or keyword
        parts.append(string)
    yield keyword, "".join(parts)
