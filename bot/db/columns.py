"""Column types that turn rows into the middle's frozen values, and back."""

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from msgspec.structs import asdict
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Dialect,
    Enum,
    Integer,
    Text,
    TypeDecorator,
    literal_column,
)

from bot.video.values.videos import Shot

WORDS = {"words": True}  # marks a column of people's own words

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)

# SQLite numbers rows by itself only in a column of exactly this type.
Number = BigInteger().with_variant(Integer, "sqlite")


class Instant(TypeDecorator[datetime]):
    """A timezone-aware time, stored as milliseconds since 1970 (UTC). Naive times: TypeError."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        return None if value is None else (value - _EPOCH) // _MILLISECOND

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        return None if value is None else _EPOCH + value * _MILLISECOND


class Shots(TypeDecorator[Sequence[Shot]]):
    """The shots a person wrote, as JSON."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Sequence[Shot] | None, dialect: Dialect) -> str:
        return json.dumps([asdict(shot) for shot in value or ()])

    def process_result_value(self, value: str | None, dialect: Dialect) -> tuple[Shot, ...]:
        return tuple(Shot(**shot) for shot in json.loads(value or "[]"))


def one_of(words: type[StrEnum], name: str) -> Enum:
    """A column of `words` by value; the database refuses all others."""
    return Enum(
        words,
        name=name,
        length=16,
        native_enum=False,
        create_constraint=True,
        values_callable=_values,
    )


def word_of(words: type[StrEnum]) -> Enum:
    """Like `one_of`, without the database's check, so that a new word needs no new table."""
    return Enum(
        words, length=32, native_enum=False, create_constraint=False, values_callable=_values
    )


def among(column: ColumnElement[Any], words: Iterable[StrEnum]) -> ColumnElement[bool]:
    """Whether a column has one of these words; they are in the statement's text, as with bound
    values it would be written anew each time."""
    return column.in_([literal_column(f"'{each.value}'") for each in sorted(words)])


def _values(words: Any) -> list[str]:
    return [word.value for word in words]
