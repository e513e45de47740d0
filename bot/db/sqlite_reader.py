"""A connection that only reads an SQLite file, in its own thread beside the writer.

It never writes or checkpoints, so it cannot trigger the bug of older SQLite with two writers
(https://sqlite.org/wal.html#walresetbug)."""

import asyncio
import sqlite3
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from sqlalchemy import URL, Connection, NullPool, create_engine
from sqlalchemy.exc import DBAPIError

from bot.db.books import SqlBooks
from bot.db.sqlite_file import disconnect, is_of_storage, path_of, reason
from bot.errors import StorageDown
from bot.outages import Outage

T = TypeVar("T")


class Reader:
    """Runs reads one after the other, each on what is committed when it begins."""

    def __init__(self, connection: Connection, outage: Outage) -> None:
        self._connection = connection
        self._outage = outage
        self._books = SqlBooks(connection)
        self._executor = ThreadPoolExecutor(1, "sqlite-reader")

    def submit(self, fn: Callable[[SqlBooks], T]) -> Future[T]:
        """Run `fn` in a read; its future may raise `StorageDown`."""
        return self._executor.submit(self._run, fn)

    def _run(self, fn: Callable[[SqlBooks], T]) -> T:
        try:
            with self._connection.begin():
                self._connection.exec_driver_sql("BEGIN")
                return fn(self._books)
        except DBAPIError as error:
            if is_of_storage(error):
                self._outage.failed(reason(error))
                raise StorageDown(reason(error)) from error
            raise

    async def close(self) -> None:
        """Finish the reads in hand."""
        await asyncio.to_thread(self._executor.shutdown)
        disconnect(self._connection)


def reader_of(url: URL, outage: Outage) -> Reader | None:
    """A reader for the file that `url` names; None for memory, which only one connection sees."""
    if (path := path_of(url)) is None:
        return None
    engine = create_engine(
        "sqlite://",
        creator=lambda: sqlite3.connect(
            f"{path.as_uri()}?mode=ro", uri=True, isolation_level=None, check_same_thread=False
        ),
        hide_parameters=True,  # tokens and prompts must not reach the log
        poolclass=NullPool,
    )
    connection = engine.connect()
    with connection.begin():
        connection.exec_driver_sql("PRAGMA query_only = ON")
        connection.exec_driver_sql("PRAGMA temp_store = MEMORY")
    return Reader(connection, outage)
