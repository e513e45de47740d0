"""What the program does with the database that a URL names, whichever it is."""

from collections.abc import AsyncIterator
from concurrent.futures import Executor
from contextlib import asynccontextmanager
from pathlib import Path

from sqlalchemy import URL, make_url

from bot.clock import Clock
from bot.db import postgres, sqlite, sqlite_file
from bot.db import restore as copies
from bot.db.heartbeat import LeaseTimes
from bot.db.unit_of_work import SqlStore
from bot.errors import StartupError


@asynccontextmanager
async def open_store(
    url: str, *, clock: Clock, executor: Executor | None = None, times: LeaseTimes | None = None
) -> AsyncIterator[SqlStore]:
    """The store at `url`, its schema up to date, its lease held. Raises `StartupError`.

    `executor` (default: threads of its own) belongs to the store from then on. `times` are those
    of a lease on PostgreSQL; on SQLite a lock file is the lease.
    """
    place = make_url(url)
    if _is_postgres(place):
        async with postgres.open_postgres(
            place, clock=clock, executor=executor, times=times or LeaseTimes()
        ) as store:
            yield store
    else:
        async with sqlite.open_sqlite(place, clock=clock, executor=executor) as store:
            yield store


def backup(url: str, file: Path) -> None:
    """Writes a consistent copy of the database to `file`, also while a bot runs.

    Raises `StartupError`.
    """
    place = make_url(url)
    copy = postgres.refuse_copy if _is_postgres(place) else sqlite_file.copy
    copy(place, file)


def restore(url: str, file: Path | None) -> Path | None:
    """Puts a copy in the place of an SQLite database; where the one before is kept now.

    A PostgreSQL database is restored by its own tools, and without `file` only marked, so that
    nothing of its old queue is ordered by itself. Raises `StartupError`.
    """
    place = make_url(url)
    if not _is_postgres(place):
        if file is None:
            raise StartupError("Name the copy: python -m bot restore FILE")
        return copies.restore(place, file)
    if file is not None:
        raise StartupError(
            "PostgreSQL is restored by its own tools, psql or pg_restore; then run this again "
            "without a file."
        )
    postgres.mark_restored(place)
    return None


def upgrade(url: str) -> None:
    """Brings the database's schema up to date. Raises `StartupError`."""
    place = make_url(url)
    migrate_at = postgres.migrate_at if _is_postgres(place) else sqlite_file.migrate_at
    migrate_at(place)


def _is_postgres(url: URL) -> bool:
    return url.get_backend_name() == "postgresql"
