"""Opens, copies, restores and upgrades the database that a URL names, whichever kind it is."""

from collections.abc import AsyncIterator, Callable
from concurrent.futures import Executor
from contextlib import asynccontextmanager
from pathlib import Path

from sqlalchemy import URL, make_url

from bot.clock import Clock
from bot.db import moving, postgres, sqlite, sqlite_file
from bot.db import restore as copies
from bot.db.heartbeat import LeaseTimes
from bot.db.moving import move as move
from bot.db.reach import Reach
from bot.db.unit_of_work import SqlStore
from bot.errors import StartupError
from bot.video.ports.meters import UNMETERED, Meters


@asynccontextmanager
async def open_store(
    url: str,
    *,
    clock: Clock,
    executor: Executor | None = None,
    times: LeaseTimes | None = None,
    meters: Meters = UNMETERED,
    reach: Reach | None = None,
) -> AsyncIterator[SqlStore]:
    """Open the store at `url`: schema up to date, lease held. Raises `StartupError`.

    The store owns `executor` (default: its own threads). `times` are for PostgreSQL's lease; on
    SQLite the lease is a lock file. `meters` count changes of state. Where processes share the
    database, they tell one another what is in `reach`.
    """
    place = make_url(url)
    if _is_postgres(place):
        async with postgres.open_postgres(
            place,
            clock=clock,
            executor=executor,
            times=times or LeaseTimes(),
            meters=meters,
            reach=reach,
        ) as store:
            yield store
    else:
        async with sqlite.open_sqlite(
            place, clock=clock, executor=executor, meters=meters
        ) as store:
            yield store


def backup(url: str, file: Path) -> None:
    """Copy the database to an SQLite file, as it is at one moment; a bot may be running.

    Raises `StartupError`.
    """
    place = make_url(url)
    copy = moving.copy_out if _is_postgres(place) else sqlite_file.copy
    copy(place, file)


def restore(
    url: str, file: Path | None, say: Callable[[str], None] = lambda _: None
) -> Path | None:
    """Replace an SQLite database with a copy; returns where the previous one is kept now. On
    PostgreSQL, fill an empty database with it.

    Without `file`, only marks a PostgreSQL database, which its own tools restored. Either way the
    next start orders nothing from the old queue. Raises `StartupError`.
    """
    place = make_url(url)
    if not _is_postgres(place):
        if file is None:
            raise StartupError("Name the copy: python -m bot restore FILE")
        return copies.restore(place, file)
    if file is not None:
        moving.restore_into(place, file, say)
    else:
        postgres.mark_restored(place)
    return None


def upgrade(url: str) -> None:
    """Bring the database's schema up to date. Raises `StartupError`."""
    place = make_url(url)
    migrate_at = postgres.migrate_at if _is_postgres(place) else sqlite_file.migrate_at
    migrate_at(place)


def _is_postgres(url: URL) -> bool:
    return url.get_backend_name() == "postgresql"
