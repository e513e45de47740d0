"""A server's bill of a month: what its budget counts, by day and by person."""

import secrets
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.video.doors import settings as changes
from bot.video.limits.bill import MonthlyBill, Spent, bill_of
from bot.video.limits.budget import budget_of
from bot.video.servers.audit import Act
from bot.video.values.ledgers import Allowance, Bill
from bot.video.values.videos import State
from tests.db.conftest import accept, new_request, new_task

__all__ = ["accept", "new_request", "new_task"]

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)
START = datetime(2026, 11, 1, tzinfo=UTC)
TICK = timedelta(milliseconds=1)
DAY = timedelta(days=1)


@pytest.fixture
def month(store, accept):
    """Keep a task that was ordered at a time, or waits."""

    async def kept(at: datetime | None, **task: object):
        return await store.tx(accept, submitted_at=at, **task)

    return kept


async def read(store, *, last: bool = False, now: datetime = NOW) -> MonthlyBill:
    return await bill_of(store, 1, now, last=last)


async def test_a_month_has_all_its_videos_and_no_others(store, month) -> None:
    await month(START, price=1)
    await month(NOW, price=20)
    await month(START - TICK, price=300)
    await month(NOW, price=4000, server_id=2)

    this, last = await read(store), await read(store, last=True)

    assert [(day.date, Spent.on(day.orders).price) for day in this.days] == [
        (date(2026, 11, 1), 1),
        (date(2026, 11, 29), 20),
    ]
    assert this.total == Spent(films=2, price=21)
    assert [(day.date, Spent.on(day.orders).price) for day in last.days] == [
        (date(2026, 10, 31), 300)
    ]


async def test_the_first_moment_of_a_month_is_a_month(store, month) -> None:
    await month(START, price=1)

    assert (await read(store, now=START)).total == Spent(films=1, price=1)
    assert (await read(store, now=START, last=True)).total == Spent()


async def test_who_spent_most_comes_first_and_each_person_once(store, month) -> None:
    await month(START, user_id=5, price=10)
    await month(NOW, user_id=5, price=10)
    await month(NOW, user_id=6, price=30)
    await month(None, user_id=7, price=1)

    people = (await read(store)).people()

    assert [(each.user_id, each.films, each.price) for each in people] == [
        (6, 1, 30),
        (5, 2, 20),
        (7, 1, 1),
    ]


async def test_it_adds_up_to_what_the_budget_says(store, month) -> None:
    act = Act(server_id=1, by=9, choose=secrets.choice, now=NOW)
    await store.tx(changes.change, act, "budget", 5)
    ended = [await month(NOW, price=7 * 10**number) for number in range(3)]
    states = (Bill.RELEASED, Bill.POSSIBLE, Bill.CHARGED)
    for task, state in zip(ended, states, strict=True):
        await store.tx(lambda books, a=(task.id, Allowance.REFUNDED, state): books.settle(*a))
    await month(NOW + 3 * DAY, price=2000)  # by a clock that was ahead
    await month(None, price=30_000, state=State.HELD)
    await month(None, price=70_000)  # no budget of 5 credits ever pays for it
    await month(START - TICK, price=1)

    bill = await read(store)
    budget = await store.tx(lambda books: budget_of(books, 1, books.settings(1), NOW))

    assert budget is not None
    assert bill.budget == budget
    assert bill.total.price == budget.billed == 70 + 700 + 2000 + 30_000
