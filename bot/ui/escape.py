"""Makes people's words safe to show: they cannot ping, break markup, or make and hide links."""

import re
import unicodedata

# Blank though their category says letter, mark or symbol.
_BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
_NOT_PLAIN = re.compile(r"[^ -~]+")
_SPACES = re.compile(r"\s+")
_MARKS_IN_A_ROW = 3  # more of them grow into the lines above and below

# A backslash before any of these shows it as it is; the dot and the colon matter only where
# they make a link, the first character only where it begins a list.
# https://support.discord.com/hc/en-us/articles/210298617
_MARKUP = re.compile(r"[\\*_~`|<>#\[\]]|:(?=/)|\.(?=\S)|^[-+]|(?<=^\d)\.|(?<=^\d\d)\.")
_HALF_MARK = re.compile(r"(?<!\\)((?:\\\\)*)\\…$")  # the cut left a backslash alone


def clean(text: str) -> str:
    """One line without control, zero-width, direction and other unseen characters."""
    return _SPACES.sub(" ", _NOT_PLAIN.sub(_seen, text)).strip()


def _seen(run: re.Match[str]) -> str:
    seen: list[str] = []
    marks = 0
    for letter in run[0]:
        category = unicodedata.category(letter)
        marks = marks + 1 if category in ("Mn", "Me") else 0
        if category in ("Cc", "Zl", "Zp"):
            seen.append(" ")
        elif category not in ("Cf", "Cs") and letter not in _BLANK and marks <= _MARKS_IN_A_ROW:
            seen.append(letter)
    return "".join(seen)


def shorten(text: str, limit: int) -> str:
    """At most `limit` characters, cut between words where there is one near the end."""
    if len(text) <= limit:
        return text
    head = text[: limit - 1]
    words, space, rest = head.rpartition(" ")
    if space and len(rest) < 20:
        head = words
    return head.rstrip() + "…"


def escaped(text: str, limit: int) -> str:
    """People's words as Discord's markdown, on one line of at most `limit` characters."""
    marked = _MARKUP.sub(r"\\\g<0>", clean(text))
    shown = shorten(marked.replace("@", "@\u200b"), limit)  # a backslash does not stop "@everyone"
    return _HALF_MARK.sub(r"\1…", shown)
