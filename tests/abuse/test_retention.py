"""Deleting what is old, with a wrong clock, two processes, a kill, and a full disk."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from bot.clock import SystemClock
from bot.db import SqlStore, open_store
from bot.db.usage import Spending, read_spending
from bot.errors import StorageDown
from bot.video.doors.hearing import snowflake
from bot.video.privacy.retention import AT_LEAST, PIECE, Retention
from bot.video.privacy.sweep import Sweep
from bot.video.values.ledgers import Bill
from tests.db.conftest import NOW, Accept
from tests.db.old import DAY, Hurried, counts, over, remove

OLD = NOW + AT_LEAST + timedelta(seconds=1)
YEARS = 365 * DAY


class Stops(Exception):
    """The process is killed."""


def failing(store: SqlStore, after: int, error: Exception) -> Callable[..., Any]:
    """The store's transactions, of which all after some fail."""
    left = iter(range(after))

    async def act(*args: Any, **kwargs: Any) -> Any:
        if next(left, None) is None:
            raise error
        return await store.tx(*args, **kwargs)

    return act


async def fill(store: SqlStore, accept: Accept, videos: int) -> None:
    bills = [Bill.CHARGED, Bill.POSSIBLE, Bill.RELEASED]

    def add(books: Any) -> None:
        for number in range(videos):
            over(books, accept, bill=bills[number % 3], server_id=number % 2 + 1)
        books.keep_interaction(snowflake(OLD), by=1)

    await store.tx(add)


def spent(url: str) -> list[Spending]:
    return list(read_spending(url, since=NOW - DAY))


async def test_a_clock_that_is_years_ahead_deletes_nothing(store: SqlStore, accept: Accept) -> None:
    await store.tx(over, accept)
    assert await remove(store, OLD + 10 * YEARS, heard_at=NOW + DAY) == 0
    assert "tasks" in await counts(store)


async def test_without_an_interaction_to_tell_the_time_nothing_is_deleted(
    store: SqlStore, accept: Accept
) -> None:
    await store.tx(over, accept)
    found = await Retention(act=store.tx, read=store.read, clock=Hurried(OLD)).remove()
    assert found is None
    assert "tasks" in await counts(store)


async def test_an_interaction_from_the_future_makes_nothing_old(
    store: SqlStore, accept: Accept
) -> None:
    await store.tx(over, accept)
    assert await remove(store, NOW + DAY, heard_at=OLD + YEARS) == 0


async def test_two_processes_that_delete_at_once_keep_each_sum_once(
    pg_url: str, accept: Accept
) -> None:
    async with (
        open_store(pg_url, clock=SystemClock()) as one,
        open_store(pg_url, clock=SystemClock()) as other,
    ):
        await fill(one, accept, 400)
        before = spent(pg_url)
        rounds = [
            Retention(act=each.tx, read=each.read, clock=Hurried(OLD)).remove()
            for each in (one, other)
        ]
        assert sum([each or 0 for each in await asyncio.gather(*rounds)]) == 400
        assert spent(pg_url) == before
        assert "tasks" not in await counts(one)


@pytest.mark.parametrize("error", [Stops(), StorageDown("the disk is full")])
async def test_a_round_that_is_cut_short_loses_no_sum_and_the_next_one_goes_on(
    store: SqlStore, database_url: str, accept: Accept, error: Exception
) -> None:
    await fill(store, accept, 7 * PIECE)
    before = spent(database_url)
    cut = Retention(act=failing(store, 3, error), read=store.read, clock=Hurried(OLD))
    with pytest.raises(type(error)):
        await cut.remove()
    left = (await counts(store))["tasks"]

    assert 0 < left < 7 * PIECE
    assert spent(database_url) == before
    assert await remove(store, OLD) == left
    assert spent(database_url) == before


async def test_a_disk_that_is_full_while_old_videos_go_stops_no_later_round(
    store: SqlStore, accept: Accept
) -> None:
    await fill(store, accept, 10)
    sweep = Sweep(store=store, read=store.read, clock=Hurried(OLD))
    full = failing(store, 0, StorageDown("the disk is full"))
    sweep._retention._act, works = full, sweep._retention._act
    with pytest.raises(StorageDown):
        await sweep.sweep()
    sweep._retention._act = works
    await sweep.sweep()
    assert "tasks" not in await counts(store)


async def test_the_first_rounds_of_an_old_bot_are_short_and_let_others_go_first(
    store: SqlStore, accept: Accept, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.video.privacy.retention.PAGE", 30)
    monkeypatch.setattr("bot.video.privacy.retention.MOST", 60)
    monkeypatch.setattr("bot.video.privacy.sweep.MOST", 60)
    await fill(store, accept, 100)
    clock = Hurried(OLD)
    sweep = Sweep(store=store, read=store.read, clock=clock)
    await sweep.sweep()
    left = (await counts(store))["tasks"]
    await sweep.sweep()

    assert 0 < left <= 40
    assert "tasks" not in await counts(store)
    assert clock.slept >= 1


async def test_one_round_a_day_is_enough(store: SqlStore, accept: Accept) -> None:
    await fill(store, accept, 2)
    clock = Hurried(OLD)
    sweep = Sweep(store=store, read=store.read, clock=clock)
    await sweep.sweep()
    await fill(store, accept, 2)
    clock.at += timedelta(hours=23)
    await sweep.sweep()
    kept = await counts(store)
    clock.at += timedelta(hours=2)
    await store.tx(lambda books: books.keep_interaction(snowflake(clock.at), by=1))
    await sweep.sweep()
    assert kept["tasks"] == 2
    assert "tasks" not in await counts(store)
