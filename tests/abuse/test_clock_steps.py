"""The machine's clock is set while videos wait or are being made."""

from datetime import timedelta
from types import SimpleNamespace

import pytest

from bot.errors import ApiError, Cause, Certainty, CommitUnknown
from bot.video.clock_steps import is_settled
from bot.video.privacy.sweep import Sweep
from bot.video.values.videos import State
from tests.video.harness import PERSON, SERVER, Harness, Start, limits

BACK, FORWARD = {"hours": -1}, {"hours": 48}
NOT_SENT = ApiError(Cause.UNAVAILABLE, sent=Certainty.NO)


async def made(middle: Harness, task_id) -> bool:
    """Whether a video that the API has is posted within a few minutes."""
    for number in range(1, len(middle.api.tasks) + 1):
        middle.api.finish(number)
    await middle.clock.advance(120)
    return await middle.state(task_id) is State.COMPLETED and bool(middle.announcer.of("film"))


@pytest.mark.parametrize("step", [BACK, FORWARD, {"days": -3000}, {"days": 3000}])
@pytest.mark.parametrize("lasts", [1, 300])
async def test_a_clock_that_is_set_holds_nothing_up_and_loses_nothing(middle: Harness, step, lasts):
    queued = await middle.ask()
    middle.clock.set_by(**step)
    await middle.clock.advance(lasts)
    running = await middle.ask()
    await middle.clock.advance(10)
    assert await middle.state(queued) is State.RUNNING
    assert await middle.state(running) is State.RUNNING

    middle.clock.set_by(**{unit: -much for unit, much in step.items()})
    await middle.clock.advance(lasts)
    assert await middle.state(running) is State.RUNNING
    assert await made(middle, running)
    assert await middle.state(queued) is State.COMPLETED
    assert await middle.books_are_right()


@pytest.mark.parametrize("step", [BACK, FORWARD])
@pytest.mark.parametrize("is_another_boot", [False, True])
async def test_a_restart_after_the_clock_was_set_goes_on_where_the_last_one_ended(
    start: Start, clock, step, is_another_boot
):
    async with start(slots=1) as middle:
        running = await middle.ask()
        await middle.clock.advance(90)
        waiting = await middle.ask()
        await middle.clock.advance(30)
    clock.set_by(**step)
    if is_another_boot and step is BACK:
        clock.boot = "another"
    async with start(slots=1) as middle:
        await middle.clock.advance(10)
        assert await middle.state(running) is State.RUNNING
        assert await made(middle, running)
        assert await middle.state(waiting) is State.RUNNING
        assert await made(middle, waiting)


@pytest.mark.parametrize("step", [BACK, FORWARD])
async def test_the_undo_seconds_are_seconds_whatever_the_clock_does(middle: Harness, step):
    await middle.ask()
    middle.clock.set_by(**step)
    await middle.clock.advance(3.5)
    assert middle.api.submitted == []
    await middle.clock.advance(1)
    assert len(middle.api.submitted) == 1


async def test_a_pause_ends_although_the_clock_was_set_back_meanwhile(middle: Harness):
    middle.api.script, middle.api.balance_error = [NOT_SENT], NOT_SENT
    task_id = await middle.ask()
    await middle.clock.advance(60)
    middle.clock.set_by(hours=-5)
    await middle.clock.advance(60)
    middle.api.balance_error = None
    await middle.clock.advance(120)
    assert await middle.state(task_id) is State.RUNNING


@pytest.mark.long
@pytest.mark.parametrize("lasts", [5, 3600])
async def test_a_video_is_not_told_as_lost_for_a_day_that_was_only_on_the_clock(
    middle: Harness, lasts
):
    task_id = await middle.ask()
    await middle.clock.advance(60)
    middle.clock.set_by(hours=48)
    await middle.clock.advance(lasts)
    assert await middle.state(task_id) is State.RUNNING
    middle.clock.set_by(hours=-48)
    await middle.clock.advance(lasts)
    assert await middle.state(task_id) is State.RUNNING
    assert "operator.lost" not in {cause for cause, _ in middle.announcer.notices()}
    await middle.clock.advance(25 * 3600)  # but a day that has passed has passed
    assert await middle.state(task_id) is State.LOST


@pytest.mark.long
async def test_a_moderator_keeps_the_whole_day_for_a_video_on_hold(middle: Harness):
    task_id = await middle.ask()
    held_until = middle.clock.now() + timedelta(hours=24)

    def hold(books):
        books.move_from(task_id, {State.QUEUED}, State.HELD, due_at=held_until)

    await middle.store.tx(hold)
    middle.engine.notify(task_id)
    await middle.clock.advance(10)
    middle.clock.set_by(hours=48)
    await middle.clock.advance(20 * 3600)
    assert await middle.state(task_id) is State.HELD
    await middle.clock.advance(5 * 3600)
    assert await middle.state(task_id) is State.CANCELLED


async def test_a_due_time_that_nobody_waits_for_is_due_now(middle: Harness):
    """As left by a clock that was years ahead before anything counted its steps."""
    task_id = await middle.ask()
    await middle.clock.advance(10)
    far = middle.clock.now() + timedelta(days=3000)
    await middle.store.tx(lambda books: books.note(task_id, due_at=far))
    middle.api.finish()
    await middle.clock.advance(900)
    assert await middle.state(task_id) is State.COMPLETED

    film = f"{task_id}.film"
    await middle.store.tx(lambda books: books.change_post(film, state="due", due_at=far))
    before = len(middle.announcer.of("show"))
    await middle.clock.advance(120)
    assert len(middle.announcer.of("film")) + len(middle.announcer.of("show")) > before


