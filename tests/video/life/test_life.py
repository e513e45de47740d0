"""A video's life from acceptance to its message in the channel."""

from datetime import timedelta
from itertools import pairwise

from bot.errors import ApiError, Cause, Certainty, Reason
from bot.video.doors.cards import start_of
from bot.video.values.videos import RemoteStatus, State
from tests.video.harness import Harness, Start


def times_of(said) -> list[float]:
    return [each.at.timestamp() for each in said]


async def test_a_film_is_made_posted_once_with_a_ping_and_the_reply_is_finished(harness: Harness):
    task_id = await harness.ask()
    await harness.clock.advance(5)
    harness.api.finish()
    await harness.clock.advance(60)

    assert await harness.state(task_id) is State.COMPLETED
    assert await harness.posts(task_id) == {"reply": "there", "film": "there"}
    assert [said.ping for said in harness.announcer.of("film")] == [True]
    last = harness.announcer.of("show")[-1]
    assert last.card.task.state is State.COMPLETED
    assert last.card.film.message_id is not None
    assert harness.films.open == 0


async def test_nothing_is_submitted_before_the_undo_seconds_are_over(harness: Harness):
    await harness.ask()
    await harness.clock.advance(3.5)
    assert harness.api.submitted == []
    await harness.clock.advance(1)
    assert len(harness.api.submitted) == 1


async def test_nothing_is_submitted_before_the_first_response_is_known_to_be_there(
    harness: Harness,
):
    card = await harness.accept()
    harness.announcer.there[f"{card.task.id}r"] = None
    await harness.clock.advance(5)
    assert harness.api.submitted == []


async def test_a_first_response_that_never_arrived_leaves_nothing(harness: Harness):
    card = await harness.accept()
    await harness.clock.advance(30)

    assert harness.api.submitted == []
    assert await harness.state(card.task.id) is State.CANCELLED
    assert await harness.used() == 0
    assert await harness.bill() == 0
    assert harness.announcer.said == []


async def test_a_cancelled_film_is_not_made_and_costs_nothing(harness: Harness):
    task_id = await harness.ask()
    await harness.videos.cancel(task_id, by=101, may_moderate=False)
    await harness.clock.advance(60)

    assert harness.api.submitted == []
    assert await harness.used() == 0
    assert await harness.bill() == 0
    assert harness.announcer.of("show")[-1].card.task.state is State.CANCELLED


async def test_a_failed_film_gives_the_allowance_back_and_the_bill_keeps_it_without_proof(
    harness: Harness,
):
    task_id = await harness.ask()
    await harness.clock.advance(5)
    harness.api.say(status=RemoteStatus.FAILED, reason=Reason.POLICY)
    await harness.clock.advance(60)

    task = await harness.task(task_id)
    assert (task.state, task.reason) == (State.FAILED, Reason.POLICY)
    assert await harness.used() == 0
    assert await harness.bill() == 270_000
    assert await harness.books_are_right()


async def test_the_bill_is_released_on_proof(harness: Harness):
    await harness.ask()
    await harness.clock.advance(5)
    harness.api.say(status=RemoteStatus.FAILED, reason=Reason.TROUBLE, is_released=True)
    await harness.clock.advance(60)
    assert await harness.bill() == 0


async def test_the_bill_keeps_what_a_partial_refund_left(harness: Harness):
    await harness.ask()
    await harness.clock.advance(5)
    harness.api.say(status=RemoteStatus.FAILED, reason=Reason.TROUBLE, returned=1 / 3)
    await harness.clock.advance(60)
    assert (await harness.used(), await harness.bill()) == (0, 180_000)
    assert await harness.books_are_right()


async def test_progress_shows_in_the_reply_not_more_than_every_three_seconds(harness: Harness):
    task_id = await harness.ask()
    await harness.clock.advance(5)
    for percent in range(5, 100, 5):
        harness.api.say(status=RemoteStatus.PROCESSING, progress=percent)
        await harness.clock.advance(3)
    shows = harness.announcer.of("show")
    progress = [said.card.task.progress for said in shows]
    assert len(set(progress)) >= 5
    assert progress == sorted(progress)
    assert all(later - earlier >= 3 for earlier, later in pairwise(times_of(shows)))
    assert await harness.state(task_id) is State.RUNNING


async def test_progress_never_goes_back(harness: Harness):
    task_id = await harness.ask()
    await harness.clock.advance(5)
    for percent in (50, 20):
        harness.api.say(status=RemoteStatus.PROCESSING, progress=percent)
        await harness.clock.advance(30)
    assert (await harness.task(task_id)).progress == 50


