"""Forgets a person piece by piece: long reads find rows, short transactions delete them.

The wish is stored first. If the process stops in between, the sweep at the next start does the
rest."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

from msgspec import Struct

from bot.video.ports.books import Books
from bot.video.ports.privacy import Piece, Trace, Whose
from bot.video.privacy import traces

P = ParamSpec("P")
T = TypeVar("T")

PAGE = 500  # rows per read
PIECE = 100  # rows per transaction


class Transactions(Protocol):
    """`Store.tx`, or a wrapper that also does something after it."""

    async def __call__(
        self, fn: Callable[Concatenate[Books, P], T], /, *args: P.args, **kwargs: P.kwargs
    ) -> T: ...


class Reads(Protocol):
    """`PatientStore.read`."""

    async def __call__(
        self, fn: Callable[Concatenate[Books, P], T], /, *args: P.args, **kwargs: P.kwargs
    ) -> T: ...


Leave = Callable[[Books, Whose, Sequence[Any]], int]


class Forgotten(Struct, frozen=True, kw_only=True):
    """What was done about a wish to be forgotten."""

    films: int  # their words are deleted
    under_way: int  # their words go once they have ended


# Links go last: an owed message still needs them.
_LEAVE: dict[Trace, Leave] = {
    Trace.WORDS: traces.leave_words,
    Trace.AUDIT: traces.leave_audit,
    Trace.POSTS: traces.leave_posts,
    Trace.LINKS: traces.leave_links,
    Trace.GRANTS: traces.leave_grants,
    Trace.BLOCKS: traces.leave_blocks,
    Trace.BOARDS: traces.leave_boards,
    Trace.VOTES: traces.leave_votes,
    Trace.OFFERS: traces.leave_offers,
    Trace.PRESETS: traces.leave_presets,
    Trace.SCOPES: traces.leave_scopes,
}


async def forget(read: Reads, act: Transactions, user_id: int, asked_at: datetime) -> Forgotten:
    """Delete a person's words and traces in every server; videos in progress follow when they
    end."""
    await promise(act, user_id, asked_at)
    return await keep_promise(read, act, user_id, asked_at)


async def promise(act: Transactions, user_id: int, asked_at: datetime) -> None:
    """Store the wish: from here on it is kept, whatever happens."""
    await act(lambda books: books.forget_later(user_id, asked_at))


async def keep_promises(read: Reads, act: Transactions) -> int:
    """Forget what was not finished or not reached when people asked; returns the videos' number."""
    wishes = await read(lambda books: books.to_forget())
    return sum(
        [(await keep_promise(read, act, who, asked_at)).films for who, asked_at in wishes.items()]
    )


async def keep_promise(
    read: Reads, act: Transactions, user_id: int, asked_at: datetime
) -> Forgotten:
    """Like `forget`, for a stored wish; the wish ends when nothing is left."""
    whose = Whose(user_id=user_id, before=asked_at)
    left = {trace: await walk(read, act, trace, whose, leave) for trace, leave in _LEAVE.items()}
    under_way = await read(lambda books: books.unfinished(user_id, asked_before=asked_at))
    if not under_way and not await read(
        lambda books: books.is_owed(user_id, asked_before=asked_at)
    ):
        await act(lambda books: books.forgotten(user_id, asked_at))
    return Forgotten(films=left[Trace.WORDS], under_way=under_way)


async def walk(read: Reads, act: Transactions, trace: Trace, whose: Whose, leave: Leave) -> int:
    """Walk all rows of a kind, a page at a time, and apply `leave`; returns the number found."""
    count, page = 0, await read(_page, trace, whose, None)
    while page.last is not None:
        for at in range(0, len(page.keys), PIECE):
            count += await act(leave, whose, page.keys[at : at + PIECE])
        page = await read(_page, trace, whose, page.last)
    return count


def _page(books: Books, trace: Trace, whose: Whose, after: Any) -> Piece:
    return books.walk(trace, whose, after=after, limit=PAGE)
