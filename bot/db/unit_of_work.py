"""One transaction a call, run where it blocks nobody: threads, or inline for simulation."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Callable
from concurrent.futures import Executor, Future
from typing import Concatenate, ParamSpec, TypeVar

from bot.db.books import SqlBooks
from bot.video.ports.books import Books
from bot.video.ports.edges import Lease

P = ParamSpec("P")
T = TypeVar("T")


class SqlStore(ABC):
    """The port `bot.video.ports.Store` on a database that is open."""

    @property
    @abstractmethod
    def lease(self) -> Lease:
        """The right of this process to drive its tasks."""

    async def tx(
        self, fn: Callable[Concatenate[Books, P], T], /, *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Runs `fn(books, ...)` in one transaction; its value comes back after the commit.

        Raises what `fn` raises, with nothing kept; `StorageDown`, with nothing kept; and
        `CommitUnknown`. `fn` may run again after a lost race, so it touches nothing but `books`.
        """
        return await outcome(self._submit(lambda books: fn(books, *args, **kwargs)))

    async def soon(
        self, fn: Callable[Concatenate[Books, P], T], /, *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """As `tx`, for what nobody waits for: it may wait a moment to share another's commit."""
        return await outcome(self._submit_patiently(lambda books: fn(books, *args, **kwargs)))

    async def read(
        self, fn: Callable[Concatenate[Books, P], T], /, *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """As `tx`, for `fn` that only reads: what takes long holds no writer up."""
        return await outcome(self._submit_reading(lambda books: fn(books, *args, **kwargs)))

    def _submit_reading(self, fn: Callable[[SqlBooks], T]) -> Future[T]:
        return self._submit(fn)

    async def saw(self, submissions: int) -> None:
        """Remembers beside the database how many submissions it knows of, where that is possible.
        Raises `StorageDown`."""
        return

    def _submit_patiently(self, fn: Callable[[SqlBooks], T]) -> Future[T]:
        return self._submit(fn)

    @abstractmethod
    def _submit(self, fn: Callable[[SqlBooks], T]) -> Future[T]:
        """Queues `fn` for its transaction."""


class InlineExecutor(Executor):
    """Runs each call at once in the caller's thread, so that a simulation stays deterministic."""

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        future: Future[T] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except BaseException as error:
            future.set_exception(error)
        return future


async def outcome(future: Future[T]) -> T:
    """What became of a call, waited for without blocking; needs no thread when it is known."""
    if not future.done():
        return await asyncio.wrap_future(future)
    await asyncio.sleep(0)
    return future.result()
