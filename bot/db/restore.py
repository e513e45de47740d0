"""Replaces an SQLite database with a copy and marks it as restored. No bot may be running.

Keeps the present file aside; a whole database is in place at every moment."""

import os
import shutil
import sqlite3
from contextlib import closing, suppress
from itertools import count
from pathlib import Path

from sqlalchemy import URL

from bot.db.lock_file import locked
from bot.db.mark_file import sync_folder
from bot.db.schema import SchemaState, schema_state
from bot.db.sqlite_file import as_startup_error, moved_file, path_of, vacuum
from bot.errors import StartupError
from bot.video.life.restored import RESTORED

_MARK = (
    "INSERT INTO facts (name, value) VALUES (?, 'yes')"
    " ON CONFLICT (name) DO UPDATE SET value = excluded.value"
)
_WRONG = {
    SchemaState.ABSENT: "does not exist",
    SchemaState.EMPTY: "is empty, or no database of this bot",
    SchemaState.TAKEN: "is the database of another program",
    SchemaState.NEWER: "was written by a newer version of this bot: upgrade first",
}


def restore(url: URL, file: Path) -> Path | None:
    """Restore a copy; returns where the previous database is kept now, None if there was none.

    Raises `StartupError`, and then nothing has changed.
    """
    path = path_of(url)
    if path is None:
        raise StartupError("DATABASE_URL names no file that could be restored.")
    with locked(path):
        _check(path, file)
        part = path.with_name(f"{path.name}.restoring")
        part.unlink(missing_ok=True)  # left by an interrupted restore
        try:
            os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
            vacuum(file.absolute(), part, path)
            _mark(part)
            aside = _keep_aside(path)
            part.replace(path)
            moved_file(path).unlink(missing_ok=True)
            sync_folder(path.parent)
        except OSError as error:
            raise StartupError(f"{path} cannot be restored: {error.strerror}.") from None
        finally:
            with suppress(OSError):
                part.unlink(missing_ok=True)
    return aside


def _check(path: Path, file: Path) -> None:
    if path.exists() and file.exists() and path.samefile(file):
        raise StartupError(f"{file} is the database itself: name a copy of it.")
    state = schema_state(f"sqlite:///{file.absolute()}")
    if state in _WRONG:
        raise StartupError(f"{file} {_WRONG[state]}.")
    read_only = f"{file.absolute().as_uri()}?mode=ro"
    with as_startup_error(file), closing(sqlite3.connect(read_only, uri=True)) as copied:
        if copied.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
            raise sqlite3.DatabaseError("damaged")


def _mark(part: Path) -> None:
    with as_startup_error(part), closing(sqlite3.connect(part)) as copied, copied:
        copied.execute(_MARK, (RESTORED,))
    with part.open("rb+") as written:
        os.fsync(written.fileno())


def _keep_aside(path: Path) -> Path | None:
    """Keep the present database elsewhere as well; it stays in place until the copy is there."""
    if not path.exists():
        _remove_log(path)
        return None
    aside = next(
        each
        for number in count(1)
        if not (each := path.with_name(f"{path.name}.before-{number}")).exists()
    )
    try:
        with closing(sqlite3.connect(path)) as present:
            present.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    except sqlite3.Error:  # damaged: keep it as it is, with its log
        for suffix in ("-wal", "-shm"):
            if (beside := path.with_name(f"{path.name}{suffix}")).exists():
                shutil.copy2(beside, aside.with_name(f"{aside.name}{suffix}"))
    shutil.copy2(path, aside)
    aside.chmod(0o600)
    _remove_log(path)
    return aside


def _remove_log(path: Path) -> None:
    """Remove the old log, which SQLite would replay into the copy."""
    for suffix in ("-wal", "-shm"):
        path.with_name(f"{path.name}{suffix}").unlink(missing_ok=True)
