"""Several processes on one PostgreSQL agree who hears which shard, and who identifies when."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from sqlalchemy import text

from bot.clock import SystemClock
from bot.db import LeaseTimes, SqlStore, open_store
from bot.db.shards import ShardLeases
from bot.errors import StartupError

QUICK = LeaseTimes(ttl=1.0, beat=0.1, margin=0.2)


@asynccontextmanager
async def process(
    url: str, asked: int | None = None, recommended: int = 4
) -> AsyncIterator[ShardLeases]:
    """A process that hears Discord."""
    async with open_store(url, clock=SystemClock(), times=QUICK) as store:
        leases = leases_of(store, asked)
        await leases.agree(recommended)
        yield leases


def leases_of(store: SqlStore, asked: int | None = None) -> ShardLeases:
    return ShardLeases(store, owner=store.lease.owner, asked=asked, role="all")


async def connected(leases: ShardLeases) -> frozenset[int]:
    """What a process hears once it is connected to all that it should hear."""
    for shard_id in (await leases.look()).connect:
        await leases.arrived(shard_id)
    return (await leases.look()).owned


async def test_a_joiner_takes_its_share_and_the_other_lets_go_then(pg_url: str) -> None:
    async with process(pg_url) as first:
        assert await connected(first) == {0, 1, 2, 3}
        async with process(pg_url) as second:
            moving = (await second.look()).connect
            assert len(moving) == 2
            assert (await first.look()).connect == {0, 1, 2, 3}

            assert await connected(second) == moving

            assert (await first.look()).connect == {0, 1, 2, 3} - moving


async def test_shards_of_a_process_that_ended_are_taken_at_once(pg_url: str) -> None:
    async with process(pg_url) as first:
        async with process(pg_url) as second:
            await connected(second)
            await connected(first)

        assert (await first.look()).owned == {0, 1, 2, 3}


async def test_a_process_that_leaves_keeps_hearing_until_others_do(pg_url: str) -> None:
    async with process(pg_url) as first, process(pg_url) as second:
        await connected(second)
        owned = await connected(first)
        await first.leave()

        share = await first.look()
        assert (share.owned, share.has_heirs) == (owned, True)

        assert await connected(second) == {0, 1, 2, 3}
        assert (await first.look()).owned == set()


async def test_who_leaves_alone_waits_for_nobody(pg_url: str) -> None:
    async with process(pg_url) as alone:
        await connected(alone)
        await alone.leave()
        assert not (await alone.look()).has_heirs


async def test_another_number_of_shards_is_refused_while_others_run(pg_url: str) -> None:
    async with process(pg_url, asked=2):
        async with open_store(pg_url, clock=SystemClock(), times=QUICK) as store:
            with pytest.raises(StartupError) as refused:
                await leases_of(store, asked=4).agree(1)
    (line,) = refused.value.problems
    assert "SHARDS is 4" in line
    assert "SHARDS=2" in line


async def test_who_asks_for_no_number_joins_with_that_of_the_others(pg_url: str) -> None:
    async with process(pg_url, asked=2):
        async with open_store(pg_url, clock=SystemClock(), times=QUICK) as store:
            assert await leases_of(store).agree(recommended=16) == 2


@pytest.mark.parametrize(("before", "after"), [(2, 5), (5, 2)])
async def test_who_is_alone_may_change_the_number(pg_url: str, before: int, after: int) -> None:
    async with process(pg_url, asked=before) as first:
        assert await connected(first) == set(range(before))
    async with process(pg_url, asked=after) as second:
        assert await connected(second) == set(range(after))


async def test_all_processes_take_each_shard_once(pg_url: str) -> None:
    async with (
        process(pg_url, recommended=9) as one,
        process(pg_url) as two,
        process(pg_url) as three,
    ):
        processes = (one, two, three)
        for _ in range(4):
            await asyncio.gather(*(connected(each) for each in processes))

        owned = [(await each.look()).owned for each in processes]

    assert sorted(len(each) for each in owned) == [3, 3, 3]
    assert frozenset().union(*owned) == set(range(9))


async def test_one_process_at_a_time_may_identify_and_others_hear_how_long_to_wait(
    pg_url: str,
) -> None:
    async with process(pg_url) as one, process(pg_url) as other:
        turns = await asyncio.gather(one.turn(0), other.turn(0))
        assert min(turns) == 0 < max(turns) <= 10
        assert await other.turn(1) == 0  # another rate-limit key

        await one.identified(0)

        assert 4 < await other.turn(0) <= 5.1


async def test_the_turn_comes_when_the_pause_is_over(pg_url: str) -> None:
    async with process(pg_url) as one, open_store(pg_url, clock=SystemClock()) as store:
        assert await one.turn(0) == 0
        await one.identified(0)
        await store.run(
            lambda connection: connection.execute(text("UPDATE identify_turns SET next_at = 1"))
        )
        assert await one.turn(0) == 0
