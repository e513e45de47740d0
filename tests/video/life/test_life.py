"""The life of a film from acceptance to its message in the channel."""

from datetime import timedelta
from itertools import pairwise

from bot.errors import ApiError, Cause, Sent
from bot.video.doors.cards import start_of
from bot.video.values.videos import RemoteStatus, State


def times_of(said) -> list[float]:
    return [each.at.timestamp() for each in said]


async def test_a_film_is_made_posted_once_with_a_ping_and_the_reply_is_finished(desk):
    task_id = await desk.ask()
    await desk.clock.advance(5)
    desk.api.finish()
    await desk.clock.advance(60)

    assert await desk.state(task_id) is State.COMPLETED
    assert await desk.posts(task_id) == {"reply": "there", "film": "there"}
    assert [said.ping for said in desk.announcer.of("film")] == [True]
    last = desk.announcer.of("show")[-1]
    assert last.card.task.state is State.COMPLETED
    assert last.card.film.message_id is not None
    assert desk.films.open == 0


async def test_nothing_is_submitted_before_the_undo_seconds_are_over(desk):
    await desk.ask()
    await desk.clock.advance(3.5)
    assert desk.api.submitted == []
    await desk.clock.advance(1)
    assert len(desk.api.submitted) == 1


async def test_nothing_is_submitted_before_the_first_response_is_known_to_be_there(desk):
    card = await desk.accept()
    desk.announcer.there[f"{card.task.id}r"] = None
    await desk.clock.advance(5)
    assert desk.api.submitted == []


async def test_a_first_response_that_never_arrived_leaves_nothing(desk):
    card = await desk.accept()
    await desk.clock.advance(30)

    assert desk.api.submitted == []
    assert await desk.state(card.task.id) is State.CANCELLED
    assert await desk.used() == 0
    assert await desk.bill() == 0
    assert desk.announcer.said == []


async def test_a_cancelled_film_is_not_made_and_costs_nothing(desk):
    task_id = await desk.ask()
    await desk.studio.cancel(task_id, by=101, may_moderate=False)
    await desk.clock.advance(60)

    assert desk.api.submitted == []
    assert await desk.used() == 0
    assert await desk.bill() == 0
    assert desk.announcer.of("show")[-1].card.task.state is State.CANCELLED


async def test_a_failed_film_gives_the_allowance_back_and_the_bill_keeps_it_without_proof(desk):
    task_id = await desk.ask()
    await desk.clock.advance(5)
    desk.api.say(status=RemoteStatus.FAILED, error_code="content_policy_violation")
    await desk.clock.advance(60)

    task = await desk.task(task_id)
    assert (task.state, task.error_code) == (State.FAILED, "content_policy_violation")
    assert await desk.used() == 0
    assert await desk.bill() == 270_000
    assert await desk.books_are_right()


async def test_the_bill_is_released_on_proof(desk):
    await desk.ask()
    await desk.clock.advance(5)
    desk.api.say(status=RemoteStatus.FAILED, error_code="service_error", is_released=True)
    await desk.clock.advance(60)
    assert await desk.bill() == 0


async def test_the_bill_keeps_what_a_partial_refund_left(desk):
    await desk.ask()
    await desk.clock.advance(5)
    desk.api.say(status=RemoteStatus.FAILED, error_code="service_error", returned=1 / 3)
    await desk.clock.advance(60)
    assert (await desk.used(), await desk.bill()) == (0, 180_000)
    assert await desk.books_are_right()


async def test_progress_shows_in_the_reply_not_more_than_every_three_seconds(desk):
    task_id = await desk.ask()
    await desk.clock.advance(5)
    for percent in range(5, 100, 5):
        desk.api.say(status=RemoteStatus.PROCESSING, progress=percent)
        await desk.clock.advance(3)
    shows = desk.announcer.of("show")
    progress = [said.card.task.progress for said in shows]
    assert len(set(progress)) >= 5
    assert progress == sorted(progress)
    assert all(later - earlier >= 3 for earlier, later in pairwise(times_of(shows)))
    assert await desk.state(task_id) is State.RUNNING


async def test_progress_never_goes_back(desk):
    task_id = await desk.ask()
    await desk.clock.advance(5)
    for percent in (50, 20):
        desk.api.say(status=RemoteStatus.PROCESSING, progress=percent)
        await desk.clock.advance(30)
    assert (await desk.task(task_id)).progress == 50


