"""Paid work is started once, and what goes wrong on the way is kept apart by what it proves."""

from datetime import timedelta

import pytest

from bot.errors import ApiError, Cause, Sent
from bot.video.life import tracker
from bot.video.values.videos import RemoteStatus, State

DOUBT = ApiError(Cause.UNAVAILABLE, sent=Sent.MAYBE, message="cut")
NOT_SENT = ApiError(Cause.UNAVAILABLE, sent=Sent.NO, message="refused connection")
BUSY = ApiError(Cause.BUSY, sent=Sent.NO, status=429, retry_after=7)
POLICY = ApiError(Cause.POLICY, sent=Sent.NO, status=400, code="content_policy_violation")


async def test_a_definite_refusal_fails_the_film_and_charges_nobody(desk):
    desk.api.script = [POLICY]
    task_id = await desk.ask()
    await desk.clock.advance(10)
    task = await desk.task(task_id)
    assert (task.state, task.error_code) == (State.FAILED, "content_policy_violation")
    assert await desk.used() == 0
    assert await desk.bill() == 0


@pytest.mark.parametrize("error", [NOT_SENT, BUSY])
async def test_what_was_not_sent_is_queued_again_with_its_reservation(desk, error):
    desk.api.script = [error]
    task_id = await desk.ask()
    await desk.clock.advance(4.5)
    assert await desk.state(task_id) is State.QUEUED
    assert await desk.used() == 270_000
    await desk.clock.advance(30)
    assert await desk.state(task_id) is State.RUNNING
    assert len(desk.api.tasks) == 1


async def test_the_api_is_asked_again_only_when_it_said(desk):
    desk.api.script = [BUSY]
    await desk.ask()
    await desk.clock.advance(4 + 6.9)
    assert len(desk.api.submitted) == 1
    await desk.clock.advance(0.3)
    assert len(desk.api.submitted) == 2


async def test_a_doubtful_submission_is_lost_in_true_words_and_never_repeated(desk):
    desk.api.script = [DOUBT]
    task_id = await desk.ask()
    await desk.clock.advance(600)
    task = await desk.task(task_id)
    assert (task.state, task.error_code) == (State.LOST, "outcome_unknown")
    assert not task.may_turn_up  # there is nobody to learn it from
    assert desk.api.submitted == [task_id]
    assert await desk.used() == 0
    assert await desk.bill() == 270_000
    causes = {cause for cause, _ in desk.announcer.notices()}
    assert causes == {"operator.outage", "operator.lost"}


async def test_an_answer_that_cannot_be_kept_is_a_doubt_and_leaves_nothing_half_done(desk):
    await desk.ask()
    await desk.clock.advance(10)
    desk.api.tasks.clear()  # so that the API gives the same id once more
    task_id = await desk.ask()
    await desk.clock.advance(30)

    assert (await desk.task(task_id)).error_code == "outcome_unknown"
    assert len(set(desk.api.submitted)) == len(desk.api.submitted)


async def test_an_outage_risks_only_what_was_in_flight(start):
    async with start(slots=3) as desk:
        await desk.ask()
        await desk.clock.advance(5)
        desk.api.finish(1)
        await desk.clock.advance(60)
        desk.api.script = [DOUBT] * 20
        desk.api.balance_error = NOT_SENT
        for _ in range(10):
            await desk.ask()
        await desk.clock.advance(300)
        assert len(desk.api.submitted) - 1 <= 2

        desk.api.script, desk.api.balance_error = [], None
        await desk.clock.advance(120)
        assert len(set(desk.api.submitted)) == len(desk.api.submitted)
        assert len(desk.api.submitted) >= 4


@pytest.mark.parametrize(("cause", "status"), [(Cause.KEY, 401), (Cause.CREDIT, 402)])
async def test_a_key_without_rights_or_credit_pauses_tells_once_and_resumes(desk, cause, status):
    desk.api.balance_error = ApiError(cause, sent=Sent.NO, status=status)
    desk.api.script = [ApiError(cause, sent=Sent.NO, status=status)] * 3
    task_id = await desk.ask()
    await desk.clock.advance(120)
    assert await desk.state(task_id) is State.QUEUED
    assert [each for each, _ in desk.announcer.notices()] == [f"operator.{cause}"]
    assert desk.announcer.of("show")[-1].card.is_paused

    desk.api.balance_error, desk.api.script = None, []
    await desk.clock.advance(120)
    assert await desk.state(task_id) is State.RUNNING


async def test_a_callback_settles_a_doubtful_submission(start):
    async with start(callbacks=True) as desk:
        desk.api.script = [DOUBT]
        task_id = await desk.ask()
        await desk.clock.advance(10)
        assert await desk.state(task_id) is State.UNCONFIRMED

        desk.api.finish()
        assert await desk.engine.called_back(task_id, "task-unified-1")
        await desk.clock.advance(10)
        assert await desk.state(task_id) is State.COMPLETED
        assert await desk.posts(task_id) == {"reply": "there", "film": "there"}
        assert len(desk.api.submitted) == 1


async def test_what_a_callback_names_must_fit(start):
    async with start(callbacks=True) as desk:
        desk.api.script = [DOUBT]
        task_id = await desk.ask(duration=5)
        await desk.clock.advance(10)
        desk.api.finish()
        desk.api.say(duration=12)
        await desk.engine.called_back(task_id, "task-unified-1")
        await desk.clock.advance(10)
        assert await desk.state(task_id) is State.UNCONFIRMED


