"""The API keeps refusing one video for its own sake, with everyone else's videos behind it."""

import pytest

from bot.errors import ApiError, Cause, Certainty, Reason
from bot.ui.texts import say
from bot.video.values.videos import State
from tests.video.harness import Harness, Start

PAGE = ApiError(Cause.UNREADABLE, sent=Certainty.NO, status=403)
ODD = ApiError(Cause.UNREADABLE, sent=Certainty.NO, status=403, code="odd", message="No.")
NO_CREDIT = ApiError(Cause.CREDIT, sent=Certainty.NO, status=402, code="insufficient_quota")
SLOW_DOWN = ApiError(Cause.BUSY, sent=Certainty.NO, status=429, code="rate_limit_exceeded")
NOT_THE_KEY = ApiError(Cause.KEY, sent=Certainty.NO, status=403, code="permission_denied")
HOUR = 3600


async def finished(middle: Harness, task_id) -> State:
    """The state after the API made every video that it has."""
    for number in range(1, len(middle.api.tasks) + 1):
        middle.api.finish(number)
    await middle.clock.advance(90)
    return await middle.state(task_id)


@pytest.mark.parametrize("refusal", [PAGE, ODD, NO_CREDIT, SLOW_DOWN, NOT_THE_KEY])
async def test_one_video_refused_for_its_own_sake_costs_others_one_pause_and_then_fails(
    middle: Harness, refusal
):
    middle.api.refused["a curse"] = refusal
    cursed = await middle.ask(prompt="a curse", user=66)
    await middle.clock.advance(6)
    late = []
    for _ in range(60):
        ordinary = await middle.ask(user=7)
        before = middle.clock.now()
        while await middle.state(ordinary) is State.QUEUED:
            await middle.clock.advance(1)
        late.append((middle.clock.now() - before).total_seconds())
        assert await finished(middle, ordinary) is State.COMPLETED

    task = await middle.task(cursed)
    assert (task.state, task.reason) == (State.FAILED, Reason.REFUSED_AGAIN)
    assert f"HTTP {refusal.status}" in task.error_message
    assert sum(seconds > 6 for seconds in late) <= 1, late
    assert middle.api.submitted.count(cursed) <= 10
    assert await middle.used(66) == 0
    assert await middle.bill() == 60 * 270_000
    assert await middle.books_are_right()


@pytest.mark.parametrize("refusal", [PAGE, ODD])
async def test_a_video_alone_in_the_queue_that_a_firewall_refuses_ends_too(
    middle: Harness, refusal
):
    middle.api.refused["a curse"] = refusal
    cursed = await middle.ask(prompt="a curse")
    await middle.clock.advance(HOUR)
    assert (await middle.task(cursed)).reason is Reason.REFUSED_AGAIN
    assert len(middle.api.submitted) == 5


async def test_three_takes_that_are_all_refused_end_as_one_does(middle: Harness):
    middle.api.refused["a curse"] = PAGE
    cursed = await middle.ask(prompt="a curse", takes=3)
    await middle.clock.advance_in_steps(3 * HOUR)
    request_id = (await middle.task(cursed)).request_id
    takes = await middle.store.tx(lambda books: books.takes_of(request_id))

    assert [each.reason for each in takes] == 3 * [Reason.REFUSED_AGAIN]


async def test_a_restart_does_not_begin_the_tries_again(start: Start):
    async with start() as middle:
        middle.api.refused["a curse"] = PAGE
        cursed = await middle.ask(prompt="a curse")
        await middle.clock.advance(60)
    for _ in range(6):
        async with start() as middle:
            await middle.clock.advance(20 * 60)
    async with start() as middle:
        assert (await middle.task(cursed)).reason is Reason.REFUSED_AGAIN
        assert middle.api.submitted.count(cursed) == 5


@pytest.mark.parametrize("refusal", [PAGE, ODD, NO_CREDIT])
async def test_the_operator_is_not_told_of_a_key_or_an_empty_account_that_are_fine(
    middle: Harness, refusal
):
    middle.api.refused["a curse"] = refusal
    await middle.ask(prompt="a curse")
    await middle.clock.advance(HOUR)
    told = middle.announcer.notices()
    text = "operator.refused_credit" if refusal is NO_CREDIT else "operator.refused"
    assert {cause for cause, _ in told} == {text}
    assert f"HTTP {refusal.status}" in str(told[0][1]["said"])


