"""Reads shots as people write them: one per line, with optional seconds in front.

`bot.video.values.specs` checks whether they can make a video."""

import re

from bot.errors import Refusal
from bot.video.values.catalogue import Model
from bot.video.values.specs import check_shots, tidy
from bot.video.values.videos import Shot

SHOT_LINE = re.compile(
    r"(?P<seconds>[0-9]{1,4})\s*(?P<mark>(?:(?:s|secs?|seconds?|segs?|segundos?)\b)?[.:,)]?)\s+"
    r"(?P<prompt>.+)",
    re.DOTALL | re.IGNORECASE,
)
NUMBERED = re.compile(r"([0-9]{1,2})[.)]\s+(.+)", re.DOTALL)
BULLET = re.compile(r"[-*\u2022\u2013]\s+(?=\S)")
# After these words, in English and Spanish, a number counts things rather than seconds.
_SEVERAL = re.compile(
    r"(?!(?:an?|the|this|its|always|was|has|un|una|el|las?|los)\b)(?:(?:little|small|big|young|old|tiny|giant)\s+)?"
    r"(?:(?:\w+\s+){0,2}?(?:people|men|women|children|mice|geese|sheep|fish|deer)"
    r"|\w{2,}(?<!s)(?<!u)(?<!i)s)\b",
    re.IGNORECASE,
)


def parse_shots(text: str, duration: int, model: Model) -> tuple[Shot, ...]:
    """One shot per line; lines without seconds share the rest of `duration` evenly. The sum may
    still differ from it: `bot.video.values.specs.check` refuses that.

    Raises `Refusal` that names the line.
    """
    _check_counts(text)
    written = shot_lines(text, model.shots_limit)
    seconds = share_seconds([seconds for seconds, _ in written], duration)
    shots = tuple(
        Shot(prompt=prompt, seconds=each)
        for (_, prompt), each in zip(written, seconds, strict=True)
    )
    check_shots(shots, model)
    return shots


def shot_lines(text: str, limit: int) -> list[tuple[int | None, str]]:
    """The seconds (if written) and words of each line; a number that probably counts things belongs
    to the words. Raises `Refusal` for more than `limit` lines."""
    lines = _lines(text)
    if len(lines) > limit:
        raise Refusal("shots_too_many", count=len(lines), limit=limit)
    return [(None, line) if may_count(line) else shot_line(line) for line in lines]


def _check_counts(text: str) -> None:
    """Raises `Refusal` for a number that may count things: such a video would be paid for."""
    for number, line in enumerate(_lines(text), start=1):
        if may_count(line):
            seconds, words = shot_line(line)
            raise Refusal("shots_count", line=number, seconds=seconds, words=words)


def shot_line(line: str) -> tuple[int | None, str]:
    """The seconds in front, if any, and the words. After a bullet, a bare number belongs to the
    words."""
    bullet = BULLET.match(line)
    words = line[bullet.end() :] if bullet else line
    match = SHOT_LINE.fullmatch(words)
    if match is None or (bullet and not match["mark"]):
        return None, words
    return int(match["seconds"]), match["prompt"]


def may_count(line: str) -> bool:
    """Whether a bare number in front probably counts what follows, as in "2 people dance"."""
    match = SHOT_LINE.fullmatch(line)
    if match is None or match["mark"] or int(match["seconds"]) < 2:
        return False
    return _SEVERAL.match(match["prompt"]) is not None


def with_counts(text: str) -> str:
    """The same lines, with a bullet before each number that probably counts things."""
    return "\n".join(f"- {line}" if may_count(line) else line for line in _lines(text))


def share_seconds(written: list[int | None], duration: int) -> list[int]:
    """Fill the gaps evenly with the remaining seconds, longer shares first, but at least 1 s each,
    even if that is longer than `duration`."""
    gaps = written.count(None)
    left = max(gaps, duration - sum(each for each in written if each is not None))
    share, longer = divmod(left, gaps) if gaps else (0, 0)
    shares = iter([share + 1] * longer + [share] * (gaps - longer))
    return [next(shares) if each is None else each for each in written]


def _lines(text: str) -> list[str]:
    """The lines that have words. If each begins with its own number (1. 2. 3.), the numbers are
    removed: they are not seconds."""
    lines = [line for line in (tidy(raw) for raw in text.splitlines()) if line]
    found = [NUMBERED.fullmatch(line) for line in lines]
    numbers = [int(each[1]) for each in found if each]
    if len(lines) < 2 or numbers != list(range(1, len(lines) + 1)):
        return lines
    return [each[2] for each in found if each]
