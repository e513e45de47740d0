"""Nobody gets past a limit, and a refusal says when there is room again."""

from datetime import timedelta

import pytest

from bot.errors import Refusal
from bot.video.limits.effective import Rule
from bot.video.limits.usage import NEVER, Usage
from bot.video.values.ledgers import Use
from bot.video.values.limits import Measure, Window
from bot.video.values.prices import Cost
from tests.fakes import START
from tests.video.harness import Harness, Start, limits


async def refusal_of(awaitable) -> Refusal:
    with pytest.raises(Refusal) as refused:
        await awaitable
    return refused.value


async def test_a_person_may_spend_so_much_a_day(start: Start):
    async with start(limits=limits(daily=60)) as harness:
        await harness.ask()
        await harness.clock.advance_in_steps(3600)
        await harness.ask()
        refusal = await refusal_of(harness.accept())
        assert refusal.reason == "limit_default"
        assert refusal.retry_at == START + timedelta(days=1)

        await harness.clock.jump(23 * 3600 + 1)
        await harness.ask()


async def test_a_film_dearer_than_the_whole_day_says_so(start: Start):
    async with start(limits=limits(daily=20)) as harness:
        refusal = await refusal_of(harness.accept())
        assert (refusal.reason, refusal.retry_at) == ("above_limit_credits", None)


async def test_films_at_once_are_limited_and_an_end_makes_room(start: Start):
    async with start(limits=limits(at_once=1)) as harness:
        await harness.ask()
        assert (await refusal_of(harness.accept())).reason == "at_once_anywhere"
        await harness.clock.advance(10)
        harness.api.finish()
        await harness.clock.advance(60)
        await harness.ask()


async def test_cancelling_is_advised_only_while_a_film_of_theirs_waits(start: Start):
    async with start(limits=limits(at_once=1), slots=1) as harness:
        await harness.ask()
        assert (await refusal_of(harness.accept())).reason == "at_once_anywhere"
        await harness.clock.advance(10)
        await harness.ask(user=102)

        assert (await refusal_of(harness.accept())).reason == "at_once_anywhere_begun"
        assert (await refusal_of(harness.accept(user=102))).reason == "at_once_anywhere"


async def test_about_when_the_first_film_is_ready_is_said_while_that_is_to_come(start: Start):
    async with start(limits=limits(at_once=2), slots=1) as harness:
        task_id = await harness.ask()
        await harness.clock.advance(1)
        await harness.ask()
        assert (
            await refusal_of(harness.accept())
        ).retry_at is None  # the service was not asked yet

        await harness.clock.advance(10)
        ready_at = (await harness.task(task_id)).submitted_at + timedelta(seconds=60)
        assert (await refusal_of(harness.accept())).retry_at == ready_at
        await harness.clock.advance(60)
        late = await refusal_of(harness.accept())
        assert (late.retry_at, late.facts["is_soon"]) == (None, True)


async def test_others_have_their_own_allowance(start: Start):
    async with start(limits=limits(daily=30, at_once=1)) as harness:
        await harness.ask(user=101)
        await harness.ask(user=102)


async def test_the_whole_bot_has_a_ceiling_over_all(start: Start):
    async with start(limits=limits(bot_daily=60)) as harness:
        await harness.ask(user=101)
        await harness.ask(user=102)
        assert (await refusal_of(harness.accept(user=103))).reason == "bot_daily_limit_waiting"


async def test_the_ceiling_over_all_says_when_it_opens_and_opens_then(start: Start):
    async with start(limits=limits(bot_daily=60)) as harness:
        first = await harness.ask(user=101)
        await harness.clock.advance_in_steps(3600)
        second = await harness.ask(user=102)
        await harness.clock.advance(10)
        ordered = [(await harness.task(each)).submitted_at for each in (first, second)]

        small = await refusal_of(harness.accept(user=103))
        large = await refusal_of(harness.accept(user=103, duration=10))
        assert small.retry_at == ordered[0] + timedelta(days=1)
        assert large.retry_at == ordered[1] + timedelta(days=1)

        await harness.clock.jump((small.retry_at - harness.clock.now()).total_seconds() - 1)
        await refusal_of(harness.accept(user=103))
        await harness.clock.jump(1)
        await harness.ask(user=103)


async def test_what_was_given_back_does_not_open_the_ceiling_a_second_time(start: Start):
    async with start(limits=limits(bot_daily=60)) as harness:
        await harness.videos.cancel(await harness.ask(user=101), by=101, may_moderate=False)
        await harness.clock.advance_in_steps(3600)
        for user in (102, 103):
            await harness.ask(user=user)
        unordered = await refusal_of(harness.accept(user=104))
        await harness.clock.advance(10)

        refusal = await refusal_of(harness.accept(user=104))
        assert unordered.retry_at is None
        assert refusal.retry_at is not None
        assert refusal.retry_at > START + timedelta(days=1, hours=1)


async def test_a_film_above_the_ceiling_over_all_is_told_so_and_promised_no_time(start: Start):
    async with start(limits=limits(bot_daily=20)) as harness:
        refusal = await refusal_of(harness.accept())
        assert (refusal.reason, refusal.retry_at) == ("above_bot_limit", None)
        assert refusal.offer is not None


async def test_a_refused_film_leaves_nothing(start: Start):
    async with start(limits=limits(daily=30)) as harness:
        await harness.ask()
        await refusal_of(harness.accept())
        assert await harness.used() == 270_000
        assert await harness.bill() == 270_000
        assert await harness.store.tx(lambda books: len(books.survey(most=1000).near)) == 1


async def test_a_stopping_bot_accepts_nothing(harness: Harness):
    harness.videos.close()
    assert (await refusal_of(harness.accept())).reason == "stopping"


def test_room_opens_when_enough_of_the_past_stops_counting():
    uses = [Use(at=START + timedelta(hours=n), price=30, seconds=5) for n in range(3)]
    rule = Rule(measure=Measure.CREDITS, window=Window.DAY, amount=90)
    standing = Usage(rule=rule, uses=uses)
    assert standing.opens_at(Cost(price=30, seconds=5)) == START + timedelta(days=1)
    assert standing.opens_at(Cost(price=60, seconds=5)) == START + timedelta(days=1, hours=1)
    assert standing.opens_at(Cost(price=100, seconds=5)) == NEVER


async def test_only_the_requester_or_a_moderator_cancels(harness: Harness):
    task_id = await harness.ask()
    other = harness.videos.cancel(task_id, by=999, may_moderate=False)
    assert (await refusal_of(other)).reason == "not_yours"
    await harness.videos.cancel(task_id, by=999, may_moderate=True)


async def test_what_is_submitted_cannot_be_cancelled(harness: Harness):
    task_id = await harness.ask()
    await harness.clock.advance(10)
    late = harness.videos.cancel(task_id, by=101, may_moderate=False)
    assert (await refusal_of(late)).reason == "too_late_to_cancel"
