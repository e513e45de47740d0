"""The real store on SQLite in memory: it outlives the program and keeps only what is committed.

Like a distant PostgreSQL, it can go away for a while or be lost during a commit."""

from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

from sqlalchemy import Connection, make_url, select

from bot.db import processes, sqlite_file
from bot.db.books import SqlBooks
from bot.db.sqlite import FileLease, SqliteStore
from bot.db.tables import charges, metadata, reservations, tasks
from bot.db.unit_of_work import InlineExecutor
from bot.errors import CommitUnknown, StorageDown
from bot.outages import Outage
from bot.video.values.ledgers import Allowance, Bill
from bot.video.values.videos import State, VideoTask
from tests.simulation.loop import START
from tests.simulation.world import World

T = TypeVar("T")

_ENTRIES = select(reservations.c.task_id, reservations.c.state, charges.c.state).join(
    charges, charges.c.task_id == reservations.c.task_id
)

# Every move that was committed, whoever made it.
_WATCH = """
CREATE TEMP TABLE moves (task_id TEXT, before TEXT, after TEXT);
CREATE TEMP TRIGGER moved AFTER UPDATE OF state ON tasks
BEGIN INSERT INTO moves VALUES (NEW.id, OLD.state, NEW.state); END;
"""
_MOVES = "SELECT DISTINCT task_id, before, after FROM moves"

_TASKS = select(tasks).order_by(tasks.c.created_at, tasks.c.id)


class Lease(FileLease, kw_only=True):
    """Lost when another process takes over, as on PostgreSQL."""

    is_shared: bool = True
    is_lost: bool = False

    def is_held(self) -> bool:
        return self.is_open and not self.is_lost


class Storage(SqliteStore):
    """Loses transactions as the weather has it."""

    def __init__(self, connection: Connection, lease: Lease, world: World) -> None:
        super().__init__(
            connection, InlineExecutor(), lease, Outage("Storage", monotonic=lambda: 0.0)
        )
        self._world = world

    def _submit(self, fn: Callable[[SqlBooks], T]) -> Future[T]:
        if not self._world.goes_wrong(self._world.weather.storage):
            return super()._submit(fn)
        lost: Future[T] = Future()
        fate = self._world.chance.choice(("away", "kept", "not kept"))
        if fate == "kept":
            kept = super()._submit(fn)
            if kept.exception() is not None:
                return kept
        error = StorageDown if fate == "away" else CommitUnknown
        lost.set_exception(error(f"simulated: {fate}"))
        return lost


class Database:
    """One connection, its schema made once, emptied for each run."""

    def __init__(self) -> None:
        self._owner = 0  # the start before
        self._connection: Connection = sqlite_file.connect(make_url("sqlite://"))
        sqlite_file.raw(self._connection).executescript(_WATCH)
        tables = [*reversed(metadata.sorted_tables), "moves"]
        self._empty = "".join(f"DELETE FROM {table};" for table in tables)

    def empty(self) -> None:
        """As after the migrations: no rows, and numbers from 1 again."""
        self._owner = 0
        sqlite_file.raw(self._connection).executescript(f"BEGIN;{self._empty}COMMIT")

    def start(self, world: World) -> Storage:
        """A new process drives; what the last one drove may be adopted."""
        with sqlite_file.transaction(self._connection):
            owner = processes.begin(self._connection, now=START)
            processes.end(self._connection, self._owner)
        self._owner = owner
        return Storage(self._connection, Lease(owner=owner), world)

    def read(self, fn: Callable[[SqlBooks], T]) -> T:
        """What is committed, read from outside of any process."""
        with self._connection.begin():
            return fn(SqlBooks(self._connection))

    def tasks(self) -> list[VideoTask]:
        """All there are."""
        with self._connection.begin():
            return [VideoTask(**row) for row in self._connection.execute(_TASKS).mappings()]

    def moves(self) -> list[tuple[str, State, State]]:
        """From which state to which tasks were moved so far."""
        rows = sqlite_file.raw(self._connection).execute(_MOVES)
        return [(task, State(before), State(after)) for task, before, after in rows]

    @property
    def changes(self) -> int:
        """How many rows were written so far."""
        return sqlite_file.raw(self._connection).total_changes

    def entries(self) -> dict[str, tuple[Allowance, Bill]]:
        """The state of both ledgers, by task."""
        with self._connection.begin():
            rows = self._connection.execute(_ENTRIES)
            return {task: (Allowance(use), Bill(bill)) for task, use, bill in rows}

    def close(self) -> None:
        sqlite_file.disconnect(self._connection)
