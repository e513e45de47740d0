"""What the program does with the database that a URL names, whichever it is."""

from collections.abc import AsyncIterator
from concurrent.futures import Executor
from contextlib import asynccontextmanager
from pathlib import Path

from sqlalchemy import URL, make_url

from bot.clock import Clock
from bot.db import sqlite, sqlite_file
from bot.db.unit_of_work import SqlStore


@asynccontextmanager
async def open_store(
    url: str, *, clock: Clock, executor: Executor | None = None
) -> AsyncIterator[SqlStore]:
    """The store at `url`, its schema up to date, its lease held. Raises `StartupError`.

    `executor` (default: threads of its own) belongs to the store from then on.
    """
    async with sqlite.open_sqlite(_parsed(url), clock=clock, executor=executor) as store:
        yield store


def backup(url: str, file: Path) -> None:
    """Writes a consistent copy of the database to `file`, also while a bot runs.

    Raises `StartupError`.
    """
    sqlite_file.copy(_parsed(url), file)


def migrate_at(url: str) -> None:
    """Brings the database's schema up to date. Raises `StartupError`."""
    parsed = _parsed(url)
    with sqlite_file.exclusive(parsed):
        sqlite_file.disconnect(sqlite_file.connect(parsed))


def _parsed(url: str) -> URL:
    return make_url(url)