async def test_a_reset_made_under_a_clock_days_ahead_lifts_no_limit_for_days(start: Start):
    async with start(limits=limits(daily=1000)) as middle:
        await middle.ask()

        def ahead(books):
            at = middle.clock.now() + timedelta(days=3)
            books.put_reset(SERVER, PERSON, by=1, at=at)

        await middle.store.tx(ahead)
        assert await middle.used() == 270_000
        await middle.ask()
        assert await middle.used() == 540_000


@pytest.mark.long
async def test_nobodys_words_are_forgotten_early_because_the_clock_was_set(middle: Harness):
    task_id = await middle.ask()
    await middle.clock.advance(10)
    middle.api.finish()
    await middle.clock.advance(120)
    middle.clock.set_by(days=100)
    await middle.clock.advance(120)
    sweep = Sweep(store=middle.store, read=middle.store.read, clock=middle.engine._clock)
    assert await sweep.sweep() == 0
    request_id = (await middle.task(task_id)).request_id
    assert (await middle.store.tx(lambda books: books.request(request_id))).spec.prompt == "a fox"

    await middle.clock.advance(8 * 24 * 3600)  # nobody set it back for a week: it is the truth
    assert await sweep.sweep() == 0  # but only 8 days have passed

    due = SimpleNamespace(now=lambda: middle.clock.now() + timedelta(days=83))
    await Sweep(store=middle.store, read=middle.store.read, clock=due).sweep()
    assert (await middle.store.tx(lambda books: books.request(request_id))).spec.prompt == ""


async def test_a_small_step_back_does_not_make_a_clock_that_is_far_ahead_trusted(middle: Harness):
    task_id = await middle.ask()
    await middle.clock.advance(10)
    middle.api.finish()
    await middle.clock.advance(120)
    request_id = (await middle.task(task_id)).request_id
    sweep = Sweep(store=middle.store, read=middle.store.read, clock=middle.engine._clock)
    for step in ({"days": 100}, {"hours": -2}):
        middle.clock.set_by(**step)
        await middle.clock.advance(120)
    assert await sweep.sweep() == 0
    assert (await middle.store.tx(lambda books: books.request(request_id))).spec.prompt == "a fox"

    middle.clock.set_by(days=-100, hours=2)
    await middle.clock.advance(120)
    assert await middle.store.tx(is_settled, middle.clock.now())


@pytest.mark.long
@pytest.mark.parametrize("step", [BACK, FORWARD])
async def test_what_was_used_counts_for_a_day_that_has_passed_not_for_one_on_the_clock(
    start: Start, step
):
    async with start(limits=limits(daily=100)) as middle:
        await middle.ask()
        await middle.clock.advance(3600)
        middle.clock.set_by(**step)
        await middle.clock.advance(60)
        assert await middle.used() == 270_000
        await middle.clock.advance(22 * 3600)
        assert await middle.used() == 270_000
        await middle.clock.advance(2 * 3600)
        assert await middle.used() == 0


async def test_the_operator_is_told_that_the_clock_was_set(middle: Harness):
    middle.clock.set_by(hours=-1)
    await middle.clock.advance(60)
    assert [cause for cause, _ in middle.announcer.notices()] == ["operator.clock_step"]


async def test_a_callback_is_believed_although_the_clock_was_set_since_the_submission(start: Start):
    async with start(callbacks=True) as middle:
        middle.api.script = [ApiError(Cause.UNAVAILABLE, sent=Certainty.MAYBE)]
        task_id = await middle.ask()
        await middle.clock.advance(10)
        assert await middle.state(task_id) is State.UNCONFIRMED
        middle.clock.set_by(hours=3)
        await middle.clock.advance(60)
        middle.api.finish()
        await middle.engine.called_back(task_id, "task-unified-1")
        await middle.clock.advance(60)
        assert await middle.state(task_id) is State.COMPLETED


async def test_a_step_whose_commit_is_unknown_moves_everything_once(middle: Harness, monkeypatch):
    tx = type(middle.store).tx
    lost = []

    async def kept_but_unknown(self, fn, *args, **kwargs):
        done = await tx(self, fn, *args, **kwargs)
        seen = await tx(self, lambda books: books.fact("clock.moved"))
        if seen and not lost:
            lost.append(seen)
            raise CommitUnknown
        return done

    task_id = await middle.ask()
    await middle.clock.advance(60)
    before = (await middle.task(task_id)).submitted_at
    monkeypatch.setattr(type(middle.store), "tx", kept_but_unknown)
    middle.clock.set_by(hours=48)
    await middle.clock.advance(120)
    assert lost
    assert (await middle.task(task_id)).submitted_at == before + timedelta(hours=48)


async def test_what_an_earlier_start_booked_moves_with_a_clock_that_is_set(start: Start):
    async with start(limits=limits(daily=100)) as middle:
        await middle.ask()
        await middle.clock.advance(60)
    async with start(limits=limits(daily=100)) as middle:
        await middle.clock.advance(60)
        middle.clock.set_by(hours=48)
        await middle.clock.advance(60)
        assert await middle.used() == 270_000
        assert await middle.bill() == 270_000


@pytest.mark.parametrize("step", [BACK, FORWARD])
async def test_a_link_is_good_for_the_day_that_passes_whatever_the_clock_says(
    start: Start, clock, step
):
    async with start() as middle:
        task_id = await middle.ask()
        await middle.clock.advance(10)
        assert await made(middle, task_id)
        clock.set_by(**step)
        await middle.clock.advance(60)
        left = (await middle.task(task_id)).film_until - middle.clock.now()
        assert timedelta(hours=23) < left < timedelta(hours=24)
    clock.set_by(**{unit: -much for unit, much in step.items()})
    async with start() as middle:
        await middle.clock.advance(60)
        left = (await middle.task(task_id)).film_until - middle.clock.now()
        assert timedelta(hours=23) < left < timedelta(hours=24)
