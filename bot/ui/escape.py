"""Makes users' text safe to show: it cannot ping, break markup, or make or hide links."""

import re
import unicodedata
from itertools import zip_longest

from bot.video.values.visible import BLANK

_BLANK = BLANK | frozenset("\u034f\u17b4\u17b5")  # Unicode calls these marks
_NOT_PLAIN = re.compile(r"[^ -~]+")
_SPACES = re.compile(r"\s+")
_MARKS_IN_A_ROW = 3  # more would spill over the lines above and below
_JOINERS = "\u200c\u200d"  # needed in Persian, Hindi and emoji families
_VIRAMA = 9  # combining class of the sign that silences a vowel
_JOINED = ("L", "M", "So", "Sk")
# Flags of regions: a black flag, invisible letters, and their end.
# https://unicode.org/reports/tr51/#def_std_emoji_tag_sequence_set
_FLAG = re.compile("\U0001f3f4[\U000e0030-\U000e0039\U000e0061-\U000e007a]{3,6}\U000e007f")

# A backslash before these shows them as they are. A dot and a colon need it only in a link, the
# first character only where it starts a list.
# https://support.discord.com/hc/en-us/articles/210298617
_MARKUP = re.compile(r"[\\*_~`|<>#\[\]]|:(?=/)|\.(?=\S)|^[-+]|(?<=^\d)\.|(?<=^\d\d)\.")
_HALF_FLAG = re.compile("\U0001f3f4[\U000e0030-\U000e007a]+$")
_PARTS = re.compile(f"([{_JOINERS}]*)([^{_JOINERS}]*)")
_HALF_MARK = re.compile(r"(?<!\\)((?:\\\\)*)\\…$")  # cut right after a backslash


def clean(text: str) -> str:
    """One line without control, zero-width, direction or other invisible characters; keeps joiners
    where letters and emoji need them."""
    return _SPACES.sub(" ", _NOT_PLAIN.sub(_seen, text)).strip()


def _seen(run: re.Match[str]) -> str:
    flags = _FLAG.findall(run[0])
    texts = [_joined(text) for text in _FLAG.split(run[0])]
    return "".join(part for pair in zip_longest(texts, flags, fillvalue="") for part in pair)


def _joined(text: str) -> str:
    """The visible text, with single joiners between characters they can join."""
    shown = ""
    for joiner, part in _PARTS.findall(text):
        seen = _without_unseen(part)
        ends = not part and _shapes_its_end(shown[-1:])
        joins = len(joiner) == 1 and (ends or (_can_join(shown[-1:]) and _can_join(seen[:1])))
        shown += joiner + seen if joins else seen
    return shown


def _can_join(letter: str) -> bool:
    return bool(letter) and unicodedata.category(letter).startswith(_JOINED)


def _shapes_its_end(letter: str) -> bool:
    """Whether a letter may end with a joiner, as in Malayalam, Bengali and Persian
    abbreviations."""
    return bool(letter) and (
        unicodedata.combining(letter) == _VIRAMA or unicodedata.bidirectional(letter) == "AL"
    )


def _without_unseen(text: str) -> str:
    seen: list[str] = []
    marks = 0
    for letter in text:
        category = unicodedata.category(letter)
        marks = marks + 1 if category in ("Mn", "Me") else 0
        if category in ("Cc", "Zl", "Zp"):
            seen.append(" ")
        elif category not in ("Cf", "Cs") and letter not in _BLANK and marks <= _MARKS_IN_A_ROW:
            seen.append(letter)
    return "".join(seen)


def shorten(text: str, limit: int) -> str:
    """At most `limit` characters, cut between words if there is a gap near the end."""
    if len(text) <= limit:
        return text
    head = text[: limit - 1]
    words, space, rest = head.rpartition(" ")
    if space and len(rest) < 20:
        head = words
    return _HALF_FLAG.sub("", head).rstrip(f" {_JOINERS}") + "…"


def escaped(text: str, limit: int) -> str:
    """Users' text as Discord markdown, on one line of at most `limit` characters."""
    marked = _MARKUP.sub(r"\\\g<0>", clean(text))
    shown = shorten(marked.replace("@", "@\u200b"), limit)  # a backslash does not stop "@everyone"
    return _HALF_MARK.sub(r"\1…", shown)
