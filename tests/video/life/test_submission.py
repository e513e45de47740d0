"""Paid work starts once; failures on the way are sorted by what they prove."""

from datetime import timedelta

import pytest

from bot.errors import ApiError, Cause, Certainty, Reason
from bot.video.life import tracker
from bot.video.values.videos import RemoteStatus, State
from tests.video.harness import Harness, Start

DOUBT = ApiError(Cause.UNAVAILABLE, sent=Certainty.MAYBE, message="cut")
NOT_SENT = ApiError(Cause.UNAVAILABLE, sent=Certainty.NO, message="refused connection")
BUSY = ApiError(Cause.BUSY, sent=Certainty.NO, status=429, retry_after=7)
POLICY = ApiError(
    Cause.POLICY,
    sent=Certainty.NO,
    reason=Reason.POLICY,
    status=400,
    code="content_policy_violation",
)


async def test_a_definite_refusal_fails_the_film_and_charges_nobody(harness: Harness):
    harness.api.script = [POLICY]
    task_id = await harness.ask()
    await harness.clock.advance(10)
    task = await harness.task(task_id)
    assert (task.state, task.reason) == (State.FAILED, Reason.POLICY)
    assert await harness.used() == 0
    assert await harness.bill() == 0


@pytest.mark.parametrize("error", [NOT_SENT, BUSY])
async def test_what_was_not_sent_is_queued_again_with_its_reservation(harness: Harness, error):
    harness.api.script = [error]
    task_id = await harness.ask()
    await harness.clock.advance(4.5)
    assert await harness.state(task_id) is State.QUEUED
    assert await harness.used() == 270_000
    await harness.clock.advance(30)
    assert await harness.state(task_id) is State.RUNNING
    assert len(harness.api.tasks) == 1


async def test_the_api_is_asked_again_only_when_it_said(harness: Harness):
    harness.api.script = [BUSY]
    await harness.ask()
    await harness.clock.advance(4 + 6.9)
    assert len(harness.api.submitted) == 1
    await harness.clock.advance(0.3)
    assert len(harness.api.submitted) == 2


async def test_a_doubtful_submission_is_lost_in_true_words_and_never_repeated(harness: Harness):
    harness.api.script = [DOUBT]
    task_id = await harness.ask()
    await harness.clock.advance(600)
    task = await harness.task(task_id)
    assert (task.state, task.reason) == (State.LOST, Reason.OUTCOME_UNKNOWN)
    assert not task.may_turn_up  # there is nobody to learn it from
    assert harness.api.submitted == [task_id]
    assert await harness.used() == 0
    assert await harness.bill() == 270_000
    causes = {cause for cause, _ in harness.announcer.notices()}
    assert causes == {"operator.outage", "operator.lost"}


async def test_an_answer_that_cannot_be_kept_is_a_doubt_and_leaves_nothing_half_done(
    harness: Harness,
):
    await harness.ask()
    await harness.clock.advance(10)
    harness.api.tasks.clear()  # so that the API gives the same id once more
    task_id = await harness.ask()
    await harness.clock.advance(30)

    assert (await harness.task(task_id)).reason is Reason.OUTCOME_UNKNOWN
    assert len(set(harness.api.submitted)) == len(harness.api.submitted)


async def test_an_outage_risks_only_what_was_in_flight(start: Start):
    async with start(slots=3) as harness:
        await harness.ask()
        await harness.clock.advance(5)
        harness.api.finish(1)
        await harness.clock.advance(60)
        harness.api.script = [DOUBT] * 20
        harness.api.balance_error = NOT_SENT
        for _ in range(10):
            await harness.ask()
        await harness.clock.advance(300)
        assert len(harness.api.submitted) - 1 <= 2

        harness.api.script, harness.api.balance_error = [], None
        await harness.clock.advance(120)
        assert len(set(harness.api.submitted)) == len(harness.api.submitted)
        assert len(harness.api.submitted) >= 4


@pytest.mark.parametrize(("cause", "status"), [(Cause.KEY, 401), (Cause.CREDIT, 402)])
async def test_a_key_without_rights_or_credit_pauses_tells_once_and_resumes(
    harness: Harness, cause, status
):
    harness.api.balance_error = ApiError(cause, sent=Certainty.NO, status=status)
    harness.api.script = [ApiError(cause, sent=Certainty.NO, status=status)] * 3
    task_id = await harness.ask()
    await harness.clock.advance(120)
    assert await harness.state(task_id) is State.QUEUED
    assert [each for each, _ in harness.announcer.notices()] == [f"operator.{cause}"]
    assert harness.announcer.of("show")[-1].card.is_paused

    harness.api.balance_error, harness.api.script = None, []
    await harness.clock.advance(120)
    assert await harness.state(task_id) is State.RUNNING


async def test_a_callback_settles_a_doubtful_submission(start: Start):
    async with start(callbacks=True) as harness:
        harness.api.script = [DOUBT]
        task_id = await harness.ask()
        await harness.clock.advance(10)
        assert await harness.state(task_id) is State.UNCONFIRMED

        harness.api.finish()
        assert await harness.engine.called_back(task_id, "task-unified-1")
        await harness.clock.advance(10)
        assert await harness.state(task_id) is State.COMPLETED
        assert await harness.posts(task_id) == {"reply": "there", "film": "there"}
        assert len(harness.api.submitted) == 1


async def test_what_a_callback_names_must_fit(start: Start):
    async with start(callbacks=True) as harness:
        harness.api.script = [DOUBT]
        task_id = await harness.ask(duration=5)
        await harness.clock.advance(10)
        harness.api.finish()
        harness.api.say(duration=12)
        await harness.engine.called_back(task_id, "task-unified-1")
        await harness.clock.advance(10)
        assert await harness.state(task_id) is State.UNCONFIRMED


