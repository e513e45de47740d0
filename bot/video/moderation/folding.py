"""Folds texts and rules for comparison: no case, marks, invisible characters or odd letters."""

import re
import unicodedata
from collections.abc import Iterator

from bot.video.values.visible import BLANK

_UNSEEN = frozenset({"Mn", "Me", "Cf", "Cc"})
# Latin letters that stand for a plain one but that no normal form splits: ł, ø, ı, ɢ, ɡ, ǝ, 🅰.
_LATIN = (
    range(0xC0, 0x2B0), range(0x1D00, 0x1DC0), range(0x1E00, 0x1F00), range(0x2C60, 0x2C80),
    range(0xA720, 0xA800), range(0xAB30, 0xAB70), range(0x1F150, 0x1F18A),
)  # fmt: skip
_DRESSED = re.compile(
    r"(?:NEGATIVE \w+ )?LATIN (?:SMALL LETTER|LETTER SMALL CAPITAL|CAPITAL LETTER)"
    r" (?:[A-Z]{2,} )*([A-Z])(?: WITH .+)?"
)


def fold(text: str) -> str:
    """NFKC and case folding, each letter in its plainest form, no marks, nothing invisible."""
    cased = unicodedata.normalize("NFKC", text).casefold()
    plain = unicodedata.normalize("NFKD", cased).translate(_PLAIN)
    letters = (" " if c.isspace() else c for c in plain)
    seen = (c for c in letters if unicodedata.category(c) not in _UNSEEN and c not in BLANK)
    return " ".join(unicodedata.normalize("NFKC", "".join(seen)).split())


def _plain_forms() -> Iterator[tuple[int, str]]:
    for block in _LATIN:
        for code in block:
            if dressed := _DRESSED.fullmatch(unicodedata.name(chr(code), "")):
                yield code, dressed[1].lower()


_PLAIN = dict(_plain_forms())
