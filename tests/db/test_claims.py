"""A message that belongs to no video is delivered by one process at a time."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from bot.clock import SystemClock
from bot.db import SqlStore, open_store
from bot.video.values.posts import PostKind, PostState, Rung


@pytest.fixture
async def stores(pg_url: str) -> AsyncIterator[tuple[SqlStore, SqlStore]]:
    """Two processes' stores on one database."""
    async with (
        open_store(pg_url, clock=SystemClock()) as one,
        open_store(pg_url, clock=SystemClock()) as other,
    ):
        yield one, other


@pytest.fixture
def a_line(new_post):
    """A line to the operator, as a row."""
    return new_post(kind=PostKind.OPERATOR, rung=Rung.CHANNEL)


async def claims(store: SqlStore, post_id: str) -> bool:
    return await store.tx(lambda b: b.claim_post(post_id, store.lease.owner)) is not None


async def owes(store: SqlStore) -> list[str]:
    found = await store.tx(lambda books: books.owed(owner=store.lease.owner))
    return [each.post_id for each in found]


async def test_of_many_that_would_deliver_a_message_one_does(stores, a_line) -> None:
    await stores[0].tx(lambda books: books.add_post(a_line))
    assert [await owes(each) for each in stores] == [[a_line.id], [a_line.id]]
    claimed = await asyncio.gather(*(claims(each, a_line.id) for each in stores * 3))
    assert claimed in ([True, False] * 3, [False, True] * 3)
    assert sorted([await owes(each) for each in stores]) == [[], [a_line.id]]


async def test_once_a_message_is_there_whoever_hears_the_next_news_delivers_it(
    stores, a_line
) -> None:
    one, other = stores
    await one.tx(lambda books: books.add_post(a_line))
    assert await claims(one, a_line.id)
    await one.tx(lambda books: books.mark_delivery(a_line.id, state=PostState.SENDING))
    assert not await claims(other, a_line.id)
    await one.tx(lambda books: books.mark_delivery(a_line.id, state=PostState.THERE))
    await one.tx(lambda books: books.mark_delivery(a_line.id, state=PostState.DUE))
    assert await claims(other, a_line.id)
    assert not await claims(one, a_line.id)


async def test_a_message_of_a_process_that_ended_is_free(pg_url, a_line) -> None:
    async with open_store(pg_url, clock=SystemClock()) as heir:
        async with open_store(pg_url, clock=SystemClock()) as store:
            await store.tx(lambda books: books.add_post(a_line))
            assert await claims(store, a_line.id)
            assert await owes(heir) == []
        assert await owes(heir) == [a_line.id]
        assert await claims(heir, a_line.id)
