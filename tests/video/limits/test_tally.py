"""The bill is rarely added up, and still the operator's cap stops exactly what is too much."""

import random
from contextlib import suppress
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine, event, select

from bot.db.tables import tallies
from bot.errors import Refusal
from bot.video.limits.ceiling import DAY, RECOUNT
from bot.video.values.prices import CREDIT
from tests.video.harness import Harness, Start, limits

CAP, PRICE = 160, 27  # credits; five and a half videos
HOUR = 3600


async def bill(middle: Harness) -> int:
    since = middle.clock.now() - DAY
    found = await middle.store.tx(lambda books: books.billed(since=since, amount=CAP * CREDIT))
    total: int = found.total
    return total


async def tally(middle: Harness) -> tuple[int, datetime]:
    row = await middle.store.run(
        lambda connection: connection.execute(select(tallies.c.at_most, tallies.c.counted_at)).one()
    )
    return row[0], row[1]


@pytest.mark.parametrize("seed", range(6))
async def test_an_order_is_accepted_exactly_when_all_bills_leave_room(start: Start, seed: int):
    chance = random.Random(seed)
    async with start(limits=limits(bot_daily=CAP), slots=2) as middle:
        asked: list[str] = []
        for user in range(30):
            fits = await bill(middle) + PRICE * CREDIT <= CAP * CREDIT
            if fits:
                asked.append(await middle.ask(user=user))
            else:
                with pytest.raises(Refusal, match="bot_daily_limit"):
                    await middle.accept(user=user)
            at_most, counted_at = await tally(middle)
            if counted_at > middle.clock.now() - RECOUNT:
                assert at_most >= await bill(middle)
            if asked and chance.random() < 0.4:
                await cancel(middle, chance.choice(asked))
            for number in range(1, len(middle.api.submitted) + 1):
                middle.api.finish(number)
            await middle.clock.advance(chance.choice([1, 20]))
            await middle.clock.jump(chance.choice([0, 0, 0, 3 * HOUR]))


async def cancel(middle: Harness, task_id: str) -> None:
    user_id = (await middle.task(task_id)).user_id
    with suppress(Refusal):  # it is at the API
        await middle.videos.cancel(task_id, by=user_id, may_moderate=False)


async def test_a_lower_cap_and_a_clock_set_back_count_anew(start: Start):
    async with start(limits=limits(bot_daily=1000)) as middle:
        await middle.ask(user=1)
        await middle.ask(user=2)
    async with start(limits=limits(bot_daily=60)) as lower:
        with pytest.raises(Refusal):
            await lower.ask(user=3)
    async with start(limits=limits(bot_daily=1000)) as middle:
        await middle.ask(user=4)
        middle.clock.set_by(days=-2)
        await middle.clock.advance(5)
        await middle.ask(user=5)
        assert (await tally(middle))[0] >= await bill(middle)


async def test_with_a_far_cap_the_bill_is_added_up_once_in_ten_minutes(start: Start):
    seen: list[str] = []

    def hear(*call: object) -> None:
        seen.append(str(call[2]))

    event.listen(Engine, "before_cursor_execute", hear)
    async with start(limits=limits(bot_daily=100_000)) as middle:
        for user in range(10):
            await middle.accept(user=user)
        sums = [each for each in seen if "sum(charges.price)" in each]
    event.remove(Engine, "before_cursor_execute", hear)
    assert len(sums) == 1
    assert timedelta(minutes=10) == RECOUNT