async def test_an_operator_with_credits_reads_that_the_refusal_is_not_about_the_balance(
    middle: Harness,
):
    middle.api.refused["dear"] = ApiError(
        Cause.CREDIT,
        sent=Certainty.NO,
        status=402,
        code="insufficient_quota",
        message="The account has no credits left.",
    )
    await middle.ask(prompt="dear")
    await middle.clock.advance(60)
    ((cause, facts),) = middle.announcer.notices()

    assert cause == "operator.refused_credit"
    for locale in ("en-US", "es-ES"):
        told = say(cause, locale, **facts)
        assert str(facts["said"]) in told
        assert ".." not in told
        assert ".)" not in told
        assert "EVOLINK_API_KEY" not in told


async def test_a_video_too_dear_for_what_is_left_lets_cheaper_ones_pass_and_waits(middle: Harness):
    middle.api.credits = 100.0
    middle.api.refused["dear"] = NO_CREDIT
    dear = await middle.ask(prompt="dear", duration=15, quality="1080p", sound="on", user=66)
    await middle.clock.advance(6)
    cheap = [await middle.ask(user=7) for _ in range(3)]
    await middle.clock.advance(60)
    assert [await middle.state(each) for each in cheap] == [State.RUNNING] * 3
    await middle.clock.advance_in_steps(2 * HOUR)
    assert await middle.state(dear) is State.QUEUED

    middle.api.credits, middle.api.refused = 1000.0, {}
    await finished(middle, cheap[0])
    await middle.clock.advance(600)
    assert await middle.state(dear) is State.RUNNING


async def test_cheap_videos_that_come_one_by_one_wait_for_no_dear_one(middle: Harness):
    middle.api.credits = 100.0
    middle.api.refused["dear"] = NO_CREDIT
    dear = await middle.ask(prompt="dear", duration=15, quality="1080p", sound="on", user=66)
    late = []
    for server in range(2, 22):
        await middle.clock.advance(200)
        cheap, before = await middle.ask(user=7, server=server), middle.clock.now()
        while await middle.state(cheap) is State.QUEUED:
            await middle.clock.advance(1)
        late.append((middle.clock.now() - before).total_seconds())
        assert await finished(middle, cheap) is State.COMPLETED
    assert sum(seconds > 6 for seconds in late) <= 1, late
    assert await middle.state(dear) is State.QUEUED


@pytest.mark.long
async def test_an_empty_account_keeps_everybody_waiting_and_fails_nobody(middle: Harness):
    middle.api.credits = 1.0
    middle.api.script = [NO_CREDIT] * 1000
    waiting = [await middle.ask(user=user) for user in (1, 2, 3)]
    await middle.clock.advance_in_steps(24 * HOUR)
    assert [await middle.state(each) for each in waiting] == [State.QUEUED] * 3
    assert {cause for cause, _ in middle.announcer.notices()} == {
        "operator.credit",
        "operator.low_balance",
    }
    assert len(middle.api.submitted) == 1  # the balance says when it is worth another try

    middle.api.credits, middle.api.script = 1000.0, []
    await middle.clock.advance(120)
    assert [await middle.state(each) for each in waiting] == [State.RUNNING] * 3


@pytest.mark.long
@pytest.mark.parametrize("refusal", [SLOW_DOWN, NOT_THE_KEY, PAGE, ODD, NO_CREDIT])
async def test_what_the_api_says_of_all_videos_fails_none_however_long_it_lasts(
    middle: Harness, refusal
):
    middle.api.script = [refusal] * 100_000
    waiting = [await middle.ask(user=user) for user in (1, 2, 3)]
    await middle.clock.advance_in_steps(8 * HOUR)
    assert [await middle.state(each) for each in waiting] == [State.QUEUED] * 3
    middle.api.script = []
    await middle.clock.advance(300)
    assert [await middle.state(each) for each in waiting] == [State.RUNNING] * 3
