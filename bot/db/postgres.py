"""PostgreSQL: transactions in a few threads at READ COMMITTED; a conflict is retried."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import ExitStack, asynccontextmanager, contextmanager, suppress
from functools import partial
from typing import Any, TypeVar

from sqlalchemy import URL, Connection, Engine, create_engine, event, text
from sqlalchemy.exc import DBAPIError, InternalError, OperationalError

from bot.clock import Clock
from bot.db import heartbeat
from bot.db.books import SqlBooks
from bot.db.changes import tell_all
from bot.db.columns import PLANNED_ANEW
from bot.db.copying import refuse_half
from bot.db.driving import WRITTEN
from bot.db.heartbeat import Heartbeat, LeaseTimes, apart, seconds_ahead
from bot.db.hints import Listener, tell
from bot.db.migrations import migrate
from bot.db.reach import Reach
from bot.db.unit_of_work import SqlStore, outage_of, outcome
from bot.errors import CommitUnknown, StartupError, StorageDown
from bot.log import HIDDEN
from bot.outages import Outage
from bot.video.life.restored import RESTORED
from bot.video.ports.edges import Lease
from bot.video.ports.meters import UNMETERED, Meters

T = TypeVar("T")

log = logging.getLogger(__name__)

OURS = "DATABASE_URL"
THREADS, READERS = 4, 2
CONNECTIONS = THREADS + READERS + 2  # one beats, one listens
# How PostgreSQL says that it takes no more; the driver keeps no code of a connection that failed.
_FULL = "too many clients", "too many connections", "connection slots"
ATTEMPTS = 5
_LOST_RACES = {
    "40001",
    "40P01",
}  # https://www.postgresql.org/docs/current/mvcc-serialization-failure-handling.html
# An arbitrary number: only this program's own starts use it.
_ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(7310293847561029)")


class PostgresStore(SqlStore):
    """Runs one transaction per thread, each on its own connection."""

    def __init__(
        self,
        engine: Engine,
        executor: Executor,
        lease: Heartbeat,
        readers: Executor | None,
        meters: Meters,
        url: URL,
        outage: Outage,
    ) -> None:
        self.outage = outage
        self._url = url
        self._listener: Listener | None = None
        self._readers = readers
        self._meters = meters
        self._engine = engine
        self._executor = executor
        self._lease = lease
        self._is_open = True

    @property
    def lease(self) -> Lease:
        return self._lease

    async def hint(self, task_id: str) -> None:
        with suppress(StorageDown, CommitUnknown):
            await self.run(partial(tell, owner=self._lease.owner, task_id=task_id))

    def listen(self, heard: Callable[[str], None]) -> None:
        listens = engine_of(self._url, connections=1)
        self._listener = Listener(listens, owner=self._lease.owner, heard=heard, outage=self.outage)
        self._listener.start()

    def _submit(self, fn: Callable[[SqlBooks], T]) -> Future[T]:
        if not self._is_open:
            raise StorageDown("the database is closed")
        return self._executor.submit(self._run, fn)

    def _submit_reading(self, fn: Callable[[SqlBooks], T]) -> Future[T]:
        if self._readers is None:
            return self._submit(fn)
        if not self._is_open:
            raise StorageDown("the database is closed")
        return self._readers.submit(self._run, fn)

    def _run(self, fn: Callable[[SqlBooks], T]) -> T:
        for _ in range(ATTEMPTS):
            try:
                return self._attempt(fn)
            except DBAPIError as error:
                failure = error
                if not _is_to_be_repeated(error):
                    break
        if not isinstance(failure, OperationalError | InternalError):
            raise failure
        self.outage.failed(first_line(failure))
        raise StorageDown(first_line(failure)) from failure

    def _attempt(self, fn: Callable[[SqlBooks], T]) -> T:
        with self._engine.connect() as connection:
            connection.info[WRITTEN] = False
            books = SqlBooks(connection)
            value = fn(books)
            try:
                connection.commit()
            except DBAPIError as error:
                if error.connection_invalidated:
                    self.outage.failed(first_line(error))
                    raise CommitUnknown(first_line(error)) from error
                raise
            if connection.info[WRITTEN]:
                self.outage.worked()
            tell_all(books.changes, self._meters)
            return value

    async def close(self) -> None:
        """Stop accepting work, finish what is queued, and let others adopt the rest."""
        self._is_open = False
        if self._listener is not None:
            await asyncio.to_thread(self._listener.stop)
        await asyncio.to_thread(self._executor.shutdown)
        if self._readers is not None:
            await asyncio.to_thread(self._readers.shutdown)
        await asyncio.to_thread(self._lease.stop)
        self._engine.dispose()


def _is_to_be_repeated(error: DBAPIError) -> bool:
    """Whether to retry: nothing was saved, because the commit had not begun."""
    return error.connection_invalidated or getattr(error.orig, "sqlstate", "") in _LOST_RACES


@asynccontextmanager
async def open_postgres(
    url: URL,
    *,
    clock: Clock,
    times: LeaseTimes,
    executor: Executor | None = None,
    meters: Meters = UNMETERED,
    reach: Reach | None = None,
) -> AsyncIterator[PostgresStore]:
    """Open the store of a PostgreSQL database. Raises `StartupError`."""
    runs = executor or ThreadPoolExecutor(THREADS, "postgres")

    def start() -> PostgresStore:
        with as_startup_error(url), ExitStack() as undo:
            engine = engine_of(url, connections=THREADS + READERS, idle=times.ttl / 2)
            beats = engine_of(url, connections=1)
            undo.callback(engine.dispose)
            undo.callback(beats.dispose)
            _claim(engine, THREADS + READERS)
            upgrade(beats)  # takes as long as it needs
            with beats.begin() as connection:
                refuse_half(connection)
                owner = heartbeat.begin(connection, now=clock.now())
                if wrong := apart(seconds_ahead(connection, clock.now())):
                    log.warning("This machine's clock %s", wrong, extra={"action": "clock_apart"})
            outage = outage_of(clock)
            lease = Heartbeat(
                beats, owner=owner, times=times, outage=outage, meters=meters, reach=reach
            )
            lease.start()
            undo.pop_all()
            readers = ThreadPoolExecutor(READERS, "readers") if executor is None else None
            return PostgresStore(engine, runs, lease, readers, meters, url, outage)

    with runs:
        store = await outcome(runs.submit(start))
        try:
            yield store
        finally:
            await store.close()


def _claim(engine: Engine, count: int) -> None:
    """Open all connections now: a process that finds none left later would refuse commands, and
    take them from others."""
    try:
        with ExitStack() as held:
            for _ in range(count):
                held.enter_context(engine.connect())
    except OperationalError as error:
        if not any(each in str(error.orig) for each in _FULL):
            raise
        raise StartupError(
            f"PostgreSQL has too few connections left: each process needs {CONNECTIONS}. Raise its "
            f"max_connections, or start fewer processes. It says: {first_line(error)}"
        ) from error


def engine_of(url: URL, *, connections: int, idle: float | None = None) -> Engine:
    """Connections to the database. Raises `StartupError` if psycopg is missing.

    The server ends a transaction that stands still for `idle` seconds, as when its process is
    frozen: its locks would stop the process that takes over, and it could write after that one.
    """
    try:
        engine = create_engine(
            url.set(drivername="postgresql+psycopg"),
            hide_parameters=True,  # tokens and prompts stay out of logs
            isolation_level="READ COMMITTED",
            pool_size=connections,
            max_overflow=0,
            pool_use_lifo=True,  # each connection has plans of its own: use one that has them
            connect_args={"connect_timeout": 5, "tcp_user_timeout": 10_000},
        )
        event.listen(engine, "before_cursor_execute", _note_writing)
        event.listen(engine, "do_execute", _keep_no_plan)
        if idle is not None:
            event.listen(engine, "connect", partial(_end_idle, seconds=idle))
        return engine
    except ImportError:
        raise StartupError(
            "A database on PostgreSQL needs psycopg: pip install '.[postgres]'"
        ) from None


def _note_writing(connection: Connection, _: object, statement: str, *__: object) -> None:
    if not statement.startswith(("SELECT", "WITH")):  # none of ours changes anything by the way
        connection.info[WRITTEN] = True


def _keep_no_plan(cursor: Any, statement: str, values: Any, context: Any) -> bool:
    """Execute what has to be planned anew each time; returns whether it was that."""
    if not PLANNED_ANEW.items() <= context.execution_options.items():
        return False
    cursor.execute(statement, values, prepare=False)
    return True


def _end_idle(connection: Any, _record: object, *, seconds: float) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SET idle_in_transaction_session_timeout = {seconds * 1000:.0f}")
    connection.commit()


def upgrade(engine: Engine) -> None:
    """Bring the schema up to date, one process at a time."""
    with engine.begin() as connection:
        upgrade_in(connection)


def upgrade_in(connection: Connection) -> None:
    """Bring the schema up to date within the caller's transaction, one process at a time."""
    connection.execute(_ONE_AT_A_TIME)
    migrate(connection)


