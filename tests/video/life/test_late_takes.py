"""One take is doubtful, held, slow or late: the others do not wait, and nobody is told twice."""

from bot.errors import ApiError, Cause, Certainty, Fate, PostError
from bot.video.moderation import approval
from bot.video.values.videos import RemoteStatus, State
from tests.video.harness import SERVER, Harness, Start
from tests.video.life.takes import come_late, in_doubt, left_over, states, takes, told


async def test_a_take_in_doubt_does_not_hold_the_others_back(start: Start) -> None:
    async with start(callbacks=True) as harness:
        asked = await in_doubt(harness)
        harness.api.finish(2)
        await harness.clock.advance(120)
        (film,) = harness.announcer.of("film")
        assert film.ping
        assert film.post.task_id in [
            each.id for each in await takes(harness, asked) if each.state is State.COMPLETED
        ]

        late = await come_late(harness, asked)
        first, second = harness.announcer.of("film")
        assert (second.post.task_id, second.ping) == (late, False)
        assert first.ping
        assert await states(harness, asked) == ["completed"] * 2
        assert not await left_over(harness)
        assert await harness.books_are_right()


async def test_a_take_that_hangs_does_not_hold_the_others_back(harness: Harness) -> None:
    asked = await harness.ask(takes=3)
    await harness.clock.advance(5)
    harness.api.finish(1)
    harness.api.finish(2)
    await harness.clock.advance(600)
    assert not harness.announcer.of("film")

    for _ in range(30):
        await harness.clock.advance(60)
    (film,) = harness.announcer.of("film")
    assert len(film.clips) == 2
    assert await states(harness, asked) == ["completed", "completed", "running"]

    harness.api.finish(3)
    await harness.clock.advance(1200)
    assert [(len(each.clips), each.ping) for each in harness.announcer.of("film")] == [
        (2, True),
        (1, False),
    ]
    assert not await left_over(harness)


async def test_no_end_is_told_while_a_doubtful_take_may_still_come(start: Start) -> None:
    async with start(callbacks=True) as harness:
        asked = await in_doubt(harness)
        harness.api.say(2, status=RemoteStatus.FAILED, progress=50)
        await harness.clock.advance(120)
        assert sorted(await states(harness, asked)) == ["failed", "unconfirmed"]
        assert not told(harness)

        await come_late(harness, asked)
        assert [each.ping for each in harness.announcer.of("film")] == [True]
        assert not told(harness)


async def test_a_doubtful_take_that_is_lost_after_the_others_is_not_told_again(
    start: Start,
) -> None:
    async with start(callbacks=True) as harness:
        asked = await in_doubt(harness)
        harness.api.finish(2)
        await harness.clock.advance(3 * 3600)
        assert sorted(await states(harness, asked)) == ["completed", "lost"]
        assert len(harness.announcer.of("film")) == 1
        assert not told(harness)
        assert not await left_over(harness)


async def test_a_take_that_a_moderator_holds_does_not_hold_the_others_back(start: Start) -> None:
    async with start(slots=1) as harness:
        asked = await harness.ask(takes=3)
        await harness.clock.advance(5)
        await harness.videos.moderate(approval.hold, (SERVER, 500), asked)
        harness.api.finish(1)
        await harness.clock.advance(120)
        assert await states(harness, asked) == ["completed", "held", "held"]
        assert len(harness.announcer.of("film")) == 1

        await harness.videos.moderate(approval.approve, (SERVER, 500), asked)
        for number in (2, 3):
            await harness.clock.advance(60)
            harness.api.finish(number)
        await harness.clock.advance(120)
        assert [(len(each.clips), each.ping) for each in harness.announcer.of("film")] == [
            (1, True),
            (2, False),
        ]


async def test_two_messages_of_one_request_that_are_owed_at_once_ping_once(start: Start) -> None:
    async with start(callbacks=True) as harness:
        asked = await in_doubt(harness)
        harness.announcer.script["film"] = [PostError(Fate.LATER, retry_after=600)] * 2
        harness.api.finish(2)
        await harness.clock.advance(60)
        await come_late(harness, asked)
        await harness.clock.advance(3600)
        assert sum(each.ping for each in harness.announcer.of("film")) <= 1
        assert not await left_over(harness)


async def test_a_video_that_comes_late_gets_a_message_of_its_own(start: Start) -> None:
    lost = ApiError(Cause.UNAVAILABLE, sent=Certainty.MAYBE)
    async with start(callbacks=True) as harness:
        harness.api.script = [lost]
        asked = await harness.ask(takes=2)
        await harness.clock.advance(60)
        while "queued" in await states(harness, asked):
            await harness.clock.advance(60)
        await harness.clock.advance(3 * 3600)
        harness.api.finish(2)
        await harness.clock.advance(600)
        assert sorted(await states(harness, asked)) == ["completed", "lost"]
        assert len(harness.announcer.of("film")) == 1

        late = next(each for each in await takes(harness, asked) if each.state is State.LOST)
        harness.api.finish(1)
        await harness.engine.called_back(late.id, "task-unified-1")
        await harness.clock.advance(60)
        assert len(harness.announcer.of("film")) == 2
        assert harness.announcer.of("film")[1].post.task_id == late.id
        assert not await left_over(harness)
