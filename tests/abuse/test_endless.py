"""Videos that never end, unknown statuses, and links that are dead when read."""

from datetime import timedelta

import pytest

from bot.errors import ApiError, Cause, Certainty, FilmError, Refusal
from bot.video.outbox.film_post import file_of
from bot.video.values.videos import RemoteStatus, State
from tests.video.harness import Harness, Start, limits

GONE = FilmError("gone", is_final=True)


@pytest.mark.parametrize(
    "news",
    [
        {"status": RemoteStatus.PROCESSING, "progress": 99},
        {"status": RemoteStatus.UNKNOWN},
        {"status": RemoteStatus.COMPLETED},  # without a link
    ],
)
async def test_videos_without_an_end_hold_the_bot_for_no_more_than_minutes(start: Start, news):
    async with start(slots=3, limits=limits(at_once=3)) as middle:
        endless = [await middle.ask(user=66) for _ in range(3)]
        await middle.clock.advance(10)
        for number in (1, 2, 3):
            middle.api.say(number, **news)
        other = await middle.ask(user=7)
        await middle.clock.advance(600)
        assert await middle.state(other) is State.QUEUED
        with pytest.raises(Refusal):
            await middle.ask(user=66)

        await middle.clock.advance(900)
        assert await middle.state(other) is State.RUNNING
        assert await middle.state(await middle.ask(user=66)) is State.QUEUED
        told = [facts for cause, facts in middle.announcer.notices() if cause == "operator.stalled"]
        assert len(told) == 1  # of one cause no more than a line an hour

        for number in (1, 2, 3):
            middle.api.finish(number)
        await middle.clock.advance(1200)
        assert [await middle.state(each) for each in endless] == [State.COMPLETED] * 3
        assert await middle.books_are_right()


async def test_a_video_whose_task_cannot_be_read_holds_no_place_for_ever_either(start: Start):
    async with start(slots=1) as middle:
        await middle.ask()
        await middle.clock.advance(5)
        middle.api.look_script = [
            ApiError(Cause.UNAVAILABLE, sent=Certainty.NO, status=500)
        ] * 10_000
        other = await middle.ask(user=7)
        await middle.clock.advance(1200)
        assert await middle.state(other) is State.RUNNING


async def test_a_restart_after_three_days_does_not_say_that_a_dead_link_works(start: Start):
    async with start() as middle:
        task_id = await middle.ask()
        await middle.clock.advance(10)
        middle.api.finish()
        made_at = middle.clock.now()
    await middle.clock.jump(3 * 24 * 3600)
    middle.films.script = [GONE] * 20
    async with start() as middle:
        await middle.clock.advance(60)
        task = await middle.task(task_id)
        assert task.state is State.COMPLETED
        assert task.film_until <= made_at + timedelta(days=1, minutes=2)
        [said] = middle.announcer.of("film")
        assert file_of(said.post).is_gone
        assert len(middle.films.script) == 19  # one look is enough for a link whose day is over


async def test_the_links_day_counts_from_the_end_that_the_api_names(middle: Harness):
    task_id = await middle.ask()
    await middle.clock.advance(10)
    ended_at = middle.clock.now()
    await middle.clock.jump(3600)
    middle.api.say(ended_at=ended_at)
    middle.api.finish()
    await middle.clock.advance(700)
    assert (await middle.task(task_id)).film_until == ended_at + timedelta(days=1)


async def test_a_file_that_is_not_there_in_its_first_minutes_is_looked_for_again(middle: Harness):
    middle.films.script = [GONE] * 5
    await middle.ask()
    await middle.clock.advance(5)
    middle.api.finish()
    await middle.clock.advance(300)
    [said] = middle.announcer.of("film")
    assert said.film is not None


async def test_a_file_that_stays_away_is_told_as_gone_with_no_link_that_works_until_tomorrow(
    middle: Harness,
):
    middle.films.script = [GONE] * 50
    task_id = await middle.ask()
    await middle.clock.advance(5)
    middle.api.finish()
    await middle.clock.advance(900)
    [said] = middle.announcer.of("film")
    assert (said.film, file_of(said.post).is_gone) == (None, True)
    assert 40 < len(middle.films.script) < 48
    assert (await middle.task(task_id)).film_until <= middle.clock.now()


@pytest.mark.parametrize("before", [{"hours": 30}, {"days": 20_000}])
async def test_an_end_before_the_beginning_does_not_make_a_link_old(middle: Harness, before):
    """A zero where no time is kept, or our clock was days ahead when the video was ordered."""
    middle.films.script = [FilmError("refused", is_final=False)] * 2
    task_id = await middle.ask()
    await middle.clock.advance(10)
    made_at = middle.clock.now()
    middle.api.say(ended_at=made_at - timedelta(**before))
    middle.api.finish()
    await middle.clock.advance(300)
    [said] = middle.announcer.of("film")
    assert said.film is not None
    assert (await middle.task(task_id)).film_until > made_at + timedelta(hours=23)


async def test_a_link_whose_day_is_over_is_gone_whatever_its_host_answers(middle: Harness):
    middle.films.script = [FilmError("refused", is_final=False)] * 50
    await middle.ask()
    await middle.clock.advance(5)
    middle.api.say(ended_at=middle.clock.now())
    middle.api.finish()
    await middle.clock.jump(2 * 24 * 3600)
    await middle.clock.advance(60)
    [said] = middle.announcer.of("film")
    assert file_of(said.post).is_gone
