"""Column types that turn rows into the middle's frozen values, and back."""

import json
from collections.abc import Collection, Sequence
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
from sqlalchemy.sql.operators import OperatorType

from bot.video.values.videos import Shot

WORDS = {"words": True}  # marks a column of people's own words

# With statements that PostgreSQL plans anew each time: what would be a good plan for most people,
# servers or times would read everything of those with most videos.
PLANNED_ANEW: dict[str, Any] = {"planned_anew": True}
EVER = datetime(1970, 1, 1, tzinfo=UTC)  # before all times
_MILLISECOND = timedelta(milliseconds=1)

# SQLite numbers rows by itself only in a column of exactly this type.
Number = BigInteger().with_variant(Integer, "sqlite")


class Instant(TypeDecorator[datetime]):
    """A timezone-aware time, stored as milliseconds since 1970 (UTC). Naive times: TypeError."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        return None if value is None else (value - EVER) // _MILLISECOND

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        return None if value is None else EVER + value * _MILLISECOND


class Shots(TypeDecorator[Sequence[Shot]]):
    """The shots a person wrote, as JSON."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Sequence[Shot] | None, dialect: Dialect) -> str:
        return json.dumps([asdict(shot) for shot in value or ()])

    def process_result_value(self, value: str | None, dialect: Dialect) -> tuple[Shot, ...]:
        return tuple(Shot(**shot) for shot in json.loads(value or "[]"))


class Word(Enum):
    """Compares with words in a statement's own text. For bound values PostgreSQL would plan most
    statements anew each time, once a table is large."""

    class Comparator(Enum.Comparator):
        def operate(self, op: OperatorType, *other: Any, **kwargs: Any) -> ColumnElement[Any]:
            return super().operate(op, *map(_spelled, other), **kwargs)

    comparator_factory = Comparator


def spelled(number: int) -> ColumnElement[int]:
    """A number in the statement's own text: what PostgreSQL does not know when it plans a limit, it
    takes to be a tenth of the table."""
    return literal_column(str(number), Integer)


def _spelled(words: Any) -> Any:
    if isinstance(words, StrEnum):
        return literal_column(f"'{words.value}'")
    if isinstance(words, Collection) and all(isinstance(each, StrEnum) for each in words):
        return [_spelled(each) for each in sorted(words)]
    return words


def one_of(words: type[StrEnum], name: str) -> Enum:
    """A column of `words` by value; the database refuses all others."""
    return Word(
        words,
        name=name,
        length=16,
        native_enum=False,
        create_constraint=True,
        values_callable=_values,
    )


def word_of(words: type[StrEnum]) -> Enum:
    """Like `one_of`, without the database's check, so that a new word needs no new table."""
    return Word(
        words, length=32, native_enum=False, create_constraint=False, values_callable=_values
    )


def _values(words: Any) -> list[str]:
    return [word.value for word in words]