def migrate_at(url: URL) -> None:
    """Bring the schema up to date. Raises `StartupError`."""
    with as_startup_error(url):
        engine = engine_of(url, connections=1)
        try:
            upgrade(engine)
        finally:
            engine.dispose()


def mark_restored(url: URL) -> None:
    """Make the next start end the waiting videos. Raises `StartupError`, as while a bot runs."""
    with as_startup_error(url):
        engine = engine_of(url, connections=1)
        try:
            upgrade(engine)
            with engine.begin() as connection:
                SqlBooks(connection).set_fact(RESTORED, "yes")
        finally:
            engine.dispose()


def driver_error(engine: Engine) -> type[Exception]:
    """What the driver raises where SQLAlchemy is not in between."""
    error: type[Exception] = engine.dialect.dbapi.Error  # type: ignore[union-attr]
    return error


@contextmanager
def as_startup_error(url: URL, named: str = OURS) -> Iterator[None]:
    """Turn PostgreSQL's errors into one line for the operator, without the password; `named` is
    where they wrote the address."""
    try:
        yield
    except DBAPIError as error:
        host = (url.host or "localhost").rpartition("@")[2]
        words = without_password(first_line(error), url)
        raise StartupError(
            f"The database at {host}/{url.database}, of {named}, cannot be used: {words}"
        ) from error


def without_password(words: str, url: URL) -> str:
    """The driver's words without the host it quotes, which may contain the end of a password."""
    for part in ((url.host or "").rpartition("@")[0], str(url.password or "")):
        words = words.replace(part, HIDDEN) if part else words
    return words


def first_line(error: DBAPIError) -> str:
    """The server's own words; hints on further lines are cut."""
    return str(error.orig).strip().partition("\n")[0]
