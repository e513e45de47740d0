"""The schema's history: brings a database up to this version of the program.

Each file in `versions/` is one step and never changes once released; tests compare the tables with
what the steps make, on both databases. Alembic is loaded only when there is a step to run: it costs
a good part of a start, and 11 MiB of memory."""

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect

from bot.errors import StartupError

if TYPE_CHECKING:
    from alembic.config import Config

STEPS = Path(__file__).parent / "versions"


def migrate(connection: Connection) -> None:
    """Bring a database up to date inside the caller's transaction.

    Raises `StartupError` if a newer version of the program wrote it.
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
    """Alembic's configuration; the caller adds the connection."""
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
    """The numbers of the steps, from their file names."""
    return frozenset(file.name.partition("_")[0] for file in STEPS.glob("[0-9]*_*.py"))
