"""Somebody, or something, sets the machine's clock while videos wait and are made."""

from datetime import timedelta
from types import SimpleNamespace

import pytest

from bot.errors import ApiError, Cause, CommitUnknown, Sent
from bot.video.clock_steps import is_settled
from bot.video.privacy.sweep import Sweep
from bot.video.values.videos import State
from tests.video.conftest import PERSON, SERVER, limits

BACK, FORWARD = {"hours": -1}, {"hours": 48}
NOT_SENT = ApiError(Cause.UNAVAILABLE, sent=Sent.NO)


async def made(desk, task_id) -> bool:
    """Whether a video that the API has is posted within a few minutes."""
    for number in range(1, len(desk.api.tasks) + 1):
        desk.api.finish(number)
    await desk.clock.advance(120)
    return await desk.state(task_id) is State.COMPLETED and bool(desk.announcer.of("film"))


@pytest.mark.parametrize("step", [BACK, FORWARD, {"days": -3000}, {"days": 3000}])
@pytest.mark.parametrize("lasts", [1, 300])
async def test_a_clock_that_is_set_holds_nothing_up_and_loses_nothing(desk, step, lasts):
    queued = await desk.ask()
    desk.clock.set_by(**step)
    await desk.clock.advance(lasts)
    running = await desk.ask()
    await desk.clock.advance(10)
    assert await desk.state(queued) is State.RUNNING
    assert await desk.state(running) is State.RUNNING

    desk.clock.set_by(**{unit: -much for unit, much in step.items()})
    await desk.clock.advance(lasts)
    assert await desk.state(running) is State.RUNNING
    assert await made(desk, running)
    assert await desk.state(queued) is State.COMPLETED
    assert await desk.books_are_right()


@pytest.mark.parametrize("step", [BACK, FORWARD])
@pytest.mark.parametrize("is_another_boot", [False, True])
async def test_a_restart_after_the_clock_was_set_goes_on_where_the_last_one_ended(
    start, clock, step, is_another_boot
):
    async with start(slots=1) as desk:
        running = await desk.ask()
        await desk.clock.advance(90)
        waiting = await desk.ask()
        await desk.clock.advance(30)
    clock.set_by(**step)
    if is_another_boot and step is BACK:
        clock.boot = "another"
    async with start(slots=1) as desk:
        await desk.clock.advance(10)
        assert await desk.state(running) is State.RUNNING
        assert await made(desk, running)
        assert await desk.state(waiting) is State.RUNNING
        assert await made(desk, waiting)


@pytest.mark.parametrize("step", [BACK, FORWARD])
async def test_the_undo_seconds_are_seconds_whatever_the_clock_does(desk, step):
    await desk.ask()
    desk.clock.set_by(**step)
    await desk.clock.advance(3.5)
    assert desk.api.submitted == []
    await desk.clock.advance(1)
    assert len(desk.api.submitted) == 1


async def test_a_pause_ends_although_the_clock_was_set_back_meanwhile(desk):
    desk.api.script, desk.api.balance_error = [NOT_SENT], NOT_SENT
    task_id = await desk.ask()
    await desk.clock.advance(60)
    desk.clock.set_by(hours=-5)
    await desk.clock.advance(60)
    desk.api.balance_error = None
    await desk.clock.advance(120)
    assert await desk.state(task_id) is State.RUNNING


@pytest.mark.parametrize("lasts", [5, 3600])
async def test_a_video_is_not_told_as_lost_for_a_day_that_was_only_on_the_clock(desk, lasts):
    task_id = await desk.ask()
    await desk.clock.advance(60)
    desk.clock.set_by(hours=48)
    await desk.clock.advance(lasts)
    assert await desk.state(task_id) is State.RUNNING
    desk.clock.set_by(hours=-48)
    await desk.clock.advance(lasts)
    assert await desk.state(task_id) is State.RUNNING
    assert "operator.lost" not in {cause for cause, _ in desk.announcer.notices()}
    await desk.clock.advance(25 * 3600)  # but a day that has passed has passed
    assert await desk.state(task_id) is State.LOST


async def test_a_moderator_keeps_the_whole_day_for_a_video_on_hold(desk):
    task_id = await desk.ask()
    held_until = desk.clock.now() + timedelta(hours=24)

    def hold(books):
        books.move_from(task_id, {State.QUEUED}, State.HELD, due_at=held_until)

    await desk.store.tx(hold)
    desk.engine.stir(task_id)
    await desk.clock.advance(10)
    desk.clock.set_by(hours=48)
    await desk.clock.advance(20 * 3600)
    assert await desk.state(task_id) is State.HELD
    await desk.clock.advance(5 * 3600)
    assert await desk.state(task_id) is State.CANCELLED


async def test_a_due_time_that_nobody_waits_for_is_due_now(desk):
    """As a clock leaves it that was years ahead, before anything counted its steps."""
    task_id = await desk.ask()
    await desk.clock.advance(10)
    far = desk.clock.now() + timedelta(days=3000)
    await desk.store.tx(lambda books: books.note(task_id, due_at=far))
    desk.api.finish()
    await desk.clock.advance(900)
    assert await desk.state(task_id) is State.COMPLETED

    film = f"{task_id}.film"
    await desk.store.tx(lambda books: books.change_post(film, state="due", due_at=far))
    before = len(desk.announcer.of("show"))
    await desk.clock.advance(120)
    assert len(desk.announcer.of("film")) + len(desk.announcer.of("show")) > before


