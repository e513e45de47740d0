"""Statements run by SQLite's own driver, each compiled by SQLAlchemy once.

SQLite is in this process and answers in microseconds; the library's way to it and back takes ten
times as long as most statements do, and a command needs fifteen of them."""

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from weakref import WeakKeyDictionary

from sqlalchemy import ClauseElement, Executable, IteratorResult, Result, ScalarResult
from sqlalchemy.dialects.sqlite import dialect
from sqlalchemy.engine.result import SimpleResultMetaData

Values = Mapping[str, Any]
Convert = Callable[[Any], Any]
Rows = Result[*tuple[Any, ...]]

_DIALECT = dialect()


class Connection(Protocol):
    """What the books need of a connection. SQLAlchemy's own has it too."""

    def execute(
        self, statement: Executable, values: Values | Sequence[Values] | None = None, /
    ) -> Rows:
        """Runs a statement; a sequence of values runs it once for each, without a result."""

    def scalar(self, statement: Executable, values: Values | None = None, /) -> Any:
        """The first column of the first row, None where there is none."""

    def scalars(self, statement: Executable, values: Values | None = None, /) -> ScalarResult[Any]:
        """The first column of all rows."""


class DriverConnection:
    """A connection of the driver, for the thread that owns it. Transactions are the caller's."""

    def __init__(self, driver: sqlite3.Connection) -> None:
        self.driver = driver
        self._compiled: WeakKeyDictionary[Executable, dict[tuple[str, ...], _Compiled]]
        self._compiled = WeakKeyDictionary()  # one built for a single use goes with it

    def execute(
        self, statement: Executable, values: Values | Sequence[Values] | None = None, /
    ) -> Rows:
        if not isinstance(values, Mapping | None):
            return self._execute_each(statement, values)
        compiled = self._prepared(statement, values or {})
        cursor = self.driver.execute(compiled.sql, compiled.stored(values or {}))
        rows = compiled.read(cursor.fetchall())
        return IteratorResult(compiled.columns or _columns(cursor), iter(rows))

    def scalar(self, statement: Executable, values: Values | None = None, /) -> Any:
        return self.execute(statement, values).scalar()

    def scalars(self, statement: Executable, values: Values | None = None, /) -> ScalarResult[Any]:
        return self.execute(statement, values).scalars()

    def _execute_each(self, statement: Executable, each: Sequence[Values]) -> Rows:
        compiled = self._prepared(statement, each[0])
        done = self.driver.executemany(compiled.sql, [compiled.stored(values) for values in each])
        return IteratorResult(_columns(done), iter(()))

    def _prepared(self, statement: Executable, values: Values) -> "_Compiled":
        forms = self._compiled.setdefault(statement, {})
        names = tuple(values)
        if names not in forms:
            forms[names] = _compile(statement, names)
        return forms[names]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Compiled:
    """A statement as the driver takes it, for certain names of values."""

    sql: str
    constants: Sequence[Any]  # by place; None where a value comes
    places: Sequence[tuple[int, str, Convert | None]]
    columns: SimpleResultMetaData | None  # None where the statement is text
    reads: Sequence[tuple[int, Convert]]

    def stored(self, values: Values) -> list[Any]:
        """What goes into its places."""
        found = list(self.constants)
        for place, name, store in self.places:
            found[place] = values[name] if store is None else store(values[name])
        return found

    def read(self, rows: list[Any]) -> list[Any]:
        """Rows as the middle knows them."""
        return [self._row(row) for row in rows] if self.reads else rows

    def _row(self, row: Sequence[Any]) -> tuple[Any, ...]:
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
    columns = getattr(statement, "exported_columns", None)
    kinds = [column.type.dialect_impl(_DIALECT) for column in columns or ()]
    reads = [kind.result_processor(_DIALECT, None) for kind in kinds]
    return _Compiled(
        sql=str(compiled),
        constants=constants,
        places=places,
        columns=SimpleResultMetaData(columns.keys()) if columns else None,
        reads=[(place, read) for place, read in enumerate(reads) if read is not None],
    )


def _columns(cursor: sqlite3.Cursor) -> SimpleResultMetaData:
    return SimpleResultMetaData([name for name, *_ in cursor.description or ()])
