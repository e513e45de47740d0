"""An SQLite file: opened for writing by one process, copied while it is in use.

What is wrong with it is told in one line each."""

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
# https://sqlite.org/rescode.html, by the primary code
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
    """Holds the file that `url` names; memory needs no holding. Raises `StartupError`."""
    path = path_of(url)
    return nullcontext() if path is None else locked(path)


def path_of(url: URL) -> Path | None:
    """The file; None is memory."""
    return None if url.database in (None, "", ":memory:") else Path(str(url.database)).absolute()


def connect(url: URL) -> Connection:
    """The one connection that writes: checked and with the newest schema. Raises `StartupError`."""
    _close_to_others(url)
    engine = create_engine(
        url,
        hide_parameters=True,  # tokens and prompts: not for logs
        poolclass=NullPool,
        # Transactions are opened by us: the driver's own way breaks savepoints.
        connect_args={"isolation_level": None, "check_same_thread": False},
    )
    with told(path_of(url)):
        connection = engine.connect()
        try:
            _prepare(connection)
        except BaseException:
            disconnect(connection)
            raise
        return connection


def _close_to_others(url: URL) -> None:
    """SQLite gives what it keeps beside a database the database's own mode."""
    if (path := path_of(url)) is None:
        return
    if not path.exists():
        with suppress(OSError):  # SQLite says it better
            only_ours.make_file(path)
    for ending in ("", "-wal", "-shm", "-journal"):
        only_ours.close(path.with_name(path.name + ending))


@contextmanager
def transaction(driver: sqlite3.Connection) -> Iterator[None]:
    """One that writes from its first moment."""
    driver.execute("BEGIN IMMEDIATE")
    with driver:
        yield


def _prepare(connection: Connection) -> None:
    driver = raw(connection)
    if driver.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
        raise sqlite3.DatabaseError("damaged")
    driver.execute("PRAGMA journal_mode = WAL")
    driver.execute("PRAGMA synchronous = FULL")
    # What a savepoint would restore goes to a file of its own otherwise, from 64 KiB on, and one
    # accepted film touches more. https://sqlite.org/tempfiles.html#statement_journal_files
    driver.execute("PRAGMA temp_store = MEMORY")
    # With foreign keys off, since a step may build a table anew.
    with connection.begin(), transaction(driver):
        migrate(connection)
    driver.execute("PRAGMA foreign_keys = ON")


def raw(connection: Connection) -> sqlite3.Connection:
    """The driver's connection, for what is no statement of ours."""
    return cast(sqlite3.Connection, connection.connection.dbapi_connection)


def disconnect(connection: Connection) -> None:
    """Closes the file, its write-ahead log folded in."""
    connection.close()
    connection.engine.dispose()


def migrate_at(url: URL) -> None:
    """Brings the schema up to date, with no bot running. Raises `StartupError`."""
    with exclusive(url):
        disconnect(connect(url))


def copy(url: URL, file: Path) -> None:
    """Writes a consistent copy to `file`, which must not exist, also while a bot runs.

    It is there whole or not at all. Raises `StartupError`.
    """
    path = path_of(url)
    if path is None or not path.exists():
        raise StartupError(f"There is no database at {path or url}.")
    if not os.path.isdir(file.absolute().parent):
        raise StartupError(f"The folder of {file} does not exist.")
    part = file.with_name(f"{file.name}.part")
    for each in (file, part):
        if os.path.lexists(each):
            raise StartupError(f"{each} exists already: name a file that does not, or remove it.")
    try:
        with suppress(OSError):  # SQLite says it better
            only_ours.make_file(part)
        vacuum(path, part, file)
        _keep(part, file)
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def vacuum(path: Path, part: Path, file: Path) -> None:
    """Writes all that a database holds to `part`, which is empty or not there, for `file`.

    https://sqlite.org/lang_vacuum.html#vacuuminto
    """
    with told(path), closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as connection:
        connection.execute("PRAGMA schema_version")  # what is wrong with the database itself
        try:
            connection.execute("VACUUM INTO ?", (str(part),))
        except sqlite3.Error as error:
            if _code(error) not in _OF_WRITING:
                raise
            raise StartupError(f"The copy {file} {_PROBLEMS[_code(error)]}.") from error


def _keep(part: Path, file: Path) -> None:
    """SQLite leaves a copy to the system, which may lose what it has not written yet."""
    try:
        with part.open("rb+") as copied:
            os.fsync(copied.fileno())
        part.rename(file)
    except OSError as error:
        raise StartupError(f"The copy {file} cannot be written: {error.strerror}.") from None


@contextmanager
def told(path: Path | None) -> Iterator[None]:
    """Turns what SQLite says into one line for the operator."""
    try:
        yield
    except (sqlite3.Error, DBAPIError) as error:
        problem = _PROBLEMS.get(_code(error), f"cannot be used: {reason(error)}")
        raise StartupError(f"The database {path or 'in memory'} {problem}.") from error


def is_of_storage(error: BaseException) -> bool:
    """Whether storage failed, rather than a statement: then nothing of the commit is sure."""
    return _code(error) in _PROBLEMS


def reason(error: BaseException) -> str:
    """The driver's own words."""
    return str(error.orig if isinstance(error, DBAPIError) else error)


def _code(error: BaseException) -> int:
    original = error.orig if isinstance(error, DBAPIError) else error
    return getattr(original, "sqlite_errorcode", 0) & 0xFF
