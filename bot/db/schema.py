"""What stands in a database, read without changing it or taking its lock, so a bot may be running.

Bringing it up to date is the business of `bot.db.migrations`."""

import sqlite3
from enum import StrEnum
from pathlib import Path

from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Engine, create_engine, make_url
from sqlalchemy.pool import NullPool

from bot.db import postgres
from bot.db.migrations import alembic_config
from bot.db.sqlite_file import path_of, told


class SchemaState(StrEnum):
    """How a database's schema compares with the one this version of the program wants."""

    ABSENT = "absent"  # no file, or nothing of ours in it
    CURRENT = "current"
    OLDER = "older"
    NEWER = "newer"


def schema_state(url: str) -> SchemaState:
    """Reads the schema's revision. Raises `StartupError` when the database cannot be read."""
    database = make_url(url)
    if database.get_backend_name() == "sqlite":
        return _compare(_revision_in_file(path_of(database)))
    return _compare(_revision_at(database))


def _revision_in_file(path: Path | None) -> str | None:
    if path is None or not path.exists():
        return None
    read_only = f"{path.as_uri()}?mode=ro"
    engine = create_engine(
        "sqlite://", creator=lambda: sqlite3.connect(read_only, uri=True), poolclass=NullPool
    )
    with told(path):
        return _revision(engine)


def _revision_at(address: URL) -> str | None:
    with postgres.told(address):
        engine = postgres.engine_of(address, connections=1)
        try:
            return _revision(engine)
        finally:
            engine.dispose()


def _revision(engine: Engine) -> str | None:
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def _compare(found: str | None) -> SchemaState:
    scripts = ScriptDirectory.from_config(alembic_config())
    if found is None:
        return SchemaState.ABSENT
    if found == scripts.get_current_head():
        return SchemaState.CURRENT
    known = {step.revision for step in scripts.walk_revisions()}
    return SchemaState.OLDER if found in known else SchemaState.NEWER
