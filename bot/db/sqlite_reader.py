"""A connection that only reads an SQLite file, in its own thread beside the writer.

It never writes or checkpoints, so it cannot trigger the bug of older SQLite with two writers
(https://sqlite.org/wal.html#walresetbug)."""

import asyncio
import sqlite3
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from sqlalchemy import URL

from bot.db.books import SqlBooks
from bot.db.driver import DriverConnection
from bot.db.sqlite_file import is_of_storage, path_of, reason
from bot.errors import StorageDown

T = TypeVar("T")


class Reader:
    """Runs reads one after the other, each on what is committed when it begins."""

    def __init__(self, driver: sqlite3.Connection) -> None:
        self._driver = driver
        self._books = SqlBooks(DriverConnection(driver))
        self._executor = ThreadPoolExecutor(1, "sqlite-reader")

    def submit(self, fn: Callable[[SqlBooks], T]) -> Future[T]:
        """Run `fn` in a read; its future may raise `StorageDown`."""
        return self._executor.submit(self._run, fn)

    def _run(self, fn: Callable[[SqlBooks], T]) -> T:
        try:
            self._driver.execute("BEGIN")
            try:
                return fn(self._books)
            finally:
                self._driver.execute("ROLLBACK")
        except sqlite3.Error as error:
            if is_of_storage(error):
                raise StorageDown(reason(error)) from error
            raise

    async def close(self) -> None:
        """Finish the reads in hand."""
        await asyncio.to_thread(self._executor.shutdown)
        self._driver.close()


def reader_of(url: URL) -> Reader | None:
    """A reader for the file that `url` names; None for memory, which only one connection sees."""
    if (path := path_of(url)) is None:
        return None
    driver = sqlite3.connect(
        f"{path.as_uri()}?mode=ro", uri=True, isolation_level=None, check_same_thread=False
    )
    driver.execute("PRAGMA query_only = ON")
    driver.execute("PRAGMA temp_store = MEMORY")
    return Reader(driver)