async def test_a_film_of_another_task_is_not_taken(start):
    async with start(callbacks=True) as desk:
        first = await desk.ask()
        await desk.clock.advance(5)
        desk.api.script = [ApiError(Cause.UNAVAILABLE, sent=Sent.MAYBE)]
        desk.api.takes_doubtful = False
        second = await desk.ask()
        await desk.clock.advance(10)
        await desk.engine.called_back(second, "task-unified-1")
        await desk.clock.advance(10)
        assert await desk.state(first) is State.RUNNING
        assert await desk.state(second) is State.UNCONFIRMED


async def test_without_a_callback_an_unconfirmed_film_is_lost_after_its_patience(start):
    async with start(callbacks=True) as desk:
        desk.api.script = [DOUBT]
        task_id = await desk.ask()
        await desk.clock.advance(10)
        await desk.clock.jump(3 * 3600)
        task = await desk.task(task_id)
        assert task.state is State.LOST
        assert task.may_turn_up


async def test_a_callback_after_it_was_lost_still_delivers_and_never_charges_the_person(start):
    async with start(callbacks=True) as desk:
        desk.api.script = [DOUBT]
        task_id = await desk.ask()
        await desk.clock.advance(10)
        await desk.clock.jump(3 * 3600)
        desk.api.finish()
        await desk.engine.called_back(task_id, "task-unified-1")
        await desk.clock.advance(60)
        assert await desk.state(task_id) is State.COMPLETED
        assert await desk.used() == 0
        assert await desk.posts(task_id) == {"reply": "there", "film": "there"}
        assert await desk.books_are_right()


async def test_a_callback_makes_a_running_film_due_now(start):
    async with start(callbacks=True) as desk:
        task_id = await desk.ask()
        await desk.clock.advance(5)
        desk.api.finish()
        await desk.engine.called_back(task_id, None)
        await desk.clock.advance(0.1)
        assert await desk.state(task_id) is State.COMPLETED


async def test_a_film_that_is_not_known_in_its_first_minutes_is_looked_for_again(desk):
    task_id = await desk.ask()
    await desk.clock.advance(5)
    tasks = dict(desk.api.tasks)
    desk.api.tasks.clear()
    await desk.clock.advance(120)
    assert await desk.state(task_id) is State.RUNNING
    desk.api.tasks.update(tasks)
    desk.api.finish()
    await desk.clock.advance(60)
    assert await desk.state(task_id) is State.COMPLETED


async def test_a_film_that_is_not_known_any_more_is_lost(desk):
    task_id = await desk.ask()
    await desk.clock.advance(5)
    desk.api.tasks.clear()
    await desk.clock.advance(600)
    assert (await desk.task(task_id)).error_code == "not_known_any_more"


async def test_looks_that_fail_are_no_failures_of_the_film(desk):
    task_id = await desk.ask()
    await desk.clock.advance(5)
    desk.api.look_script = [ApiError(Cause.UNAVAILABLE, sent=Sent.NO, status=503)] * 5
    desk.api.finish()
    await desk.clock.advance(300)
    assert await desk.state(task_id) is State.COMPLETED


async def test_a_stuck_film_is_given_up_after_a_day_and_a_late_one_still_arrives(desk):
    task_id = await desk.ask()
    await desk.clock.advance(5)
    desk.api.say(status=RemoteStatus.PROCESSING, progress=99)
    await desk.clock.jump(23 * 3600)
    assert await desk.state(task_id) is State.RUNNING
    await desk.clock.jump(2 * 3600)
    task = await desk.task(task_id)
    assert task.error_code == "took_too_long"
    assert task.may_turn_up
    desk.api.finish()
    await desk.clock.jump(2 * 3600)
    assert await desk.state(task_id) is State.COMPLETED
    assert await desk.used() == 0


async def test_a_film_that_others_finished_is_not_given_up_by_a_late_look(desk):
    task_id = await desk.ask()
    await desk.clock.advance(10)
    before = await desk.task(task_id)
    await desk.clock.jump(24 * 3600 - 600)

    def finish(books):
        tracker.apply(books, books.task(task_id), desk.api.tasks["task-unified-1"].update, later)

    later = desk.clock.now() + timedelta(hours=1)
    desk.api.finish()
    await desk.store.tx(finish)
    await desk.clock.jump(3600)
    await desk.engine.poller._apply(before, desk.api.tasks["task-unified-1"].update)
    assert await desk.state(task_id) is State.COMPLETED
    assert await desk.books_are_right()


async def test_a_film_in_doubt_gives_its_place_up_once_it_must_be_over(start):
    async with start(callbacks=True, slots=1) as desk:
        desk.api.script = [DOUBT]
        doubtful = await desk.ask()
        await desk.clock.advance(10)
        waiting = await desk.ask()
        await desk.clock.advance(9 * 60)
        assert await desk.state(waiting) is State.QUEUED

        await desk.clock.advance(3 * 60)
        assert await desk.state(doubtful) is State.UNCONFIRMED
        assert await desk.state(waiting) is State.RUNNING

        desk.api.finish()
        await desk.engine.called_back(doubtful, "task-unified-1")
        await desk.clock.advance(60)
        assert await desk.state(doubtful) is State.COMPLETED
