"""Finds out what is in a database, without changing or locking it, so a bot may be running.

`bot.db.migrations` brings it up to date."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path

from sqlalchemy import URL, Connection, create_engine, inspect, make_url
from sqlalchemy.pool import NullPool

from bot.db import postgres
from bot.db.migrations import alembic_config
from bot.db.sqlite_file import as_startup_error, path_of
from bot.db.tables import metadata
from bot.errors import StartupError


class SchemaState(StrEnum):
    """How a database's schema compares with this version's."""

    ABSENT = "absent"  # no file
    EMPTY = "empty"  # none of our tables
    TAKEN = "taken"  # another program's tables, under our names
    CURRENT = "current"
    OLDER = "older"
    NEWER = "newer"


_REFUSED = {
    SchemaState.ABSENT: "does not exist yet",
    SchemaState.EMPTY: "has none of the bot's tables",
    SchemaState.TAKEN: "belongs to another program",
    SchemaState.OLDER: "has an older schema: start the bot, or run: python -m bot migrate",
    SchemaState.NEWER: "was written by a newer bot: use that version",
}


def schema_state(url: str, named: str = postgres.OURS) -> SchemaState:
    """Read the schema's revision; `named` is where the operator wrote the address.

    Raises `StartupError` if the database cannot be read.
    """
    database = make_url(url)
    if (file := file_of(url)) is not None and not file.exists():
        return SchemaState.ABSENT
    with reading(database, named) as connection:
        return _state(connection)


def check_current(url: str) -> None:
    """Raises `StartupError` for a database that is not this version's."""
    if why := _REFUSED.get(schema_state(url)):
        raise StartupError(f"The database of DATABASE_URL {why}.")


def file_of(url: str) -> Path | None:
    """The file of an SQLite database; None in memory, and for other databases."""
    database = make_url(url)
    return path_of(database) if database.get_backend_name() == "sqlite" else None


@contextmanager
def reading(database: URL, named: str = postgres.OURS) -> Iterator[Connection]:
    """A connection that only reads, in the block; an SQLite file has to be there.

    Raises `StartupError`.
    """
    if database.get_backend_name() == "sqlite":
        path = path_of(database)
        address = f"{path.as_uri()}?mode=ro" if path is not None else ":memory:"
        engine = create_engine(
            "sqlite://", creator=lambda: sqlite3.connect(address, uri=True), poolclass=NullPool
        )
        problems = as_startup_error(path)
    else:
        engine = postgres.engine_of(database, connections=1)
        problems = postgres.as_startup_error(database, named)
    with problems:
        try:
            with engine.connect() as connection:
                yield connection
        finally:
            engine.dispose()


def _state(connection: Connection) -> SchemaState:
    from alembic.migration import MigrationContext  # 11 MiB that a running bot can do without

    revision = MigrationContext.configure(connection).get_current_revision()
    if revision is not None:
        return _compare(revision)
    is_taken = not metadata.tables.keys().isdisjoint(inspect(connection).get_table_names())
    return SchemaState.TAKEN if is_taken else SchemaState.EMPTY


def _compare(found: str) -> SchemaState:
    from alembic.script import ScriptDirectory

    scripts = ScriptDirectory.from_config(alembic_config())
    if found == scripts.get_current_head():
        return SchemaState.CURRENT
    known = {step.revision for step in scripts.walk_revisions()}
    return SchemaState.OLDER if found in known else SchemaState.NEWER
