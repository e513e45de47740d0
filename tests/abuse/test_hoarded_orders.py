"""Videos accepted long before they are ordered count from when they are ordered."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import pytest

from bot.errors import ApiError, Cause, Certainty, Refusal
from bot.video.doors.settings import change
from bot.video.moderation import approval
from bot.video.values.limits import Purse
from bot.video.values.videos import State
from tests.video.harness import SERVER, Harness, Start, limits

PRICE = 27  # credits of a video
SAM = (SERVER, 500)
DAY = 24 * 3600
NO_CREDIT = ApiError(Cause.CREDIT, sent=Certainty.NO, status=402)


async def fill(middle: Harness, **kwargs) -> list[str]:
    """Order videos until no more are accepted."""
    asked: list[str] = []
    while True:
        try:
            asked.append(await middle.ask(user=1000 + len(asked), **kwargs))
        except Refusal:
            return asked


async def held(middle: Harness, task_ids) -> None:
    for task_id in task_ids:
        await middle.videos.moderate(approval.hold, SAM, task_id)


async def let_go(middle: Harness, task_ids) -> None:
    for task_id in task_ids:
        await middle.videos.moderate(approval.approve, SAM, task_id)


async def finish_all(middle: Harness) -> None:
    for number in range(1, len(middle.api.tasks) + 1):
        middle.api.finish(number)
    await middle.clock.advance(120)


@pytest.mark.long
async def test_a_ceiling_filled_with_held_videos_is_not_filled_again_when_they_are_let_go(
    start: Start,
):
    async with start(limits=limits(bot_daily=3 * PRICE), slots=None) as middle:
        hoard = await fill(middle)
        await held(middle, hoard)
        await middle.clock.advance_in_steps(DAY - 600)
        assert await fill(middle) == []
        await let_go(middle, hoard)
        await middle.clock.advance(700)
        assert await fill(middle) == []
        assert len(middle.api.submitted) == 3


@pytest.mark.long
async def test_an_account_topped_up_after_days_orders_no_more_than_a_days_worth(start: Start):
    async with start(limits=limits(bot_daily=3 * PRICE), slots=None) as middle:
        middle.api.script = [NO_CREDIT] * 10_000
        middle.api.credits = 0
        for _ in range(5):
            await fill(middle)
            await middle.clock.advance_in_steps(DAY)
        middle.api.script, middle.api.credits = [], 10_000
        await middle.clock.advance_in_steps(3600)
        assert len(middle.api.tasks) == 3
        assert await middle.books_are_right()


@pytest.fixture
def on_the_30th(clock) -> Callable[[], Awaitable[None]]:
    clock._now = datetime(2026, 11, 30, 20, tzinfo=UTC)
    return clock


async def test_videos_held_in_november_are_paid_from_decembers_budget(on_the_30th, start: Start):
    async with start(slots=None) as middle:
        await middle.videos.moderate(change, SAM, "budget", 3 * PRICE)
        hoard = await fill(middle)
        await held(middle, hoard)
        await middle.clock.advance_in_steps(5 * 3600)
        assert await fill(middle) == []
        await let_go(middle, hoard)
        await middle.clock.advance(60)
        assert await fill(middle) == []
        assert len(middle.api.submitted) == 3


@pytest.mark.long
async def test_a_limit_lowered_between_starts_holds_for_what_waits_and_its_card_says_until_when(
    start: Start,
):
    async with start(limits=limits(bot_daily=3 * PRICE)) as middle:
        waiting = await fill(middle)
        await held(middle, waiting)
    async with start(limits=limits(bot_daily=PRICE)) as middle:
        await let_go(middle, waiting)
        await middle.clock.advance(120)
        assert len(middle.api.submitted) == 1
        ordered_at = (await middle.task(middle.api.submitted[0])).submitted_at
        (second, third) = [each for each in waiting if each not in middle.api.submitted]
        for each in (second, third):
            shown = [
                said.card.shortage
                for said in middle.announcer.said
                if said.card is not None and said.card.task.id == each
            ][-1]
            assert (shown.purse, shown.opens_at) == (Purse.BOT, ordered_at + timedelta(days=1))
        await finish_all(middle)
        opens_in = ordered_at + timedelta(days=1) - middle.clock.now()
        await middle.clock.advance_in_steps(opens_in.total_seconds() - 600)
        await middle.clock.advance(599)
        assert len(middle.api.submitted) == 1
        await middle.clock.advance(2)
        assert len(middle.api.submitted) == 2


async def test_a_budget_lowered_while_videos_wait_stops_them_and_no_other_server(start: Start):
    async with start(slots=None) as middle:
        mine = [await middle.ask(user=user) for user in (1, 2, 3)]
        await held(middle, mine)
        await middle.videos.moderate(change, SAM, "budget", PRICE)
        await let_go(middle, mine)
        await middle.clock.advance(60)
        theirs = await middle.ask(user=4, server=SERVER + 1)
        await middle.clock.advance(60)
        assert await middle.state(theirs) is State.RUNNING
        assert [await middle.state(each) for each in mine].count(State.QUEUED) == 2
        waits = next(each for each in mine if each not in middle.api.submitted)
        shortage = (await middle.videos.card(waits)).shortage
        assert (shortage.purse, shortage.opens_at) == (
            Purse.SERVER,
            datetime(2026, 12, 1, tzinfo=UTC),
        )
        await middle.videos.moderate(change, SAM, "budget", None)
        await middle.clock.advance(60)
        assert [await middle.state(each) for each in mine] == [State.RUNNING] * 3


async def test_what_the_ceiling_never_pays_for_waits_and_stops_nobody_else(start: Start):
    async with start() as middle:
        dear = await middle.ask(user=1, duration=15)
    async with start(limits=limits(bot_daily=PRICE)) as middle:
        cheap = await middle.ask(user=2)
        await middle.clock.advance(60)
        assert await middle.state(cheap) is State.RUNNING
        card = await middle.videos.card(dear)
        assert (card.task.state, card.shortage.opens_at) == (State.QUEUED, None)
        await middle.videos.cancel(dear, by=1, may_moderate=False)


async def test_what_the_api_did_not_take_does_not_count_as_ordered_and_starts_when_it_can(
    start: Start,
):
    async with start(limits=limits(bot_daily=PRICE)) as middle:
        middle.api.script = [ApiError(Cause.BUSY, sent=Certainty.NO, status=429, retry_after=5)]
        only = await middle.ask()
        await middle.clock.advance(60)
        assert await middle.state(only) is State.RUNNING
        assert await middle.books_are_right()


@pytest.mark.long
async def test_a_clock_set_forward_makes_no_room_for_what_was_ordered_today(start: Start):
    async with start(limits=limits(bot_daily=3 * PRICE), slots=None) as middle:
        await fill(middle)
        await middle.clock.advance(60)
    async with start(limits=limits(bot_daily=3 * PRICE), slots=None) as middle:
        middle.clock.set_by(days=2)
        await middle.clock.advance(300)
        assert await fill(middle) == []
        middle.clock.set_by(days=-2)
        await middle.clock.advance(300)
        assert await fill(middle) == []
        await middle.clock.advance_in_steps(DAY)
        assert len(await fill(middle)) == 3
