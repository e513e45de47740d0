"""The schema's history: brings a database up to what this version of the program knows.

Each file in `versions/` is one step and is never changed once released. The tests compare the
tables with what the steps make, on both databases."""

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from bot.errors import StartupError


def upgrade(url: str) -> None:
    """Brings the database at `url` up to date. Raises `StartupError`."""
    from bot.db import store  # which itself needs `migrate`

    store.upgrade(url)


def migrate(connection: Connection) -> None:
    """Brings a database up to date inside the transaction that the caller has opened.

    Raises `StartupError` when a newer version of the program has written it.
    """
    found = MigrationContext.configure(connection).get_current_revision()
    if found == _head():
        return
    if found is not None and found not in _known():
        raise StartupError(
            f"The database has schema {found}, newer than this version of the bot knows"
            f" ({_head()}): start the newer version, or restore a backup."
        )
    config = alembic_config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def alembic_config() -> Config:
    """Alembic's configuration; the connection is for the caller to add."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    return config


@cache
def _known() -> frozenset[str]:
    return frozenset(step.revision for step in _scripts().walk_revisions())


@cache
def _head() -> str | None:
    return _scripts().get_current_head()


def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(alembic_config())
