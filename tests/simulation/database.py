"""The real store on SQLite in memory: it outlives the process, and keeps only what is committed."""

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy import Connection, make_url, select

from bot.db import processes, sqlite_file
from bot.db.books import SqlBooks
from bot.db.sqlite import FileLease, SqliteStore
from bot.db.tables import charges, metadata, reservations
from bot.db.unit_of_work import InlineExecutor
from bot.video.books import Allowance, Bill
from tests.simulation.loop import START

T = TypeVar("T")

_ENTRIES = select(reservations.c.task_id, reservations.c.state, charges.c.state).join(
    charges, charges.c.task_id == reservations.c.task_id
)


class Database:
    """One connection, its schema made once, emptied for each run."""

    def __init__(self) -> None:
        self._connection: Connection = sqlite_file.connect(make_url("sqlite://"))
        tables = reversed(metadata.sorted_tables)
        self._empty = "".join(f"DELETE FROM {table.name};" for table in tables)

    def empty(self) -> None:
        """As after the migrations: no rows, and numbers from 1 again."""
        sqlite_file.raw(self._connection).executescript(f"BEGIN;{self._empty}COMMIT")

    def start(self) -> SqliteStore:
        """What opening the store does at a start: the last process is over, a new one drives."""
        with self._connection.begin():
            owner = processes.begin(self._connection, now=START)
            processes.end_others(self._connection, owner)
        return SqliteStore(self._connection, InlineExecutor(), FileLease(owner=owner))

    def read(self, fn: Callable[[SqlBooks], T]) -> T:
        """What is committed, read from outside of any process."""
        with self._connection.begin():
            return fn(SqlBooks(self._connection))

    def entries(self) -> dict[str, tuple[Allowance, Bill]]:
        """How both ledgers stand, by task."""
        with self._connection.begin():
            rows = self._connection.execute(_ENTRIES)
            return {task: (Allowance(use), Bill(bill)) for task, use, bill in rows}

    def close(self) -> None:
        sqlite_file.disconnect(self._connection)
