"""What the books need of a connection, SQLAlchemy's own or that of SQLite's driver."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol

from sqlalchemy import Executable

Row = Sequence[Any]
Values = Mapping[str, Any]


class Rows(Protocol):
    """What a statement found, to be read once."""

    def __iter__(self) -> Iterator[Row]: ...

    def all(self) -> Sequence[Row]: ...

    def first(self) -> Row | None: ...

    def one(self) -> Row:
        """The only row; raises where there are none, or more."""

    def scalar(self) -> Any:
        """The first column of the first row; None where there is none."""


class Connection(Protocol):
    """Runs statements, all of one transaction."""

    def execute(
        self, statement: Executable, values: Values | list[Values] | None = None, /
    ) -> Rows:
        """Runs a statement; a list of values runs it once for each, and finds nothing."""
