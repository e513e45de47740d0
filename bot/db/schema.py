"""What stands in a database, read without changing it or taking its lock, so a bot may be running.

Bringing it up to date is the business of `bot.db.migrations`."""

import sqlite3
from enum import StrEnum
from pathlib import Path

from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, create_engine, make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from bot.db.migrations import alembic_config
from bot.errors import StartupError


class SchemaState(StrEnum):
    """How a database's schema compares with the one this version of the program wants."""

    ABSENT = "absent"  # no file, or nothing of ours in it
    CURRENT = "current"
    OLDER = "older"
    NEWER = "newer"


def schema_state(url: str) -> SchemaState:
    """Reads the schema's revision. Raises `StartupError` when the database cannot be read."""
    database = make_url(url)
    file = Path(database.database or "") if database.get_backend_name() == "sqlite" else None
    if file is not None and not file.exists():
        return SchemaState.ABSENT
    try:
        with _reader(url, file).connect() as connection:
            found = MigrationContext.configure(connection).get_current_revision()
    except (SQLAlchemyError, sqlite3.Error) as error:
        cause = type(getattr(error, "orig", None) or error).__name__
        raise StartupError(f"DATABASE_URL: the database cannot be read ({cause}).") from None
    except ModuleNotFoundError:
        raise StartupError("PostgreSQL needs its driver: pip install '.[postgres]'") from None
    return _compare(found)


def _reader(url: str, file: Path | None) -> Engine:
    if file is not None:
        read_only = f"{file.absolute().as_uri()}?mode=ro"
        return create_engine(
            "sqlite://", creator=lambda: sqlite3.connect(read_only, uri=True), poolclass=NullPool
        )
    address = make_url(url).set(drivername="postgresql+psycopg")
    return create_engine(address, connect_args={"connect_timeout": 10}, poolclass=NullPool)


def _compare(found: str | None) -> SchemaState:
    scripts = ScriptDirectory.from_config(alembic_config())
    if found is None:
        return SchemaState.ABSENT
    if found == scripts.get_current_head():
        return SchemaState.CURRENT
    known = {step.revision for step in scripts.walk_revisions()}
    return SchemaState.OLDER if found in known else SchemaState.NEWER
