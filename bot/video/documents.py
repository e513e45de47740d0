"""Frozen values out of JSON documents, by the types of their fields.

Keys that a value has no field for are passed over: a newer version of the program wrote them."""

from collections.abc import Callable, Mapping
from dataclasses import is_dataclass
from datetime import datetime
from enum import Enum
from functools import cache
from types import UnionType
from typing import Any, TypeVar, cast, get_args, get_origin, get_type_hints

T = TypeVar("T")
Reader = Callable[[Any], Any]


def read(kind: type[T], document: object) -> T:
    """The value of `kind` that a document tells of. Raises ValueError where it does not."""
    try:
        value: T = _reader(cast(Any, kind))(document)
    except (TypeError, AttributeError) as error:  # a field is missing, or no document at all
        raise ValueError(f"no {kind.__name__}: {error}") from None
    return value


@cache
def _reader(kind: Any) -> Reader:
    inner = get_args(kind)
    match get_origin(kind):
        case origin if origin is UnionType:  # `X | None`
            return _optional(_reader(inner[0]))
        case origin if origin is tuple:  # `tuple[X, ...]`
            return _several(_reader(inner[0]))
        case origin if origin is Mapping:  # JSON has no keys but texts
            return _mapping(inner[0], _reader(inner[1]))
    if is_dataclass(kind):
        return _fields(kind)
    if issubclass(kind, Enum):
        return cast(Reader, kind)
    return datetime.fromisoformat if kind is datetime else _plain(kind)


def _fields(kind: Any) -> Reader:
    readers = {name: _reader(hint) for name, hint in get_type_hints(kind).items()}

    def read_fields(document: Mapping[str, Any]) -> Any:
        known = {name: value for name, value in document.items() if name in readers}
        return kind(**{name: readers[name](value) for name, value in known.items()})

    return read_fields


def _optional(read_one: Reader) -> Reader:
    return lambda value: None if value is None else read_one(value)


def _several(read_one: Reader) -> Reader:
    return lambda values: tuple(map(read_one, values))


def _mapping(read_key: Reader, read_one: Reader) -> Reader:
    return lambda pairs: {read_key(key): read_one(value) for key, value in pairs.items()}


def _plain(kind: type) -> Reader:
    def checked(value: object) -> object:
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise ValueError(f"no {kind.__name__}")
        return value

    return checked
