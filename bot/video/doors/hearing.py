"""An interaction is acted on once, however often it is heard and by however many processes.

Discord replays events when a connection is resumed, and two processes may have one token. Whoever
hears an interaction says so (`Ears.hear`); its id is kept in the first transaction made for it, and
no door can forget that: the store of all doors does it."""

from collections import OrderedDict
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from datetime import datetime, timedelta
from typing import Concatenate, ParamSpec, TypeVar

from msgspec import Struct

from bot.errors import HeardBefore
from bot.video.ports.books import Books
from bot.video.ports.edges import PatientStore

P = ParamSpec("P")
T = TypeVar("T")

LATEST = 4096  # interactions that a process remembers; storage remembers all of a day
KEPT = timedelta(days=1)  # a token lives for 15 minutes, and no replay comes later
EPOCH = 1_420_070_400_000  # ms; https://docs.discord.com/developers/reference#snowflakes


class Hearing(Struct, kw_only=True):
    """One interaction as one process heard it once; `by` is a number of its own."""

    id: int
    by: int
    is_kept: bool = False


_hearing: ContextVar[Hearing | None] = ContextVar("hearing", default=None)


class Ears:
    """What one process heard lately. `start` is a random number, so that no two processes give a
    hearing the same one."""

    def __init__(self, *, start: int) -> None:
        self._next = start
        self._latest: OrderedDict[int, None] = OrderedDict()

    def hear(self, interaction_id: int) -> None:
        """From now on the asyncio task that calls this acts for the interaction.

        Raises `HeardBefore`.
        """
        if interaction_id in self._latest:
            raise HeardBefore
        self._latest[interaction_id] = None
        if len(self._latest) > LATEST:
            self._latest.popitem(last=False)
        self._next += 1
        _hearing.set(Hearing(id=interaction_id, by=self._next))


class OnceStore:
    """The store as people's doors use it. Outside an interaction it is the store itself."""

    def __init__(self, store: PatientStore) -> None:
        self._store = store

    async def tx(
        self, fn: Callable[Concatenate[Books, P], T], /, *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """As `Store.tx`; raises `HeardBefore`, with nothing kept."""
        return await _once(self._store.tx, lambda books: fn(books, *args, **kwargs))

    async def soon(
        self, fn: Callable[Concatenate[Books, P], T], /, *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """As `PatientStore.soon`; raises `HeardBefore`, with nothing kept."""
        return await _once(self._store.soon, lambda books: fn(books, *args, **kwargs))

    async def read(
        self, fn: Callable[Concatenate[Books, P], T], /, *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """As `PatientStore.read`; raises `HeardBefore`, which is kept in a transaction before."""
        await _once(self._store.tx, lambda _: None)
        return await self._store.read(fn, *args, **kwargs)


def forget_old(books: Books, now: datetime) -> None:
    """Forget the interactions that nobody will hear any more."""
    books.forget_interactions(before=snowflake(now - KEPT))


def snowflake(at: datetime) -> int:
    """The lowest id that Discord gives at a time, 0 before its first."""
    milliseconds = int(at.timestamp() * 1000) - EPOCH
    return max(0, milliseconds) << 22


async def _once(
    transaction: Callable[[Callable[[Books], T]], Awaitable[T]], act: Callable[[Books], T]
) -> T:
    hearing = _hearing.get()
    if hearing is None or hearing.is_kept:
        return await transaction(act)
    result = await transaction(lambda books: _accept(books, hearing, act))
    hearing.is_kept = True
    return result


def _accept(books: Books, hearing: Hearing, act: Callable[[Books], T]) -> T:
    if not books.keep_interaction(hearing.id, by=hearing.by):
        raise HeardBefore
    return act(books)
