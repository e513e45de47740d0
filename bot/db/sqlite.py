"""SQLite: one thread writes through one connection, many transactions share a commit.

Older SQLite corrupts a database when two connections write and checkpoint at once (fixed in
3.51.3, https://sqlite.org/wal.html#walresetbug), so only one may write; tools open it read-only."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from typing import Any, TypeVar

from msgspec import Struct
from sqlalchemy import URL, Connection

from bot.clock import Clock
from bot.db import processes
from bot.db.books import SqlBooks
from bot.db.changes import Change, tell_all
from bot.db.mark_file import MarkFile
from bot.db.sqlite_file import (
    connect,
    disconnect,
    exclusive,
    is_of_storage,
    moved_file,
    path_of,
    raw,
    reason,
    transaction,
)
from bot.db.sqlite_reader import Reader, reader_of
from bot.db.unit_of_work import SqlStore, outage_of, outcome
from bot.errors import StartupError, StorageDown
from bot.outages import Outage
from bot.video.life.restored import advance_epoch
from bot.video.ports.edges import Lease
from bot.video.ports.meters import UNMETERED, Meters

T = TypeVar("T")
Job = tuple[Callable[[SqlBooks], Any], Future[Any]]

BATCH = 128  # transactions per commit, so that none waits long for the others
PATIENCE = 0.03  # seconds a write that nobody waits for may wait to share a commit


class FileLease(Struct, kw_only=True):
    """The lock file's lease, held from start to end."""

    owner: int
    is_open: bool = True
    is_shared: bool = False
    is_lost: bool = False
    drivers: int = 1

    def is_held(self) -> bool:
        return self.is_open


class SqliteBooks(SqlBooks):
    """Statements for a database with one transaction at a time."""

    def lock(self, scopes: Iterable[str]) -> None:
        """Does nothing: the transaction has the whole file to itself."""


class SqliteStore(SqlStore):
    """Queues transactions and commits together those that have gathered."""

    def __init__(
        self,
        connection: Connection,
        executor: Executor,
        lease: FileLease,
        outage: Outage,
        *,
        patience: float = 0.0,
        reader: Reader | None = None,
        mark: MarkFile | None = None,
        meters: Meters = UNMETERED,
    ) -> None:
        self._meters = meters
        self._reader = reader
        self._lease = lease
        self._mark_file = mark
        self.outage = outage
        self._connection = connection
        self._driver = raw(connection)
        self._has_written = False  # in the transaction under way
        self._books = SqliteBooks(connection)
        self._executor = executor
        self._jobs: deque[Job] = deque()
        self._patience = patience
        self._patient: deque[Job] = deque()
        self._timer: asyncio.TimerHandle | None = None

    @property
    def lease(self) -> Lease:
        return self._lease

    async def saw(self, submissions: int) -> None:
        """Save the number in the mark. Raises `StorageDown` if it cannot be written."""
        if self._mark_file is None:
            return
        try:
            await outcome(self._executor.submit(self._mark_file.write, submissions))
        except OSError as error:
            self.outage.failed(f"the mark beside it: {error.strerror}")
            raise StorageDown(str(error.strerror)) from error

    def _submit(self, fn: Callable[[SqlBooks], T]) -> Future[T]:
        future = self._queue(self._jobs, fn)
        self._executor.submit(self._commit_gathered)
        return future

    def _submit_patiently(self, fn: Callable[[SqlBooks], T]) -> Future[T]:
        if not self._patience:
            return self._submit(fn)
        future = self._queue(self._patient, fn)
        if self._timer is None:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(self._patience, self._commit_patient)
        return future

    def _submit_reading(self, fn: Callable[[SqlBooks], T]) -> Future[T]:
        if self._reader is None:
            return self._submit(fn)
        if not self._lease.is_open:
            raise StorageDown("the database is closed")
        return self._reader.submit(fn)

    def _queue(self, jobs: deque[Job], fn: Callable[[SqlBooks], T]) -> Future[T]:
        if not self._lease.is_open:
            raise StorageDown("the database is closed")
        future: Future[T] = Future()
        jobs.append((fn, future))
        return future

    def _commit_patient(self) -> None:
        self._timer = None
        if self._patient:  # no other commit took them along
            self._executor.submit(self._commit_gathered, are_due=True)

    def _commit_gathered(self, *, are_due: bool = False) -> None:
        """Commit all that is waiting, together with what can wait; if `are_due`, even that alone.
        Calls that find nothing are cheap."""
        while gathered := self._gather(are_due):
            self._commit(gathered)

    def _gather(self, are_due: bool) -> list[Job]:
        """The jobs for the next commit: first what someone waits for, then the rest."""
        gathered: list[Job] = []
        while len(gathered) < BATCH:
            jobs = self._jobs or (self._patient if gathered or are_due else None)
            if not jobs:
                break
            fn, future = jobs.popleft()
            if future.set_running_or_notify_cancel():
                gathered.append((fn, future))
        return gathered

    def _commit(self, jobs: list[Job]) -> None:
        self._has_written = False
        try:
            with transaction(self._connection):
                ends = [self._run(fn) for fn, _ in jobs]
        except Exception as error:
            self.outage.failed(reason(error))
            for _, future in jobs:
                down = StorageDown(reason(error))
                down.__cause__ = error
                future.set_exception(down)
        else:
            if self._has_written:
                self.outage.worked()
            for (_, future), end in zip(jobs, ends, strict=True):
                end(future)

    def _run(self, fn: Callable[[SqlBooks], Any]) -> Callable[[Future[Any]], None]:
        """Run one transaction; returns a function that tells its caller after the commit."""
        run = self._connection.exec_driver_sql
        changes: list[Change] = []
        self._books.changes = changes
        run("SAVEPOINT job")
        before = self._driver.total_changes
        try:
            value = fn(self._books)
        except BaseException as error:
            if is_of_storage(error):
                raise
            run("ROLLBACK TO job")
            run("RELEASE job")
            failure = error
            return lambda future: future.set_exception(failure)
        run("RELEASE job")
        self._has_written |= self._driver.total_changes > before

        def end(future: Future[Any]) -> None:
            tell_all(changes, self._meters)
            future.set_result(value)

        return end

    async def close(self) -> None:
        """Stop accepting work and finish what is queued."""
        last = self._submit(advance_epoch)
        self._lease.is_open = False
        if self._reader is not None:
            await self._reader.close()
        self._executor.submit(self._commit_gathered, are_due=True)
        with suppress(StorageDown):  # already logged; only copies of this run look newer
            await self.saw(await outcome(last))
        await outcome(self._executor.submit(disconnect, self._connection))