async def test_a_status_never_heard_of_is_looked_at_again(harness: Harness):
    task_id = await harness.ask()
    await harness.clock.advance(5)
    harness.api.say(status=RemoteStatus.UNKNOWN)
    await harness.clock.advance(60)
    assert await harness.state(task_id) is State.RUNNING
    harness.api.finish()
    await harness.clock.advance(60)
    assert await harness.state(task_id) is State.COMPLETED


async def test_completed_without_a_film_is_read_again_and_never_made_again(harness: Harness):
    task_id = await harness.ask()
    await harness.clock.advance(5)
    harness.api.say(status=RemoteStatus.COMPLETED, progress=100)
    await harness.clock.advance(60)
    assert await harness.state(task_id) is State.RUNNING
    harness.api.finish()
    await harness.clock.advance(60)
    assert await harness.state(task_id) is State.COMPLETED
    assert len(harness.api.submitted) == 1


async def test_not_more_films_are_at_the_api_than_may_be(start: Start):
    async with start(slots=2) as harness:
        for _ in range(5):
            await harness.ask()
        await harness.clock.advance(20)
        assert len(harness.api.submitted) == 2
        harness.api.finish(1)
        await harness.clock.advance(60)
        assert len(harness.api.submitted) == 3


async def test_a_muted_film_is_posted_without_a_ping(harness: Harness):
    task_id = await harness.ask()
    await harness.clock.advance(5)
    await harness.videos.mute(task_id, by=101, muted=True)
    harness.api.finish()
    await harness.clock.advance(60)
    assert [said.ping for said in harness.announcer.of("film")] == [False]


async def test_a_film_stuck_for_two_hours_is_looked_at_every_ten_minutes(harness: Harness):
    task_id = await harness.ask()
    await harness.clock.advance(timedelta(hours=2, minutes=15).total_seconds())
    looks = harness.api.looks
    await harness.clock.advance(timedelta(hours=3).total_seconds())
    assert harness.api.looks - looks == 18
    harness.api.finish()
    await harness.clock.advance(timedelta(minutes=11).total_seconds())
    assert await harness.posts(task_id) == {"reply": "there", "film": "there"}


async def asked_in_turn(harness: Harness, count):
    """The last of this many videos, whose turn comes last."""
    for _ in range(count):
        task_id = await harness.ask()
        await harness.clock.advance(0.1)
    return task_id


async def waiting_card(harness: Harness, task_id):
    """What a waiting video's reply says after its last edit."""
    return [said.card for said in harness.announcer.of("show") if said.card.task.id == task_id][-1]


async def test_a_waiting_card_is_edited_once_when_the_start_that_it_names_has_passed(
    harness: Harness,
):
    waiting = await asked_in_turn(harness, 4)
    await harness.clock.advance(5)
    for _ in range(60):
        await harness.clock.advance(10)
        card = await waiting_card(harness, waiting)
        assert card.is_late or start_of(card) > harness.clock.now()

    shows = [said for said in harness.announcer.of("show") if said.card.task.id == waiting]
    assert [said.card.is_late for said in shows] == [False, True]


async def test_a_late_film_is_given_an_estimate_again_when_it_moves_up(harness: Harness):
    waiting = await asked_in_turn(harness, 5)
    await harness.clock.advance(600)
    assert (await waiting_card(harness, waiting)).is_late
    harness.api.finish(1)
    await harness.clock.advance(90)

    card = await waiting_card(harness, waiting)
    assert (card.place, card.is_late) == (1, False)
    assert start_of(card) > harness.clock.now()


async def test_a_card_near_its_turn_does_not_fall_back_when_many_others_come(harness: Harness):
    waiting = await asked_in_turn(harness, 4)
    await harness.clock.advance(10)
    place = (await waiting_card(harness, waiting)).place
    await asked_in_turn(harness, 60)
    await harness.clock.advance(600)

    card = await waiting_card(harness, waiting)
    assert (card.place, card.is_late) == (place, True)


async def test_a_pause_says_nothing_of_a_start_that_could_pass(harness: Harness):
    waiting = await asked_in_turn(harness, 4)
    harness.api.balance_error = ApiError(Cause.UNAVAILABLE, sent=Certainty.NO)
    harness.api.script = [ApiError(Cause.BUSY, sent=Certainty.NO)] * 4
    await harness.clock.advance(600)

    cards = [said.card for said in harness.announcer.of("show") if said.card.task.id == waiting]
    assert cards[-1].is_paused
    assert not any(card.is_late for card in cards)
