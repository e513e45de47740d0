"""Runs one transaction per call without blocking: in threads, or inline for the simulation."""

import asyncio
import logging
from abc import ABC, abstractmethod
from collections.abc import Callable
from concurrent.futures import Executor, Future
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy import Connection

from bot.clock import Clock
from bot.db.books import SqlBooks
from bot.errors import CommitUnknown, StorageDown
from bot.outages import Outage
from bot.video.ports.books import Books
from bot.video.ports.edges import Lease

P = ParamSpec("P")
T = TypeVar("T")

_TRIED = "storage.tried"


class SqlStore(ABC):
    """The port `bot.video.ports.edges.Store` on an open database."""

    outage: Outage

    @property
    @abstractmethod
    def lease(self) -> Lease:
        """This process's right to drive its tasks."""

    async def tx(
        self, fn: Callable[Concatenate[Books, P], T], /, *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run `fn(books, ...)` in one transaction; returns its value after the commit.

        Raises what `fn` raises or `StorageDown`, with nothing saved, or `CommitUnknown`. `fn` may
        run again after a conflict, so it must touch nothing but `books`.
        """
        return await outcome(self._submit(lambda books: fn(books, *args, **kwargs)))

    async def soon(
        self, fn: Callable[Concatenate[Books, P], T], /, *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Like `tx`, when nobody waits: the write may wait a moment to share a commit."""
        return await outcome(self._submit_patiently(lambda books: fn(books, *args, **kwargs)))

    async def read(
        self, fn: Callable[Concatenate[Books, P], T], /, *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Like `tx`, for an `fn` that only reads: a long read does not hold up writers."""
        return await outcome(self._submit_reading(lambda books: fn(books, *args, **kwargs)))

    async def run(self, fn: Callable[[Connection], T]) -> T:
        """Like `tx`, for rows of which the middle knows nothing."""
        return await outcome(self._submit(lambda books: fn(books.connection)))

    async def works(self) -> bool:
        """Whether the database reads and saves. Costs a read; after a failure, a small write."""
        try:
            await self.tx(_save_something if self.outage.is_on else _read_something)
        except (StorageDown, CommitUnknown):
            return False
        return not self.outage.is_on

    async def hint(self, task_id: str) -> None:
        """Tell other processes that there is news of a task, or "" for any; it may get lost."""
        return

    def listen(self, heard: Callable[[str], None]) -> None:
        """Call `heard`, from any thread, with what other processes hint at, until the store is
        closed."""
        return

    def _submit_reading(self, fn: Callable[[SqlBooks], T]) -> Future[T]:
        return self._submit(fn)

    async def saw(self, submissions: int) -> None:
        """Save beside the database how many submissions it knows of, if it has such a place.
        Raises `StorageDown`."""
        return

    def _submit_patiently(self, fn: Callable[[SqlBooks], T]) -> Future[T]:
        return self._submit(fn)

    @abstractmethod
    def _submit(self, fn: Callable[[SqlBooks], T]) -> Future[T]:
        """Queue `fn` for its transaction."""


def _read_something(books: Books) -> None:
    books.fact(_TRIED)


def _save_something(books: Books) -> None:
    books.set_fact(_TRIED, "yes")


def outage_of(clock: Clock) -> Outage:
    """What tells the log, and whoever asks, that the database is down."""
    return Outage("The database", monotonic=clock.monotonic, level=logging.ERROR)


class InlineExecutor(Executor):
    """Runs each call at once in the caller's thread, which keeps a simulation deterministic."""

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        future: Future[T] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except BaseException as error:
            future.set_exception(error)
        return future


async def outcome(future: Future[T]) -> T:
    """A call's result, awaited without blocking; a finished call needs no thread."""
    if not future.done():
        return await asyncio.wrap_future(future)
    await asyncio.sleep(0)
    return future.result()