@asynccontextmanager
async def open_sqlite(
    url: URL, *, clock: Clock, executor: Executor | None = None, meters: Meters = UNMETERED
) -> AsyncIterator[SqliteStore]:
    """Open the store of an SQLite file, or of memory if `url` names none. Raises `StartupError`."""
    check_not_moved(url)
    with exclusive(url), executor or ThreadPoolExecutor(1, "sqlite") as runs:

        def start() -> SqliteStore:
            connection, file = connect(url), MarkFile(path_of(url))
            try:
                owner = _begin(connection, file, clock.now())
            except BaseException:
                disconnect(connection)
                raise
            patience, outage = PATIENCE if executor is None else 0.0, outage_of(clock)
            return SqliteStore(
                connection,
                runs,
                FileLease(owner=owner),
                outage,
                patience=patience,
                mark=file,
                reader=reader_of(url, outage) if executor is None else None,
                meters=meters,
            )

        store = await outcome(runs.submit(start))
        try:
            yield store
        finally:
            await store.close()


def check_not_moved(url: URL) -> None:
    """Refuse a database that has moved: a bot on it would make what waits a second time. Raises
    `StartupError`."""
    path = path_of(url)
    if path is not None and moved_file(path).exists():
        raise StartupError(
            f"{path} has moved to another database: let DATABASE_URL name that one. Without "
            f"{moved_file(path)}, a bot would make what waits here a second time."
        )


def _begin(connection: Connection, file: MarkFile, now: datetime) -> int:
    """Register this start, note if the database is a restored copy, return the start's number."""
    with transaction(connection):
        owner = processes.begin(connection, now=now)
        processes.end_others(connection, owner)
        books = SqliteBooks(connection)
        file.compare(books)
        epoch = advance_epoch(books)
    try:
        file.write(epoch)
    except OSError as error:
        raise StartupError(
            f"The mark beside the database cannot be written: {error.strerror}."
        ) from None
    return owner
