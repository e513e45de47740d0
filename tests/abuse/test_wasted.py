"""Videos that fail but may have been charged: one person who keeps ordering them cannot use up
what belongs to everyone."""

import pytest

from bot.errors import ApiError, Cause, Certainty, Refusal
from bot.video.limits import changes
from bot.video.values.asker import Asker
from bot.video.values.limits import Measure, Subject, Window
from bot.video.values.videos import RemoteStatus, State
from tests.video.harness import CHANNEL, PERSON, SERVER, Harness, Start, limits

PRICE = 27  # credits of a video
SAM = (SERVER, 500)
DAY = 24 * 3600
LOST = ApiError(Cause.UNAVAILABLE, sent=Certainty.MAYBE)
TURNS = 12


async def end_as(middle: Harness, status: RemoteStatus, **news) -> None:
    """Let all tasks at the API end like this, and let the bot notice."""
    for number in range(1, len(middle.api.tasks) + 1):
        middle.api.say(number, status=status, **news)
    await middle.clock.advance(120)


async def refused(middle: Harness, **kwargs) -> Refusal:
    with pytest.raises(Refusal) as info:
        await middle.accept(**kwargs)
    return info.value


async def waste(middle: Harness, **kwargs) -> int:
    """Order videos that fail, until no more are accepted; returns their number."""
    for count in range(TURNS):
        try:
            await middle.ask(**kwargs)
        except Refusal:
            return count
        await middle.clock.advance(30)
        await end_as(middle, RemoteStatus.FAILED)
    return TURNS


async def test_failing_videos_cost_no_more_than_twice_what_a_person_may_use(start: Start):
    async with start(limits=limits(daily=105, bot_daily=2000)) as middle:
        assert await waste(middle) == 210 // PRICE
        assert await middle.used() == 0
        assert await middle.bill() == 210 // PRICE * PRICE * 10_000
        refusal = await refused(middle)
        assert refusal.reason == "wasted_credits"
        assert refusal.offer is not None
        await middle.ask(user=PERSON + 1)
        await middle.clock.jump((refusal.retry_at - middle.clock.now()).total_seconds() - 1)
        await refused(middle)
        await middle.clock.jump(2)
        await middle.ask()


async def test_lost_answers_of_the_api_cost_no_more_either(start: Start):
    async with start(limits=limits(daily=2 * PRICE)) as middle:
        for _ in range(4):
            middle.api.script = [LOST]
            task_id = await middle.ask()
            await middle.clock.advance(90)
            assert await middle.state(task_id) is State.LOST
        assert (await refused(middle)).reason == "wasted_credits"


async def test_what_was_used_and_what_was_wasted_together_are_at_most_twice_the_limit(start: Start):
    async with start(limits=limits(daily=2 * PRICE)) as middle:
        for _ in range(2):
            await middle.ask()
        await middle.clock.advance(30)
        await end_as(middle, RemoteStatus.COMPLETED, film_url="https://files.example/1.mp4")
        assert (await refused(middle)).reason == "limit_default"
        assert await middle.used() == 2 * PRICE * 10_000


async def test_proof_that_nothing_was_charged_frees_both(start: Start):
    async with start(limits=limits(daily=PRICE)) as middle:
        for _ in range(TURNS):
            await middle.ask()
            await middle.clock.advance(30)
            await end_as(middle, RemoteStatus.FAILED, is_released=True, returned=1.0)
        assert await middle.bill() == 0


@pytest.mark.parametrize(
    ("measure", "amount", "reason"),
    [
        (Measure.FILMS, 2, "wasted_films"),
        (Measure.SECONDS, 10, "wasted_seconds"),
        (Measure.CREDITS, 2 * PRICE * 10_000, "wasted_credits"),
    ],
)
async def test_a_servers_own_limit_has_a_second_allowance_of_its_own(
    start: Start, measure, amount, reason
):
    async with start(limits=limits(daily=1000)) as middle:
        whom = {"subject": Subject.EVERYONE, "subject_id": 0}
        kind = {"measure": measure, "window": Window.WEEK, "amount": amount}
        await middle.videos.moderate(changes.set_limit, SAM, **whom, **kind)
        assert await waste(middle) == 4
        assert (await refused(middle)).reason == reason


async def test_a_grant_is_wasted_at_most_once_more(start: Start):
    async with start(limits=limits(daily=0)) as middle:
        given = {"user_id": PERSON, "measure": Measure.FILMS, "amount": 2, "reason": ""}
        await middle.videos.moderate(changes.give, SAM, **given)
        assert await waste(middle) == 4
        room = await middle.videos.room(SERVER, Asker(user_id=PERSON, channel_id=CHANNEL))
        assert room.grants == []


async def test_a_video_delivered_late_counts_in_the_second_allowance_not_in_the_first(start: Start):
    async with start(limits=limits(daily=PRICE), callbacks=True) as middle:
        middle.api.script = [LOST]
        task_id = await middle.ask()
        await middle.clock.advance_in_steps(3 * 3600)
        assert await middle.state(task_id) is State.LOST
        middle.api.finish()
        await middle.engine.called_back(task_id, "task-unified-1")
        await middle.clock.advance(60)
        assert (await middle.state(task_id), await middle.used()) == (State.COMPLETED, 0)
        await middle.ask()
        assert (await refused(middle)).reason == "limit_default"
