"""Lists of words to watch for: typed, from a file, or from Discord's AutoMod."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct

from bot.errors import Refusal
from bot.video.moderation.patterns import Expressions, Folded, Unreadable
from bot.video.values.moderation import RuleAction

PATTERN = "pattern"  # in a file's third column: a regular expression, not a word
FORMULAS = ("=", "+", "-", "@", "\t", "\r")  # such cells were written with an apostrophe


class Wanted(Struct, frozen=True, kw_only=True):
    """A rule that somebody wants to add."""

    words: str
    action: RuleAction
    is_pattern: bool = False


class Refused(Struct, frozen=True, kw_only=True):
    """An entry that does not become a rule, and why."""

    words: str
    refusal: Refusal


class AutoModRule(Struct, frozen=True, kw_only=True):
    """The words of a rule in Discord's AutoMod."""

    name: str
    is_on: bool = True
    is_for_messages: bool = True
    keywords: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()
    allowed: tuple[str, ...] = ()
    has_presets: bool = False  # uses Discord's own lists, which no bot can read
    has_exempt: bool = False  # exempts roles or channels


def from_lines(text: str, action: RuleAction) -> list[Wanted]:
    """One word or phrase per line, without empty lines."""
    lines = (" ".join(line.split()) for line in text.splitlines())
    return [Wanted(words=line, action=action) for line in lines if line]


def from_table(text: str, action: RuleAction) -> list[Wanted]:
    """Each row's word, with its action and the word `pattern` if present.

    Raises `Refusal` if it is not a table.
    """
    try:
        rows = list(csv.reader(io.StringIO(text, newline="")))
    except csv.Error:
        raise Refusal("list_unreadable") from None
    return list(_wanted(rows, action))


def _wanted(rows: Iterable[Sequence[str]], action: RuleAction) -> Iterator[Wanted]:
    for row in rows:
        words, does, kind, *_ = (*(cell.strip() for cell in row), "", "", "")
        if words.startswith("'") and words[1:].startswith(FORMULAS):
            words = words[1:]
        if words:
            yield Wanted(
                words=words,
                action=RuleAction(does) if does in list(RuleAction) else action,
                is_pattern=kind == PATTERN,
            )


def from_automod(
    rules: Sequence[AutoModRule], action: RuleAction, expressions: Expressions
) -> tuple[list[Wanted], list[Refused]]:
    """The rules AutoMod applies to messages, and those that ours cannot express."""
    wanted: list[Wanted] = []
    refused: list[Refused] = []
    for rule in rules:
        if why := _unusable(rule):
            refused.append(Refused(words=rule.name, refusal=Refusal(why)))
            continue
        for words, is_pattern in _watched(rule):
            found = Wanted(words=words, action=action, is_pattern=is_pattern)
            refusal = _untranslatable(found, rule.allowed, expressions)
            if refusal is None:
                wanted.append(found)
            else:
                refused.append(Refused(words=words, refusal=refusal))
    return wanted, refused


def _unusable(rule: AutoModRule) -> str:
    if not rule.is_on:
        return "automod_off"
    if not rule.is_for_messages:
        return "automod_profiles"
    return "automod_presets" if rule.has_presets else ""


def _watched(rule: AutoModRule) -> Iterator[tuple[str, bool]]:
    yield from ((" ".join(word.split()), False) for word in rule.keywords)
    yield from ((pattern, True) for pattern in rule.patterns)


def _untranslatable(
    found: Wanted, allowed: Sequence[str], expressions: Expressions
) -> Refusal | None:
    """The refusal of a keyword with signs that mean something else here, or with exceptions.

    AutoMod allows `*` only at the ends of a keyword, with the same meaning as here.
    """
    if not found.is_pattern:
        inner = found.words.removeprefix("*").removesuffix("*")
        if "*" in inner or "?" in inner:
            return Refusal("automod_sign")
    try:
        expression = expressions.get(found.words, found.is_pattern) if allowed else None
    except Unreadable:  # the measurement refuses it with the right reason
        return None
    texts = [word for word in allowed if expression and expression.search(Folded.of(word))]
    return Refusal("automod_exceptions", words=texts[:5]) if texts else None
