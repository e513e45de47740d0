"""The schema's history: brings a database up to what this version of the program knows.

Each file in `versions/` is one step and is never changed once released. The tests compare the
tables with what the steps make, on both databases. Alembic is loaded only where there is a step
to do: it would take a good part of every start, and 11 MiB of memory."""

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect

from bot.errors import StartupError

if TYPE_CHECKING:
    from alembic.config import Config

STEPS = Path(__file__).parent / "versions"


def upgrade(url: str) -> None:
    """Brings the database at `url` up to date. Raises `StartupError`."""
    from bot.db import store  # which itself needs `migrate`

    store.upgrade(url)


def migrate(connection: Connection) -> None:
    """Brings a database up to date inside the transaction that the caller has opened.

    Raises `StartupError` when a newer version of the program has written it.
    """
    found = _revision(connection)
    newest = max(_known())
    if found == newest:
        return
    if found is not None and found not in _known():
        raise StartupError(
            f"The database has schema {found}, newer than this version of the bot knows"
            f" ({newest}): start the newer version, or restore a backup."
        )
    from alembic import command

    config = alembic_config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def alembic_config() -> "Config":
    """Alembic's configuration; the connection is for the caller to add."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    return config


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    revision: str | None = connection.exec_driver_sql(
        "SELECT version_num FROM alembic_version"
    ).scalar()
    return revision


@cache
def _known() -> frozenset[str]:
    """The steps by the numbers that their files begin with."""
    return frozenset(file.name.partition("_")[0] for file in STEPS.glob("[0-9]*_*.py"))
