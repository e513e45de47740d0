"""Videos that come to nothing and may have been charged all the same: who asks for them over and
over does not use up what is everybody's."""

import pytest

from bot.errors import ApiError, Cause, Refusal, Sent
from bot.video.limits import changes
from bot.video.values.asker import Asker
from bot.video.values.limits import Measure, Subject, Window
from bot.video.values.videos import RemoteStatus, State
from tests.video.conftest import CHANNEL, PERSON, SERVER, limits

PRICE = 27  # credits of a video
SAM = (SERVER, 500)
DAY = 24 * 3600
LOST = ApiError(Cause.UNAVAILABLE, sent=Sent.MAYBE)
TURNS = 12


async def end_as(desk, status: RemoteStatus, **news) -> None:
    """The API says of all that it has how it ended, and the bot hears of it."""
    for number in range(1, len(desk.api.tasks) + 1):
        desk.api.say(number, status=status, **news)
    await desk.clock.advance(120)


async def refused(desk, **kwargs) -> Refusal:
    with pytest.raises(Refusal) as info:
        await desk.accept(**kwargs)
    return info.value


async def waste(desk, **kwargs) -> int:
    """Ask for videos that fail until no more is let in; how many there were."""
    for count in range(TURNS):
        try:
            await desk.ask(**kwargs)
        except Refusal:
            return count
        await desk.clock.advance(30)
        await end_as(desk, RemoteStatus.FAILED)
    return TURNS


async def test_failing_videos_cost_no_more_than_twice_what_a_person_may_use(start):
    async with start(limits=limits(daily=105, bot_daily=2000)) as desk:
        assert await waste(desk) == 210 // PRICE
        assert await desk.used() == 0
        assert await desk.bill() == 210 // PRICE * PRICE * 10_000
        refusal = await refused(desk)
        assert refusal.reason == "wasted_credits"
        assert refusal.offer is not None
        await desk.ask(user=PERSON + 1)
        await desk.clock.jump((refusal.retry_at - desk.clock.now()).total_seconds() - 1)
        await refused(desk)
        await desk.clock.jump(2)
        await desk.ask()


async def test_lost_answers_of_the_api_cost_no_more_either(start):
    async with start(limits=limits(daily=2 * PRICE)) as desk:
        for _ in range(4):
            desk.api.script = [LOST]
            task_id = await desk.ask()
            await desk.clock.advance(90)
            assert await desk.state(task_id) is State.LOST
        assert (await refused(desk)).reason == "wasted_credits"


async def test_what_was_used_and_what_was_wasted_together_are_at_most_twice_the_limit(start):
    async with start(limits=limits(daily=2 * PRICE)) as desk:
        for _ in range(2):
            await desk.ask()
        await desk.clock.advance(30)
        await end_as(desk, RemoteStatus.COMPLETED, film_url="https://files.example/1.mp4")
        assert (await refused(desk)).reason == "limit_default"
        assert await desk.used() == 2 * PRICE * 10_000


async def test_proof_that_nothing_was_charged_frees_both(start):
    async with start(limits=limits(daily=PRICE)) as desk:
        for _ in range(TURNS):
            await desk.ask()
            await desk.clock.advance(30)
            await end_as(desk, RemoteStatus.FAILED, is_released=True, returned=1.0)
        assert await desk.bill() == 0


@pytest.mark.parametrize(
    ("measure", "amount", "reason"),
    [
        (Measure.FILMS, 2, "wasted_films"),
        (Measure.SECONDS, 10, "wasted_seconds"),
        (Measure.CREDITS, 2 * PRICE * 10_000, "wasted_credits"),
    ],
)
async def test_a_servers_own_limit_has_a_second_allowance_of_its_own(
    start, measure, amount, reason
):
    async with start(limits=limits(daily=1000)) as desk:
        whom = {"subject": Subject.EVERYONE, "subject_id": 0}
        kind = {"measure": measure, "window": Window.WEEK, "amount": amount}
        await desk.studio.moderate(changes.set_limit, SAM, **whom, **kind)
        assert await waste(desk) == 4
        assert (await refused(desk)).reason == reason


async def test_a_grant_is_wasted_at_most_once_more(start):
    async with start(limits=limits(daily=0)) as desk:
        given = {"user_id": PERSON, "measure": Measure.FILMS, "amount": 2, "reason": ""}
        await desk.studio.moderate(changes.give, SAM, **given)
        assert await waste(desk) == 4
        room = await desk.studio.room(SERVER, Asker(user_id=PERSON, channel_id=CHANNEL))
        assert room.grants == []


async def test_a_video_delivered_late_counts_in_the_second_allowance_not_in_the_first(start):
    async with start(limits=limits(daily=PRICE), callbacks=True) as desk:
        desk.api.script = [LOST]
        task_id = await desk.ask()
        await desk.clock.advance(3 * 3600)
        assert await desk.state(task_id) is State.LOST
        desk.api.finish()
        await desk.engine.called_back(task_id, "task-unified-1")
        await desk.clock.advance(60)
        assert (await desk.state(task_id), await desk.used()) == (State.COMPLETED, 0)
        await desk.ask()
        assert (await refused(desk)).reason == "limit_default"
