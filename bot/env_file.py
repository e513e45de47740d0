"""Reads a `.env` file as python-dotenv does, but reports by line number what cannot be meant.

The library skips mistakes in silence; here they are problems, so that no typo removes a limit."""

import io
import re
from collections.abc import Collection, Iterator
from pathlib import Path

from dotenv.parser import Binding, parse_stream
from msgspec import Struct

_NAME = re.compile(r"(?:export\s+)?'?([A-Za-z_][A-Za-z0-9_]*)")


class EnvFile(Struct, frozen=True, kw_only=True):
    """What a file sets, mistakes left out; None for another program's name without `=`.

    `problems` has one line per mistake, without values.
    """

    values: dict[str, str | None]
    problems: list[str]


def read_env_file(path: Path, ours: Collection[str]) -> EnvFile:
    """Read a file; `ours` are the bot's names, all others may hold anything.

    Raises OSError, or ValueError if the file is not UTF-8.
    """
    text = path.read_text(encoding="utf-8-sig")
    if "\0" in text:
        raise ValueError("UTF-16 of plain letters reads as UTF-8")
    found = [each for each in parse_stream(io.StringIO(text)) if each.key or each.error]
    mistakes = [_mistake(each, path.name, ours) for each in found]
    return EnvFile(
        values={
            each.key: each.value
            for each, mistake in zip(found, mistakes, strict=True)
            if each.key and not mistake
        },
        problems=[*filter(None, mistakes), *_twice(found, path.name, ours)],
    )


def _mistake(binding: Binding, file: str, ours: Collection[str]) -> str | None:
    first, *others = binding.original.string.strip().splitlines() or [""]
    name = _name(first) or ""
    where = f"Line {_line(binding)} of {file}" + (f" ({name})" if name in ours else "")
    if binding.error or (name in ours and binding.value is None):
        return f"{where} cannot be read: write NAME=VALUE, and close every quotation mark."
    elif others and (name in ours or any(_name(other) in ours for other in others)):
        return f"{where} goes on in the lines below: close its quotation mark in the same line."
    return None


def _twice(found: list[Binding], file: str, ours: Collection[str]) -> Iterator[str]:
    for name in ours:
        lines = [str(_line(each)) for each in found if each.key == name]
        if len(lines) > 1:
            yield f"{name} is set more than once in {file}, in lines {', '.join(lines)}: keep one."


def _name(line: str) -> str | None:
    match = _NAME.match(line.strip())
    return match and match[1]


def _line(binding: Binding) -> int:
    """The binding's own line; the library counts from the blank lines above it."""
    text = binding.original.string
    blank = text[: len(text) - len(text.lstrip())]
    return binding.original.line + len(blank.splitlines())
