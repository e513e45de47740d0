"""What stands in a database, read without changing it or taking its lock, so a bot may be running.

Bringing it up to date is the business of `bot.db.migrations`."""

import sqlite3
from enum import StrEnum
from pathlib import Path

from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Engine, create_engine, inspect, make_url
from sqlalchemy.pool import NullPool

from bot.db import postgres
from bot.db.migrations import alembic_config
from bot.db.sqlite_file import path_of, told
from bot.db.tables import metadata


class SchemaState(StrEnum):
    """How a database's schema compares with the one this version of the program wants."""

    ABSENT = "absent"  # no file
    EMPTY = "empty"  # nothing of ours in it
    TAKEN = "taken"  # tables of somebody else's, by names that are ours
    CURRENT = "current"
    OLDER = "older"
    NEWER = "newer"


def schema_state(url: str) -> SchemaState:
    """Reads the schema's revision. Raises `StartupError` when the database cannot be read."""
    database = make_url(url)
    if database.get_backend_name() == "sqlite":
        return _state_of_file(path_of(database))
    return _state_at(database)


def file_of(url: str) -> Path | None:
    """The file of an SQLite database; None for any other, and for one in memory."""
    database = make_url(url)
    return path_of(database) if database.get_backend_name() == "sqlite" else None


def _state_of_file(path: Path | None) -> SchemaState:
    if path is None or not path.exists():
        return SchemaState.ABSENT
    read_only = f"{path.as_uri()}?mode=ro"
    engine = create_engine(
        "sqlite://", creator=lambda: sqlite3.connect(read_only, uri=True), poolclass=NullPool
    )
    with told(path):
        return _state(engine)


def _state_at(address: URL) -> SchemaState:
    with postgres.told(address):
        engine = postgres.engine_of(address, connections=1)
        try:
            return _state(engine)
        finally:
            engine.dispose()


def _state(engine: Engine) -> SchemaState:
    with engine.connect() as connection:
        revision = MigrationContext.configure(connection).get_current_revision()
        if revision is not None:
            return _compare(revision)
        is_taken = not metadata.tables.keys().isdisjoint(inspect(connection).get_table_names())
        return SchemaState.TAKEN if is_taken else SchemaState.EMPTY


def _compare(found: str) -> SchemaState:
    scripts = ScriptDirectory.from_config(alembic_config())
    if found == scripts.get_current_head():
        return SchemaState.CURRENT
    known = {step.revision for step in scripts.walk_revisions()}
    return SchemaState.OLDER if found in known else SchemaState.NEWER
