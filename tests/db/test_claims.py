"""A message that belongs to no video is delivered by one process at a time."""

import asyncio
import contextlib
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
    found = await store.tx(lambda books: books.survey(owner=store.lease.owner).owed)
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


async def test_of_what_a_dead_process_leaves_each_of_the_others_takes_a_share(stores, accept):
    await stores[0].tx(lambda books: [accept(books, owner=10**6) for _ in range(100)])
    shares = [len(await each.tx(lambda b, s=each: b.adopt(s.lease.owner))) for each in stores]
    assert shares == [50, 25]
    assert len(await stores[1].tx(lambda b: b.adopt(stores[1].lease.owner))) == 20
    assert len(await stores[1].tx(lambda b: b.adopt(stores[1].lease.owner))) == 5


async def test_a_hint_reaches_the_other_processes(stores) -> None:
    one, other = stores
    heard: list[tuple[SqlStore, str]] = []
    loop, told = asyncio.get_running_loop(), asyncio.Event()

    def hear(store: SqlStore, task_id: str) -> None:
        heard.append((store, task_id))
        loop.call_soon_threadsafe(told.set)

    for each in stores:
        each.listen(lambda task_id, each=each: hear(each, task_id))
    async with asyncio.timeout(20):
        while not told.is_set():  # until both listen
            await one.hint("task1")
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(told.wait(), 0.1)
    assert set(heard) == {(other, "task1")}


async def test_a_process_that_ends_hands_its_work_over_at_once(pg_url, accept) -> None:
    told = asyncio.Event()
    loop = asyncio.get_running_loop()
    async with open_store(pg_url, clock=SystemClock()) as heir:
        heir.listen(lambda _: loop.call_soon_threadsafe(told.set))
        while not told.is_set():
            async with open_store(pg_url, clock=SystemClock()) as store:
                task = await store.tx(accept, owner=store.lease.owner)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(told.wait(), 1)
        assert task.id in await heir.tx(lambda books: books.adopt(heir.lease.owner))
