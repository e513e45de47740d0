"""Allowances and bills: what counts, what comes back, and no limit is ever passed."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import text

from bot.video.ports.limits import Active
from bot.video.values.ledgers import Allowance, Bill, Use
from bot.video.values.videos import State
from tests.db.conftest import UNSOUND

DAY = timedelta(days=1)


async def test_a_use_counts_until_it_leaves_the_window(store, accept, now):
    task = await store.tx(accept)
    whose = (task.server_id, task.user_id)
    just_inside = now - timedelta(milliseconds=1)
    use = Use(at=now, price=task.price, seconds=5, server_id=task.server_id)
    assert await store.tx(lambda books: books.uses(whose[1], since=just_inside)) == [use]
    assert await store.tx(lambda books: books.uses(whose[1], since=now)) == []


async def test_only_a_persons_own_uses_count_in_whatever_server_oldest_first(store, accept, now):
    late = await store.tx(accept, user_id=5, created_at=now + timedelta(seconds=1), price=2)
    early = await store.tx(accept, user_id=5, price=1)
    await store.tx(accept, user_id=6)
    other = await store.tx(accept, user_id=5, server_id=2, created_at=now + DAY)
    uses = await store.tx(lambda books: books.uses(5, since=now - DAY))
    assert [use.price for use in uses] == [early.price, late.price, other.price]
    assert [use.server_id for use in uses] == [1, 1, 2]
    active = await store.tx(lambda books: books.active(1, 5))
    assert (active.here, active.anywhere) == (2, 3)


async def test_a_refund_frees_the_allowance_and_an_outcome_the_place(store, accept, now):
    kept = await store.tx(accept, state=State.COMPLETED)
    refunded = await store.tx(accept, state=State.FAILED, price=7)
    for task, allowance, bill in (
        (kept, Allowance.SETTLED, Bill.CHARGED),
        (refunded, Allowance.REFUNDED, Bill.RELEASED),
    ):
        await store.tx(lambda books, a=(task.id, allowance, bill): books.settle(*a))
    uses = await store.tx(lambda books: books.uses(kept.user_id, since=now - DAY))
    assert [use.price for use in uses] == [kept.price]
    assert await store.tx(lambda books: books.active(1, kept.user_id).here) == 0


async def test_the_bill_holds_all_but_what_is_proven_free(store, accept, now):
    for number, bill in enumerate(Bill):
        task = await store.tx(accept, price=10**number, server_id=number, submitted_at=now)
        if bill is not Bill.EXPECTED:
            await store.tx(lambda books, a=(task.id, Allowance.REFUNDED, bill): books.settle(*a))
    released = 10 ** list(Bill).index(Bill.RELEASED)
    assert await store.tx(lambda books: books.ordered(since=now - DAY)) == 1111 - released
    assert await store.tx(lambda books: books.ordered(since=now - DAY, server_id=1)) == 10
    assert (
        await store.tx(lambda books: books.billed(since=now - DAY, amount=10**9).total)
        == 1111 - released
    )
    assert (
        await store.tx(lambda books: books.billed(since=now - DAY, amount=10**9, server_id=1).total)
        == 10
    )
    assert await store.tx(lambda books: books.billed(since=now, amount=10**9).total) == 0


async def test_what_waits_is_billed_however_old_unless_nothing_could_ever_pay_for_it(
    store, accept, now
):
    await store.tx(accept, price=1, state=State.HELD)
    await store.tx(accept, price=20, server_id=2)
    ended = await store.tx(accept, price=300, state=State.CANCELLED)
    await store.tx(lambda books: books.settle(ended.id, Allowance.REFUNDED, Bill.RELEASED))
    later = now + 40 * DAY

    async def billed(amount, **where):
        billed = await store.tx(lambda books: books.billed(since=later, amount=amount, **where))
        assert billed.ordered == 0
        return billed.waiting

    assert (await billed(20), await billed(19)) == (21, 1)
    assert (await billed(20, server_id=2), await billed(19, server_id=2)) == (20, 0)
    assert await store.tx(lambda books: books.ordered(since=now - DAY)) == 0


async def test_a_charge_is_ordered_when_its_task_is_submitted_and_not_when_it_is_taken_back(
    store, accept, now
):
    task = await store.tx(accept)

    async def ordered():
        return await store.tx(lambda books: books.ordered(since=now - DAY)) == task.price

    claimed = await store.tx(
        lambda books: books.move_from(task.id, {State.QUEUED}, State.SUBMITTING, submitted_at=now)
    )
    assert await ordered()
    assert await store.tx(lambda books: books.discrepancies()) == []
    lost_race = await store.tx(lambda books: books.move(task, State.QUEUED, submitted_at=None))
    assert (lost_race, await ordered()) == (None, True)
    await store.tx(lambda books: books.move(claimed, State.QUEUED, submitted_at=None))
    assert not await ordered()
    assert await store.tx(lambda books: books.discrepancies()) == []


async def test_the_oldest_charges_are_found_that_add_up_to_a_price(store, accept, now):
    released = await store.tx(accept, price=100, submitted_at=now)
    await store.tx(lambda books: books.settle(released.id, Allowance.REFUNDED, Bill.RELEASED))
    for price, seconds in ((30, 3), (20, 2), (5, 2), (10, 1)):
        await store.tx(accept, price=price, submitted_at=now + timedelta(seconds=seconds))
    await store.tx(accept, price=1000)  # it waits: no time frees it

    async def oldest(price, since=now - DAY):
        found = await store.tx(lambda books: books.oldest_orders(price, since=since))
        return found and ((found.at - now).total_seconds(), found.price)

    assert await oldest(10) == (1, 10)
    assert await oldest(11) == (2, 35)  # what was charged at the same time goes together
    assert await oldest(65) == (3, 65)
    assert await oldest(66) is None
    assert await oldest(20, since=now + timedelta(seconds=1)) == (2, 25)


async def test_settling_twice_changes_nothing(store, accept, now):
    task = await store.tx(accept)
    await store.tx(lambda books: books.settle(task.id, Allowance.REFUNDED, Bill.RELEASED))
    await store.tx(lambda books: books.settle(task.id, Allowance.SETTLED, Bill.CHARGED))
    assert await store.tx(lambda books: books.billed(since=now - DAY, amount=10**9).total) == 0
    assert await store.tx(lambda books: books.uses(task.user_id, since=now - DAY)) == []


async def test_a_late_film_is_charged_to_the_operator_and_not_to_the_person(store, accept, now):
    task = await store.tx(accept, state=State.LOST, submitted_at=now)
    await store.tx(lambda books: books.settle(task.id, Allowance.REFUNDED, Bill.POSSIBLE))
    await store.tx(lambda books: books.move(task, State.COMPLETED))
    assert len(await store.tx(lambda books: books.discrepancies())) == 1
    await store.tx(lambda books: books.settle(task.id, Allowance.SETTLED, Bill.CHARGED))
    await store.tx(lambda books: books.settle(task.id, Allowance.SETTLED, Bill.RELEASED))
    assert await store.tx(lambda books: books.discrepancies()) == []
    (use,) = await store.tx(lambda books: books.uses(task.user_id, since=now - DAY))
    assert use.is_returned
    assert (
        await store.tx(lambda books: books.billed(since=now - DAY, amount=10**9).total)
        == task.price
    )


@pytest.mark.parametrize(
    ("state", "allowance", "bill", "is_right"),
    [
        (State.QUEUED, None, None, True),
        (State.UNCONFIRMED, None, None, True),
        (State.QUEUED, Allowance.SETTLED, Bill.CHARGED, False),
        (State.COMPLETED, Allowance.SETTLED, Bill.CHARGED, True),
        (State.COMPLETED, None, None, False),
        (State.COMPLETED, Allowance.SETTLED, Bill.RELEASED, False),
        (State.FAILED, Allowance.REFUNDED, Bill.RELEASED, True),
        (State.FAILED, Allowance.SETTLED, Bill.CHARGED, False),
        (State.CANCELLED, Allowance.REFUNDED, Bill.RELEASED, True),
        (State.LOST, Allowance.REFUNDED, Bill.POSSIBLE, True),
        (State.LOST, None, None, False),
    ],
)
async def test_the_audit_tells_where_ledgers_and_task_disagree(
    store, accept, state, allowance, bill, is_right
):
    task = await store.tx(accept, state=state)
    if allowance is not None:
        await store.tx(lambda books: books.settle(task.id, allowance, bill))
    lines = await store.tx(lambda books: books.discrepancies())
    assert bool(lines) is not is_right
    assert all(task.id in line and state in line for line in lines)


async def test_the_audit_tells_of_a_missing_entry(store, accept):
    task = await store.tx(accept)
    await store.tx(lambda books: books.connection.execute(text("DELETE FROM charges")))
    (line,) = await store.tx(lambda books: books.discrepancies())
    assert task.id in line
    assert "bill none" in line


async def test_no_price_is_negative(store, accept):
    with pytest.raises(UNSOUND):
        await store.tx(accept, price=-1)


async def test_a_task_has_one_entry_in_each_ledger(store, accept):
    task = await store.tx(accept)
    for ledger in ("reservations", "charges"):
        again = f"INSERT INTO {ledger} SELECT * FROM {ledger}"
        with pytest.raises(UNSOUND):
            await store.tx(lambda books, sql=again: books.connection.execute(text(sql)))
    assert await store.tx(lambda books: books.discrepancies()) == []
    assert await store.tx(lambda books: books.task(task.id)) == task


async def test_of_200_at_once_exactly_as_many_get_in_as_there_is_room_for(store, accept, now):
    class Full(Exception):
        pass

    def enter(books):
        books.lock(["person:1:5", "bot"])
        if len(books.uses(5, since=now - DAY)) >= 5:
            raise Full
        accept(books, user_id=5)

    ends = await asyncio.gather(*(store.tx(enter) for _ in range(200)), return_exceptions=True)
    assert [type(end) for end in ends].count(Full) == 195
    assert ends.count(None) == 5
    assert len(await store.tx(lambda books: books.uses(5, since=now - DAY))) == 5


async def test_somebodys_many_videos_are_counted_to_the_end_only_if_that_matters(store, accept):
    for state in (State.QUEUED, State.QUEUED, State.RUNNING, State.HELD):
        remote = {"remote_id": "r"} if state is State.RUNNING else {}
        await store.tx(accept, user_id=5, state=state, **remote)
    await store.tx(accept, user_id=5, server_id=2)
    all_theirs = Active(here=3, anywhere=4, held=1)
    assert await store.tx(lambda books: books.active(1, 5)) == all_theirs
    first = await store.tx(lambda books: books.active(1, 5, most=0))
    assert first == Active(here=1, anywhere=1, held=1)
