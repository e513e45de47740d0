"""Acts on each interaction once, however often and in however many processes it arrives.

Discord repeats events when a connection resumes, and two processes may share a token. Whoever hears
an interaction calls `Ears.hear`. The first transaction made for it stores its id; `OnceStore`,
which all doors use, does that, so no door can forget it."""

from collections import OrderedDict
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta
from typing import Concatenate, ParamSpec, TypeVar

from msgspec import Struct

from bot.errors import HeardBefore
from bot.video.ports.books import Books
from bot.video.ports.edges import PatientStore

P = ParamSpec("P")
T = TypeVar("T")

LATEST = 4096  # interactions a process remembers; storage remembers a day's
KEPT = timedelta(days=1)  # a token lives for 15 minutes, and replays do not come later
EPOCH = 1_420_070_400_000  # ms; https://docs.discord.com/developers/reference#snowflakes


class Hearing(Struct, kw_only=True):
    """One interaction as heard once by one process; `by` is the hearing's own number."""

    id: int
    by: int
    is_kept: bool = False


_hearing: ContextVar[Hearing | None] = ContextVar("hearing", default=None)


class Ears:
    """Remembers what one process heard lately. `start` is a random number, so that two processes do
    not use the same numbers."""

    def __init__(self, *, start: int) -> None:
        self._next = start
        self._latest: OrderedDict[int, None] = OrderedDict()

    def hear(self, interaction_id: int) -> None:
        """Let the calling asyncio task act for this interaction from now on.

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
    """The store for people's doors; outside an interaction it just passes calls on."""

    def __init__(self, store: PatientStore) -> None:
        self._store = store

    async def tx(
        self, fn: Callable[Concatenate[Books, P], T], /, *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Like `Store.tx`. Raises `HeardBefore`, with nothing saved."""
        return await _once(self._store.tx, lambda books: fn(books, *args, **kwargs))

    async def soon(
        self, fn: Callable[Concatenate[Books, P], T], /, *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Like `PatientStore.soon`. Raises `HeardBefore`, with nothing saved."""
        return await _once(self._store.soon, lambda books: fn(books, *args, **kwargs))

    async def read(
        self, fn: Callable[Concatenate[Books, P], T], /, *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Like `PatientStore.read`, after a transaction that may raise `HeardBefore`."""
        await _once(self._store.tx, lambda _: None)
        return await self._store.read(fn, *args, **kwargs)


def forget_old(books: Books, now: datetime) -> None:
    """Forget interactions that can no longer arrive."""
    books.forget_interactions(before=snowflake(now - KEPT))


def snowflake(at: datetime) -> int:
    """The lowest id Discord gives at a time; 0 before its first."""
    milliseconds = int(at.timestamp() * 1000) - EPOCH
    return max(0, milliseconds) << 22


def time_of(snowflake: int) -> datetime:
    """When Discord gave an id, by its clock."""
    return datetime.fromtimestamp(((snowflake >> 22) + EPOCH) / 1000, UTC)


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