async def test_a_reset_made_under_a_clock_days_ahead_lifts_no_limit_for_days(start):
    async with start(limits=limits(daily=1000)) as desk:
        await desk.ask()

        def ahead(books):
            at = desk.clock.now() + timedelta(days=3)
            books.put_reset(SERVER, PERSON, by=1, at=at)

        await desk.store.tx(ahead)
        assert await desk.used() == 270_000
        await desk.ask()
        assert await desk.used() == 540_000


@pytest.mark.long
async def test_nobodys_words_are_forgotten_early_because_the_clock_was_set(desk):
    task_id = await desk.ask()
    await desk.clock.advance(10)
    desk.api.finish()
    await desk.clock.advance(120)
    desk.clock.set_by(days=100)
    await desk.clock.advance(120)
    sweep = Sweep(store=desk.store, read=desk.store.read, clock=desk.engine._clock)
    assert await sweep.sweep() == 0
    request_id = (await desk.task(task_id)).request_id
    assert (await desk.store.tx(lambda books: books.request(request_id))).spec.prompt == "a fox"

    await desk.clock.advance(8 * 24 * 3600)  # nobody set it back for a week: it is the truth
    assert await sweep.sweep() == 0  # but only 8 days have passed

    due = SimpleNamespace(now=lambda: desk.clock.now() + timedelta(days=83))
    await Sweep(store=desk.store, read=desk.store.read, clock=due).sweep()
    assert (await desk.store.tx(lambda books: books.request(request_id))).spec.prompt == ""


async def test_a_small_step_back_does_not_make_a_clock_that_is_far_ahead_trusted(desk):
    task_id = await desk.ask()
    await desk.clock.advance(10)
    desk.api.finish()
    await desk.clock.advance(120)
    request_id = (await desk.task(task_id)).request_id
    sweep = Sweep(store=desk.store, read=desk.store.read, clock=desk.engine._clock)
    for step in ({"days": 100}, {"hours": -2}):
        desk.clock.set_by(**step)
        await desk.clock.advance(120)
    assert await sweep.sweep() == 0
    assert (await desk.store.tx(lambda books: books.request(request_id))).spec.prompt == "a fox"

    desk.clock.set_by(days=-100, hours=2)
    await desk.clock.advance(120)
    assert await desk.store.tx(is_settled, desk.clock.now())


@pytest.mark.parametrize("step", [BACK, FORWARD])
async def test_what_was_used_counts_for_a_day_that_has_passed_not_for_one_on_the_clock(start, step):
    async with start(limits=limits(daily=100)) as desk:
        await desk.ask()
        await desk.clock.advance(3600)
        desk.clock.set_by(**step)
        await desk.clock.advance(60)
        assert await desk.used() == 270_000
        await desk.clock.advance(22 * 3600)
        assert await desk.used() == 270_000
        await desk.clock.advance(2 * 3600)
        assert await desk.used() == 0


async def test_the_operator_is_told_that_the_clock_was_set(desk):
    desk.clock.set_by(hours=-1)
    await desk.clock.advance(60)
    assert [cause for cause, _ in desk.announcer.notices()] == ["operator.clock_step"]


async def test_a_callback_is_believed_although_the_clock_was_set_since_the_submission(start):
    async with start(callbacks=True) as desk:
        desk.api.script = [ApiError(Cause.UNAVAILABLE, sent=Sent.MAYBE)]
        task_id = await desk.ask()
        await desk.clock.advance(10)
        assert await desk.state(task_id) is State.UNCONFIRMED
        desk.clock.set_by(hours=3)
        await desk.clock.advance(60)
        desk.api.finish()
        await desk.engine.called_back(task_id, "task-unified-1")
        await desk.clock.advance(60)
        assert await desk.state(task_id) is State.COMPLETED


async def test_a_step_whose_commit_is_unknown_moves_everything_once(desk, monkeypatch):
    tx = type(desk.store).tx
    lost = []

    async def kept_but_unknown(self, fn, *args, **kwargs):
        done = await tx(self, fn, *args, **kwargs)
        seen = await tx(self, lambda books: books.fact("clock.moved"))
        if seen and not lost:
            lost.append(seen)
            raise CommitUnknown
        return done

    task_id = await desk.ask()
    await desk.clock.advance(60)
    before = (await desk.task(task_id)).submitted_at
    monkeypatch.setattr(type(desk.store), "tx", kept_but_unknown)
    desk.clock.set_by(hours=48)
    await desk.clock.advance(120)
    assert lost
    assert (await desk.task(task_id)).submitted_at == before + timedelta(hours=48)


async def test_what_an_earlier_start_booked_moves_with_a_clock_that_is_set(start):
    async with start(limits=limits(daily=100)) as desk:
        await desk.ask()
        await desk.clock.advance(60)
    async with start(limits=limits(daily=100)) as desk:
        await desk.clock.advance(60)
        desk.clock.set_by(hours=48)
        await desk.clock.advance(60)
        assert await desk.used() == 270_000
        assert await desk.bill() == 270_000


@pytest.mark.parametrize("step", [BACK, FORWARD])
async def test_a_link_is_good_for_the_day_that_passes_whatever_the_clock_says(start, clock, step):
    async with start() as desk:
        task_id = await desk.ask()
        await desk.clock.advance(10)
        assert await made(desk, task_id)
        clock.set_by(**step)
        await desk.clock.advance(60)
        left = (await desk.task(task_id)).film_until - desk.clock.now()
        assert timedelta(hours=23) < left < timedelta(hours=24)
    clock.set_by(**{unit: -much for unit, much in step.items()})
    async with start() as desk:
        await desk.clock.advance(60)
        left = (await desk.task(task_id)).film_until - desk.clock.now()
        assert timedelta(hours=23) < left < timedelta(hours=24)
