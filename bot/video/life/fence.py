"""The store for whatever drives videos: once others have taken over, it saves nothing.

Also how long a driver waits for a lease that was not renewed in time."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Concatenate, ParamSpec, TypeVar

from bot.errors import LeaseLost
from bot.video.ports.books import Books
from bot.video.ports.edges import Lease, Store

P = ParamSpec("P")
T = TypeVar("T")

LEASE_PAUSE = timedelta(seconds=5)  # between tries while the lease is not held


class Fence:
    """A `Store` that saves nothing once another process has ended this one: whoever writes gets
    `LeaseLost`. Reads may go on; before each act outside, its driver looks at the lease itself."""

    def __init__(self, store: Store, lease: Lease) -> None:
        self._store = store
        self._lease = lease

    async def tx(
        self, fn: Callable[Concatenate[Books, P], T], /, *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Like `Store.tx`. With a database that one process holds alone, nothing needs checking."""

        def fenced(books: Books) -> T:
            if not self._lease.is_shared:
                return fn(books, *args, **kwargs)
            books.drive_as(self._lease.owner)
            value = fn(books, *args, **kwargs)
            if books.has_written() and not books.drives(self._lease.owner):
                raise LeaseLost
            return value

        return await self._store.tx(fenced)


def sharing(lease: Lease) -> int | None:
    """This process's number if others drive videos of the same database, else None."""
    return lease.owner if lease.is_shared else None


def when_held(lease: Lease, now: datetime) -> datetime | None:
    """When to look for the lease again; None if another process has it for good."""
    return None if lease.is_lost else now + LEASE_PAUSE