async def test_a_status_never_heard_of_is_looked_at_again(desk):
    task_id = await desk.ask()
    await desk.clock.advance(5)
    desk.api.say(status=RemoteStatus.UNKNOWN)
    await desk.clock.advance(60)
    assert await desk.state(task_id) is State.RUNNING
    desk.api.finish()
    await desk.clock.advance(60)
    assert await desk.state(task_id) is State.COMPLETED


async def test_completed_without_a_film_is_read_again_and_never_made_again(desk):
    task_id = await desk.ask()
    await desk.clock.advance(5)
    desk.api.say(status=RemoteStatus.COMPLETED, progress=100)
    await desk.clock.advance(60)
    assert await desk.state(task_id) is State.RUNNING
    desk.api.finish()
    await desk.clock.advance(60)
    assert await desk.state(task_id) is State.COMPLETED
    assert len(desk.api.submitted) == 1


async def test_not_more_films_are_at_the_api_than_may_be(start):
    async with start(slots=2) as desk:
        for _ in range(5):
            await desk.ask()
        await desk.clock.advance(20)
        assert len(desk.api.submitted) == 2
        desk.api.finish(1)
        await desk.clock.advance(60)
        assert len(desk.api.submitted) == 3


async def test_a_muted_film_is_posted_without_a_ping(desk):
    task_id = await desk.ask()
    await desk.clock.advance(5)
    await desk.studio.mute(task_id, by=101, muted=True)
    desk.api.finish()
    await desk.clock.advance(60)
    assert [said.ping for said in desk.announcer.of("film")] == [False]


async def test_a_film_stuck_for_two_hours_is_looked_at_every_ten_minutes(desk):
    task_id = await desk.ask()
    await desk.clock.advance(timedelta(hours=2, minutes=15).total_seconds())
    looks = desk.api.looks
    await desk.clock.advance(timedelta(hours=3).total_seconds())
    assert desk.api.looks - looks == 18
    desk.api.finish()
    await desk.clock.advance(timedelta(minutes=11).total_seconds())
    assert await desk.posts(task_id) == {"reply": "there", "film": "there"}


async def asked_in_turn(desk, count):
    """The last of so many films, whose turn comes last."""
    for _ in range(count):
        task_id = await desk.ask()
        await desk.clock.advance(0.1)
    return task_id


async def waiting_card(desk, task_id):
    """What the reply of a waiting film says, as it was last edited."""
    return [said.card for said in desk.announcer.of("show") if said.card.task.id == task_id][-1]


async def test_a_waiting_card_is_edited_once_when_the_start_that_it_names_has_passed(desk):
    waiting = await asked_in_turn(desk, 4)
    await desk.clock.advance(5)
    for _ in range(60):
        await desk.clock.advance(10)
        card = await waiting_card(desk, waiting)
        assert card.is_late or start_of(card) > desk.clock.now()

    shows = [said for said in desk.announcer.of("show") if said.card.task.id == waiting]
    assert [said.card.is_late for said in shows] == [False, True]


async def test_a_late_film_is_given_an_estimate_again_when_it_moves_up(desk):
    waiting = await asked_in_turn(desk, 5)
    await desk.clock.advance(600)
    assert (await waiting_card(desk, waiting)).is_late
    desk.api.finish(1)
    await desk.clock.advance(90)

    card = await waiting_card(desk, waiting)
    assert (card.place, card.is_late) == (1, False)
    assert start_of(card) > desk.clock.now()


async def test_a_card_near_its_turn_does_not_fall_back_when_many_others_come(desk):
    waiting = await asked_in_turn(desk, 4)
    await desk.clock.advance(10)
    place = (await waiting_card(desk, waiting)).place
    await asked_in_turn(desk, 60)
    await desk.clock.advance(600)

    card = await waiting_card(desk, waiting)
    assert (card.place, card.is_late) == (place, True)


async def test_a_pause_says_nothing_of_a_start_that_could_pass(desk):
    waiting = await asked_in_turn(desk, 4)
    desk.api.balance_error = ApiError(Cause.UNAVAILABLE, sent=Sent.NO)
    desk.api.script = [ApiError(Cause.BUSY, sent=Sent.NO)] * 4
    await desk.clock.advance(600)

    cards = [said.card for said in desk.announcer.of("show") if said.card.task.id == waiting]
    assert cards[-1].is_paused
    assert not any(card.is_late for card in cards)
