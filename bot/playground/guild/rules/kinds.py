"""Checks the kind of each field in a body against a table; null and missing fields pass.

A kind is str, int, float or bool, a set of allowed values, a list of one kind, a dict of named
fields, or `Each` for a dict with any names."""

from dataclasses import dataclass
from typing import Any

from bot.playground.guild.errors import Path, Problems

CODES = {
    str: ("STRING_TYPE_CONVERT", "Could not interpret this as string."),
    int: ("NUMBER_TYPE_COERCE", "Value is not int."),
    float: ("NUMBER_TYPE_COERCE", "Value is not a number."),
    bool: ("BOOLEAN_TYPE_CONVERT", "Must be either true or false."),
    dict: ("MODEL_TYPE_CONVERT", "Only dictionaries may be used in a ModelType"),
    list: ("LIST_TYPE_CONVERT", "Only iterables may be used in a ListType"),
}


@dataclass(frozen=True)
class Each:
    """A dict whose values are all of one kind."""

    kind: Any


def check_kind(kind: Any, value: Any, path: Path, problems: Problems) -> None:
    """Add to `problems` each field of a wrong kind."""
    if value is None:
        return
    if isinstance(kind, frozenset):
        _choice(kind, value, path, problems)
    elif not _is(kind, value):
        problems.add(path, *CODES[_type(kind)])
    else:
        _inside(kind, value, path, problems)


def without_nulls(value: Any) -> Any:
    """The value without null fields, at every depth."""
    if isinstance(value, dict):
        return {name: without_nulls(one) for name, one in value.items() if one is not None}
    return [without_nulls(one) for one in value] if isinstance(value, list) else value


def _inside(kind: Any, value: Any, path: Path, problems: Problems) -> None:
    if isinstance(kind, list):
        for index, one in enumerate(value):
            if one is None:
                problems.add((*path, index), "BASE_TYPE_REQUIRED", "This field is required")
            check_kind(kind[0], one, (*path, index), problems)
    elif isinstance(kind, Each):
        for name, inner in value.items():
            check_kind(kind.kind, inner, (*path, name), problems)
    elif isinstance(kind, dict):
        for name, inner in kind.items():
            check_kind(inner, value.get(name), (*path, name), problems)


def _choice(kind: frozenset[Any], value: Any, path: Path, problems: Problems) -> None:
    if isinstance(value, bool | list | dict) or value not in kind:
        choices = ", ".join(str(one) for one in sorted(kind))
        problems.add(path, "BASE_TYPE_CHOICES", f"Value must be one of ({choices}).")


def _type(kind: Any) -> type:
    if isinstance(kind, dict | Each):
        return dict
    found: type = list if isinstance(kind, list) else kind
    return found


def _is(kind: Any, value: Any) -> bool:
    wanted = _type(kind)
    if isinstance(value, bool):
        return wanted is bool
    return isinstance(value, int | float if wanted is float else wanted)
