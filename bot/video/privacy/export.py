"""Exports what is kept about a person, a page of rows at a time, so memory stays small."""

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

from bot.video.ports.books import Books
from bot.video.ports.privacy import Kept, Page
from bot.video.privacy.forgetting import Reads

PAGE = 300  # rows read, and at most returned, per page


async def pages(
    read: Reads, user_id: int
) -> AsyncIterator[tuple[Kept, Sequence[Mapping[str, Any]]]]:
    """Everything kept about a person, by kind; each kind comes at least once."""
    for kind in Kept:
        yield kind, ()
        page = await read(_page, kind, user_id, None)
        while page.last is not None:
            if page.rows:
                yield kind, page.rows
            page = await read(_page, kind, user_id, page.last)


def _page(books: Books, kind: Kept, user_id: int, after: Any) -> Page:
    return books.kept_of(kind, user_id, after=after, limit=PAGE)
