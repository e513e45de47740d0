"""What a reader can see of a text: one rule for prompts, shots, titles, names and reasons.

Uses Unicode's categories, plus a list of invisible characters that they call letters or symbols."""

import unicodedata

_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Me", "Mn", "Zl", "Zp", "Zs"})
# Hangul fillers, the blank braille cell, the note without a head, Egyptian blanks, the object
# replacement character; code points reserved for invisible characters, and noncharacters.
_RESERVED = (*range(0xFFF0, 0xFFF9), *range(0xE0000, 0xE1000))
_NONE = (
    *range(0xFDD0, 0xFDF0),
    *(plane + last for plane in range(0, 0x110000, 0x10000) for last in (0xFFFE, 0xFFFF)),
)
BLANK = frozenset("\u115f\u1160\u2065\u2800\u3164\uffa0\ufffc\U00013441\U00013442\U0001d159")
BLANK |= {*map(chr, _RESERVED), *map(chr, _NONE)}


def is_visible(text: str) -> bool:
    """Whether a reader would see anything of the text."""
    return any(unicodedata.category(c) not in _UNSEEN and c not in BLANK for c in text)


def seen(text: str) -> str:
    """The text without outer white space; empty if nothing in it is visible."""
    return text.strip() if is_visible(text) else ""
