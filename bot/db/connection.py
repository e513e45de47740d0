"""What the books need from a connection, SQLAlchemy's or that of SQLite's driver."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol

from sqlalchemy import Executable

Row = Sequence[Any]
Values = Mapping[str, Any]


class Rows(Protocol):
    """The rows a statement found; can be read once."""

    def __iter__(self) -> Iterator[Row]: ...

    def all(self) -> Sequence[Row]: ...

    def first(self) -> Row | None: ...

    def one(self) -> Row:
        """The only row; raises if there is none or more than one."""

    def scalar(self) -> Any:
        """The first column of the first row, or None without rows."""


class Connection(Protocol):
    """Runs the statements of one transaction."""

    def execute(
        self, statement: Executable, values: Values | list[Values] | None = None, /
    ) -> Rows:
        """Run a statement; with a list of values, run it once for each and return no rows."""