async def test_a_film_of_another_task_is_not_taken(start: Start):
    async with start(callbacks=True) as harness:
        first = await harness.ask()
        await harness.clock.advance(5)
        harness.api.script = [ApiError(Cause.UNAVAILABLE, sent=Certainty.MAYBE)]
        harness.api.takes_doubtful = False
        second = await harness.ask()
        await harness.clock.advance(10)
        await harness.engine.called_back(second, "task-unified-1")
        await harness.clock.advance(10)
        assert await harness.state(first) is State.RUNNING
        assert await harness.state(second) is State.UNCONFIRMED


async def test_without_a_callback_an_unconfirmed_film_is_lost_after_its_patience(start: Start):
    async with start(callbacks=True) as harness:
        harness.api.script = [DOUBT]
        task_id = await harness.ask()
        await harness.clock.advance(10)
        await harness.clock.jump(3 * 3600)
        task = await harness.task(task_id)
        assert task.state is State.LOST
        assert task.may_turn_up


async def test_a_callback_after_it_was_lost_still_delivers_and_never_charges_the_person(
    start: Start,
):
    async with start(callbacks=True) as harness:
        harness.api.script = [DOUBT]
        task_id = await harness.ask()
        await harness.clock.advance(10)
        await harness.clock.jump(3 * 3600)
        harness.api.finish()
        await harness.engine.called_back(task_id, "task-unified-1")
        await harness.clock.advance(60)
        assert await harness.state(task_id) is State.COMPLETED
        assert await harness.used() == 0
        overtaken = {"reply": "there", "outcome": "gone", "film": "there"}
        assert await harness.posts(task_id) == overtaken
        assert await harness.books_are_right()


async def test_a_callback_makes_a_running_film_due_now(start: Start):
    async with start(callbacks=True) as harness:
        task_id = await harness.ask()
        await harness.clock.advance(5)
        harness.api.finish()
        await harness.engine.called_back(task_id, None)
        await harness.clock.advance(0.1)
        assert await harness.state(task_id) is State.COMPLETED


async def test_a_film_that_is_not_known_in_its_first_minutes_is_looked_for_again(harness: Harness):
    task_id = await harness.ask()
    await harness.clock.advance(5)
    tasks = dict(harness.api.tasks)
    harness.api.tasks.clear()
    await harness.clock.advance(120)
    assert await harness.state(task_id) is State.RUNNING
    harness.api.tasks.update(tasks)
    harness.api.finish()
    await harness.clock.advance(60)
    assert await harness.state(task_id) is State.COMPLETED


async def test_a_film_that_is_not_known_any_more_is_lost(harness: Harness):
    task_id = await harness.ask()
    await harness.clock.advance(5)
    harness.api.tasks.clear()
    await harness.clock.advance(600)
    assert (await harness.task(task_id)).reason is Reason.NOT_FOUND


async def test_looks_that_fail_are_no_failures_of_the_film(harness: Harness):
    task_id = await harness.ask()
    await harness.clock.advance(5)
    harness.api.look_script = [ApiError(Cause.UNAVAILABLE, sent=Certainty.NO, status=503)] * 5
    harness.api.finish()
    await harness.clock.advance(300)
    assert await harness.state(task_id) is State.COMPLETED


async def test_a_stuck_film_is_given_up_after_a_day_and_a_late_one_still_arrives(harness: Harness):
    task_id = await harness.ask()
    await harness.clock.advance(5)
    harness.api.say(status=RemoteStatus.PROCESSING, progress=99)
    await harness.clock.jump(23 * 3600)
    assert await harness.state(task_id) is State.RUNNING
    await harness.clock.jump(2 * 3600)
    task = await harness.task(task_id)
    assert task.reason is Reason.TOOK_TOO_LONG
    assert task.may_turn_up
    harness.api.finish()
    await harness.clock.jump(2 * 3600)
    assert await harness.state(task_id) is State.COMPLETED
    assert await harness.used() == 0


async def test_a_film_that_others_finished_is_not_given_up_by_a_late_look(harness: Harness):
    task_id = await harness.ask()
    await harness.clock.advance(10)
    before = await harness.task(task_id)
    await harness.clock.jump(24 * 3600 - 600)

    def finish(books):
        tracker.apply(books, books.task(task_id), harness.api.tasks["task-unified-1"].update, later)

    later = harness.clock.now() + timedelta(hours=1)
    harness.api.finish()
    await harness.store.tx(finish)
    await harness.clock.jump(3600)
    await harness.engine.poller._apply(before, harness.api.tasks["task-unified-1"].update)
    assert await harness.state(task_id) is State.COMPLETED
    assert await harness.books_are_right()


async def test_a_film_in_doubt_gives_its_place_up_once_it_must_be_over(start: Start):
    async with start(callbacks=True, slots=1) as harness:
        harness.api.script = [DOUBT]
        doubtful = await harness.ask()
        await harness.clock.advance(10)
        waiting = await harness.ask()
        await harness.clock.advance(9 * 60)
        assert await harness.state(waiting) is State.QUEUED

        await harness.clock.advance(3 * 60)
        assert await harness.state(doubtful) is State.UNCONFIRMED
        assert await harness.state(waiting) is State.RUNNING

        harness.api.finish()
        await harness.engine.called_back(doubtful, "task-unified-1")
        await harness.clock.advance(60)
        assert await harness.state(doubtful) is State.COMPLETED
