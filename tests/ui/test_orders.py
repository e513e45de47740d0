"""Who is served in a rush, and who is told to come back."""

import asyncio
from datetime import timedelta
from types import SimpleNamespace
from typing import Any, cast

import pytest

from bot.errors import Refusal
from bot.ui.orders import AT_ONCE, CROWD, TURN_WITHIN, Orders
from tests.fakes import FakeClock, settle

NOBODY = cast(Any, None)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def orders(clock: FakeClock) -> Orders:
    services = cast(Any, SimpleNamespace(videos=NOBODY, clock=clock, per_usd=68))
    return Orders(services=services, admission=NOBODY, rights=NOBODY)


async def served(orders: Orders, clock: FakeClock, until: asyncio.Event) -> None:
    """One command, given now, that is being served `until` something happens."""
    async with orders.turn(cast(Any, SimpleNamespace(created_at=clock.now()))):
        await until.wait()


async def test_who_would_be_late_when_their_turn_comes_is_told_to_try_again(
    orders: Orders, clock: FakeClock
) -> None:
    done = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        for _ in range(AT_ONCE):
            group.create_task(served(orders, clock, done))
        late = asyncio.create_task(served(orders, clock, done))
        await settle()
        await clock.advance((TURN_WITHIN + timedelta(seconds=0.1)).total_seconds())
        done.set()
    with pytest.raises(Refusal, match="too_late"):
        await late


async def test_a_crowd_is_refused_at_once_and_the_next_one_served(
    orders: Orders, clock: FakeClock
) -> None:
    done = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        for _ in range(CROWD):
            group.create_task(served(orders, clock, done))
        await settle()
        with pytest.raises(Refusal, match="too_late"):
            await served(orders, clock, done)
        done.set()
    await served(orders, clock, done)
