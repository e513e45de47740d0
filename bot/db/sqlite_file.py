"""An SQLite file: one process opens it for writing; it can be copied while in use.

Problems are reported in one line each."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext, suppress
from pathlib import Path
from typing import cast

from sqlalchemy import URL, Connection, NullPool, create_engine
from sqlalchemy.exc import DBAPIError

from bot import only_ours
from bot.db.lock_file import locked
from bot.db.migrations import migrate
from bot.errors import StartupError

_RIGHTS = "check the owner and permissions of file and folder"
# By primary result code, https://sqlite.org/rescode.html
_PROBLEMS = {
    sqlite3.SQLITE_NOTADB: "is no database, or damaged: restore a backup, or move the file away",
    sqlite3.SQLITE_CORRUPT: "is damaged: restore a backup, or move the file away",
    sqlite3.SQLITE_READONLY: f"cannot be written: {_RIGHTS}",
    sqlite3.SQLITE_CANTOPEN: f"cannot be opened: {_RIGHTS}",
    sqlite3.SQLITE_PERM: f"cannot be opened: {_RIGHTS}",
    sqlite3.SQLITE_FULL: "cannot be written: the disk is full",
    sqlite3.SQLITE_IOERR: "cannot be read or written: the disk fails or is full",
    sqlite3.SQLITE_BUSY: "is locked by another program",
}
_OF_WRITING = {
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
}


def exclusive(url: URL) -> AbstractContextManager[None]:
    """Lock the file that `url` names; a database in memory needs no lock. Raises `StartupError`."""
    path = path_of(url)
    return nullcontext() if path is None else locked(path)


def path_of(url: URL) -> Path | None:
    """The file, or None for memory."""
    return None if url.database in (None, "", ":memory:") else Path(str(url.database)).absolute()


def pause_file(path: Path) -> Path:
    """The file beside a database that is there while the operator pauses the bot."""
    return path.with_name(f"{path.name}.paused")


def moved_file(path: Path) -> Path:
    """The file beside a database that is there once its rows have moved to another one."""
    return path.with_name(f"{path.name}.moved")


def connect(url: URL) -> Connection:
    """The one writing connection: checked, with the newest schema. Raises `StartupError`."""
    _close_to_others(url)
    engine = create_engine(
        url,
        hide_parameters=True,  # tokens and prompts stay out of logs
        poolclass=NullPool,
        # We open transactions ourselves: the driver's own way breaks savepoints.
        connect_args={"isolation_level": None, "check_same_thread": False},
    )
    with as_startup_error(path_of(url)):
        connection = engine.connect()
        try:
            _prepare(connection)
        except BaseException:
            disconnect(connection)
            raise
        return connection


def _close_to_others(url: URL) -> None:
    """Close it to other users; SQLite gives its files beside a database the same mode."""
    if (path := path_of(url)) is None:
        return
    if not path.exists():
        with suppress(OSError):  # SQLite reports it better
            only_ours.make_file(path)
    for ending in ("", "-wal", "-shm", "-journal"):
        only_ours.close(path.with_name(path.name + ending))


@contextmanager
def transaction(connection: Connection) -> Iterator[None]:
    """A transaction that locks for writing from the start."""
    try:
        with connection.begin():
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            yield
    finally:
        raw(connection).rollback()  # SQLAlchemy leaves the transaction open if its COMMIT fails


def _prepare(connection: Connection) -> None:
    driver = raw(connection)
    if driver.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
        raise sqlite3.DatabaseError("damaged")
    driver.execute("PRAGMA journal_mode = WAL")
    driver.execute("PRAGMA synchronous = FULL")
    # Otherwise, from 64 KiB on, SQLite writes a savepoint's undo data to a file, and accepting one
    # video touches more than that. https://sqlite.org/tempfiles.html#statement_journal_files
    driver.execute("PRAGMA temp_store = MEMORY")
    # Foreign keys are off, because a step may rebuild a table.
    with transaction(connection):
        migrate(connection)
    driver.execute("PRAGMA foreign_keys = ON")


def raw(connection: Connection) -> sqlite3.Connection:
    """The driver's connection, for anything that is not one of our statements."""
    return cast(sqlite3.Connection, connection.connection.dbapi_connection)


def disconnect(connection: Connection) -> None:
    """Close the file and merge its write-ahead log."""
    connection.close()
    connection.engine.dispose()


def migrate_at(url: URL) -> None:
    """Bring the schema up to date, with no bot running. Raises `StartupError`."""
    with exclusive(url):
        disconnect(connect(url))


def copy(url: URL, file: Path) -> None:
    """Copy the database to `file`, which must not exist. A bot may be running.

    The copy is consistent, and whole or not there at all. Raises `StartupError`.
    """
    path = path_of(url)
    if path is None or not path.exists():
        raise StartupError(f"There is no database at {path or url}.")
    with new_file(file) as part:
        vacuum(path, part, file)


@contextmanager
def new_file(file: Path) -> Iterator[Path]:
    """A file to write in the block, which becomes `file` if all goes well; it must not exist yet.

    Raises `StartupError`.
    """
    if not os.path.isdir(file.absolute().parent):
        raise StartupError(f"The folder of {file} does not exist.")
    part = file.with_name(f"{file.name}.part")
    for each in (file, part):
        if os.path.lexists(each):
            raise StartupError(f"{each} exists already: name a file that does not, or remove it.")
    try:
        with suppress(OSError):  # SQLite reports it better
            only_ours.make_file(part)
        yield part
        _keep(part, file)
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def vacuum(path: Path, part: Path, file: Path) -> None:
    """Write a database's whole content to `part` (empty or missing), on its way to `file`.

    https://sqlite.org/lang_vacuum.html#vacuuminto
    """
    with (
        as_startup_error(path),
        closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as connection,
    ):
        connection.execute("PRAGMA schema_version")  # fails if the database itself is bad
        try:
            connection.execute("VACUUM INTO ?", (str(part),))
        except sqlite3.Error as error:
            if _code(error) not in _OF_WRITING:
                raise
            raise StartupError(f"The copy {file} {_PROBLEMS[_code(error)]}.") from error


def _keep(part: Path, file: Path) -> None:
    """Write the copy through to the disk, which SQLite does not, and give it its name."""
    try:
        with part.open("rb+") as copied:
            os.fsync(copied.fileno())
        part.rename(file)
    except OSError as error:
        raise StartupError(f"The copy {file} cannot be written: {error.strerror}.") from None


@contextmanager
def as_startup_error(path: Path | None) -> Iterator[None]:
    """Turn SQLite's errors into one line for the operator."""
    try:
        yield
    except (sqlite3.Error, DBAPIError) as error:
        problem = _PROBLEMS.get(_code(error), f"cannot be used: {reason(error)}")
        raise StartupError(f"The database {path or 'in memory'} {problem}.") from error


def is_of_storage(error: BaseException) -> bool:
    """Whether storage failed, not a statement; then the commit's result is unknown."""
    return _code(error) in _PROBLEMS


def reason(error: BaseException) -> str:
    """The driver's own words."""
    return str(error.orig if isinstance(error, DBAPIError) else error)


def _code(error: BaseException) -> int:
    original = error.orig if isinstance(error, DBAPIError) else error
    return getattr(original, "sqlite_errorcode", 0) & 0xFF
