"""Runs statements on SQLite's own driver; SQLAlchemy compiles each statement once.

SQLite runs in this process and answers in microseconds. SQLAlchemy's execution takes ten times as
long as most statements do, and a command needs a dozen of them."""

import sqlite3
from collections.abc import Callable, Sequence
from typing import Any
from weakref import WeakKeyDictionary

from msgspec import Struct
from sqlalchemy import ClauseElement, Executable
from sqlalchemy.dialects.sqlite import dialect

from bot.db.connection import Row, Rows, Values

Convert = Callable[[Any], Any]

_DIALECT = dialect()


class Found(list[Row]):
    """`Rows` that have all been read."""

    def all(self) -> Sequence[Row]:
        return self

    def first(self) -> Row | None:
        return self[0] if self else None

    def one(self) -> Row:
        (row,) = self
        return row

    def scalar(self) -> Any:
        return self[0][0] if self else None


class DriverConnection:
    """A driver's connection, used by its own thread only. The caller opens transactions."""

    def __init__(self, driver: sqlite3.Connection) -> None:
        self.driver = driver
        self._compiled: WeakKeyDictionary[Executable, dict[tuple[str, ...], _Compiled]]
        self._compiled = WeakKeyDictionary()  # a statement built for one use takes its entry along

    def execute(
        self, statement: Executable, values: Values | list[Values] | None = None, /
    ) -> Rows:
        if isinstance(values, list):
            return self._execute_each(statement, values)
        values = values or {}
        compiled = self._prepared(statement, values)
        cursor = self.driver.execute(compiled.sql, compiled.stored(values))
        return compiled.read(cursor.fetchall())

    def _execute_each(self, statement: Executable, each: list[Values]) -> Rows:
        compiled = self._prepared(statement, each[0])
        self.driver.executemany(compiled.sql, [compiled.stored(values) for values in each])
        return Found()

    def _prepared(self, statement: Executable, values: Values) -> "_Compiled":
        forms = self._compiled.setdefault(statement, {})
        names = tuple(values)
        if names not in forms:
            forms[names] = _compile(statement, names)
        return forms[names]


class _Compiled(Struct, frozen=True, kw_only=True):
    """A compiled statement for a given set of parameter names."""

    sql: str
    constants: Sequence[Any]  # by place; None for a parameter
    places: Sequence[tuple[int, str, Convert | None]]
    reads: Sequence[tuple[int, Convert]]  # columns whose stored form differs from the value

    def stored(self, values: Values) -> list[Any]:
        """The parameters in order, as stored."""
        found = list(self.constants)
        for place, name, store in self.places:
            found[place] = values[name] if store is None else store(values[name])
        return found

    def read(self, rows: Sequence[Row]) -> Found:
        """The rows as the middle knows them."""
        return Found(map(self._row, rows) if self.reads else rows)

    def _row(self, row: Row) -> Row:
        values = list(row)
        for place, read in self.reads:
            values[place] = read(values[place])
        return tuple(values)


def _compile(statement: Executable, names: Sequence[str]) -> _Compiled:
    assert isinstance(statement, ClauseElement)
    compiled: Any = statement.compile(dialect=_DIALECT, column_keys=names)
    constants: list[Any] = []
    places: list[tuple[int, str, Convert | None]] = []
    for place, name in enumerate(compiled.positiontup):
        bind = compiled.binds[name]
        if bind.expanding:
            raise TypeError(f"{name} is a list: see bot.db.columns.among")
        store = bind.type.dialect_impl(_DIALECT).bind_processor(_DIALECT)
        if name in names:
            constants.append(None)
            places.append((place, name, store))
        elif bind.required:
            raise KeyError(name)
        else:
            value = bind.effective_value
            constants.append(value if store is None else store(value))
    kinds = [
        each.type.dialect_impl(_DIALECT) for each in getattr(statement, "exported_columns", ())
    ]
    reads = [kind.result_processor(_DIALECT, None) for kind in kinds]
    return _Compiled(
        sql=str(compiled),
        constants=constants,
        places=places,
        reads=[(place, read) for place, read in enumerate(reads) if read is not None],
    )
