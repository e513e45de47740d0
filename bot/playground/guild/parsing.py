"""Parses JSON from outside: finite numbers only, and no deeper than Discord's own objects."""

import json
import math
from typing import Any

DEEPEST = 64


class NotJson(ValueError):
    """The text is not JSON, or is nested too deeply."""


def parsed(raw: bytes | str) -> Any:
    """The value; None for an empty text. Raises `NotJson`."""
    try:
        value = json.loads(raw, parse_constant=_refuse, parse_float=_finite) if raw else None
    except (ValueError, RecursionError):
        raise NotJson("no JSON") from None
    if _deeper(value):
        raise NotJson(f"deeper than {DEEPEST} levels")
    return value


def _refuse(name: str) -> None:
    raise NotJson(name)


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise NotJson("an infinite number")
    return number


def _deeper(value: Any) -> bool:
    level = [value]
    for _ in range(DEEPEST):
        level = [inner for one in level for inner in _inside(one)]
    return bool(level)


def _inside(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []
