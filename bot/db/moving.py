"""Moves an SQLite database's rows to PostgreSQL, and copies of either kind in and out of it."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from secrets import token_hex

from sqlalchemy import URL, Connection, create_engine, make_url, text

from bot import only_ours
from bot.db import postgres, sqlite_file
from bot.db.copying import (
    TABLES,
    Progress,
    copy_rows,
    differences,
    finish,
    note,
    progress_of,
    refuse_half,
    rows_of,
)
from bot.db.facts import FactSqlBooks
from bot.db.lock_file import is_locked, locked
from bot.db.mark_file import LINEAGE
from bot.db.queue import PAUSED
from bot.db.schema import SchemaState, reading, schema_state
from bot.errors import StartupError
from bot.video.life.restored import RESTORED, SUBMISSIONS

Say = Callable[[str], None]
TO = "TO"  # the word for the new database on the command line of a move
MOVED_FROM = "moved_from"  # the fact that says what a whole copy was made of

# An arbitrary number: only copies into a database use it.
_ONE_COPY = text("SELECT pg_try_advisory_lock(5538201946610873)")
_UNFIT_SOURCE = {
    SchemaState.ABSENT: "does not exist",
    SchemaState.EMPTY: "is empty, or no database of this bot",
    SchemaState.TAKEN: "is the database of another program",
    SchemaState.OLDER: "has an older schema: let DATABASE_URL name it, then: python -m bot migrate",
    SchemaState.NEWER: "was written by a newer version of this bot: upgrade first",
}
_UNFIT_TARGET = {
    SchemaState.TAKEN: "is the database of another program",
    SchemaState.OLDER: "has the tables of an older version of this bot",
    SchemaState.NEWER: "has the tables of a newer version of this bot",
}


def move(source: str, target: str, say: Say) -> None:
    """Bring the rows of an SQLite database into an empty PostgreSQL one; `source` stays as it is.

    No bot may use either. Goes on where an interrupted move stopped. Raises `StartupError`.
    """
    here, there = make_url(source), make_url(target)
    path = sqlite_file.path_of(here) if here.get_backend_name() == "sqlite" else None
    if path is None or there.get_backend_name() != "postgresql":
        raise StartupError(
            "A move goes from sqlite:///PATH to postgresql://USER:PASSWORD@HOST/NAME. The way back "
            "is a backup, restored over SQLite."
        )
    if not path.exists():
        raise StartupError(f"{path} does not exist.")
    with locked(path):
        is_paused = sqlite_file.pause_file(path).exists()
        if _is_complete(here, path, there):
            say("This move is complete already: nothing is copied a second time.")
        else:
            _fill(here, there, say, {PAUSED: "yes"} if is_paused else {}, named=TO)
        only_ours.make_file(sqlite_file.moved_file(path))


def _is_complete(source: URL, path: Path, target: URL) -> bool:
    """Whether all is there already. Raises `StartupError` for a source that moved elsewhere: bots
    on both would make what waits twice."""
    _check_source(source)
    state = schema_state(target.render_as_string(hide_password=False), TO)
    if state is SchemaState.CURRENT:
        with reading(source) as here, reading(target, TO) as there:
            if FactSqlBooks(there).fact(MOVED_FROM) == _identity(here):
                return True
    moved = sqlite_file.moved_file(path)
    if moved.exists():
        raise StartupError(
            f"{path} has moved already, to another database than this one. If that one is gone for "
            f"good, remove {moved} and run this again."
        )
    return False


def restore_into(target: URL, file: Path, say: Say) -> None:
    """Bring a copy into an empty PostgreSQL database. Raises `StartupError`."""
    if is_locked(file):
        raise StartupError(f"{file} is in use by a bot: make a backup of it.")
    source = make_url(f"sqlite:///{file.absolute()}")
    _fill(source, target, say, {RESTORED: "yes"}, named=postgres.OURS)


def _fill(source: URL, target: URL, say: Say, notes: dict[str, str], *, named: str) -> None:
    _check_source(source)
    with reading(source) as here, _writing(target, named) as there:
        progress = _begin(here, there, target)
        told = ""
        for so_far in copy_rows(here, there, progress):
            if so_far.table != told:
                told = so_far.table
                say(f"Copying {told} ({rows_of(here, told):,} rows) ...")
        if wrong := differences(here, there):
            raise StartupError("The copy differs from what was copied.", *wrong)
        for name, value in {**notes, MOVED_FROM: progress.source}.items():
            FactSqlBooks(there).set_fact(name, value)
        finish(there)


def _check_source(source: URL) -> None:
    state = schema_state(source.render_as_string(hide_password=False))
    if state in _UNFIT_SOURCE:
        raise StartupError(f"{source.database} {_UNFIT_SOURCE[state]}.")


@contextmanager
def _writing(target: URL, named: str) -> Iterator[Connection]:
    """A connection to a database that only this program copies into."""
    name = f"{target.host or 'localhost'}/{target.database}"
    with postgres.as_startup_error(target, named):
        state = schema_state(target.render_as_string(hide_password=False), named)
        if state in _UNFIT_TARGET:
            raise StartupError(f"The database {name} {_UNFIT_TARGET[state]}: name an empty one.")
        engine = postgres.engine_of(target, connections=2)
        try:
            with engine.connect() as watch, engine.connect() as connection:
                if not watch.execute(_ONE_COPY).scalar_one():
                    raise StartupError(f"Another copy into the database {name} is under way.")
                if state is SchemaState.EMPTY:
                    postgres.upgrade_in(connection)
                    connection.commit()
                yield connection
        except postgres.driver_error(engine) as error:  # of COPY, which SQLAlchemy does not know
            line = str(error).partition("\n")[0]
            raise StartupError(f"The database {name} did not take the copy: {line}") from None
        finally:
            engine.dispose()


def _begin(here: Connection, there: Connection, target: URL) -> Progress:
    """Where to go on. Raises `StartupError` if the database holds anything else."""
    name = f"{target.host or 'localhost'}/{target.database}"
    identity = _identity(here)
    if (found := progress_of(there)) is not None:
        if found.source == identity:
            return found
        raise StartupError(
            f"The database {name} holds an unfinished copy of something else, or of the same "
            "database before it was used again: name an empty one."
        )
    if FactSqlBooks(there).fact(MOVED_FROM) == identity:
        raise StartupError(f"The database {name} holds this copy already, whole: start the bot.")
    used = [table.name for table in TABLES if there.execute(table.select().limit(1)).first()]
    if used:
        raise StartupError(
            f"The database {name} is not empty ({', '.join(used)}), so a bot uses it, or has: name "
            "an empty one."
        )
    note(there, begun := Progress(source=identity))
    there.commit()
    return begun


def _identity(source: Connection) -> str:
    """Which database this is, and how often a bot has used it."""
    books = FactSqlBooks(source)
    return f"{books.fact(LINEAGE)} {books.fact(SUBMISSIONS)}"


def copy_out(source: URL, file: Path) -> None:
    """Write a PostgreSQL database's rows to an SQLite file that must not exist; a bot may be
    running. The copy is of one moment. Raises `StartupError`."""
    _check_source(source)
    with sqlite_file.new_file(file) as part:
        _copy_to(source, part)


def _copy_to(source: URL, part: Path) -> None:
    new = make_url(f"sqlite:///{part}")
    sqlite_file.disconnect(sqlite_file.connect(new))
    with (
        reading(source) as here,
        sqlite_file.as_startup_error(part),
        _to_file(new) as there,
    ):
        here.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        refuse_half(here)
        for _ in copy_rows(here, there, Progress(source="")):
            pass
        if wrong := differences(here, there):
            raise StartupError("The copy differs from what was copied.", *wrong)
        FactSqlBooks(there).set_fact(LINEAGE, token_hex(16))
        finish(there)
    with sqlite_file.as_startup_error(part), closing(sqlite3.connect(part)) as whole:
        whole.execute("PRAGMA journal_mode = DELETE")  # or each reader would leave files beside it


@contextmanager
def _to_file(new: URL) -> Iterator[Connection]:
    engine = create_engine(new)
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()
