"""A lease that lapsed and was renewed: nothing is done meanwhile, and nothing stays undone."""

import pytest
from sqlalchemy import text

from bot.db.sqlite import FileLease
from bot.errors import ApiError, Cause, Sent
from bot.video.life.doubts import called_back
from bot.video.outbox import owed
from bot.video.values.videos import State


@pytest.fixture
def lease(monkeypatch):
    """`lease["held"]` says whether it is."""
    held = {"held": True}
    monkeypatch.setattr(FileLease, "is_held", lambda self: held["held"])
    return held


async def test_a_queue_goes_on_when_the_lease_is_renewed(desk, lease):
    task_id = await desk.ask()
    lease["held"] = False
    await desk.clock.advance(20)
    assert desk.api.submitted == []
    lease["held"] = True
    await desk.clock.advance(20)
    assert await desk.state(task_id) is State.RUNNING


async def test_a_running_film_is_looked_at_when_the_lease_is_renewed(desk, lease):
    task_id = await desk.ask()
    await desk.clock.advance(10)
    desk.api.finish()
    looks, lease["held"] = desk.api.looks, False
    await desk.clock.advance(120)
    assert desk.api.looks == looks
    lease["held"] = True
    await desk.clock.advance(90)
    assert await desk.posts(task_id) == {"reply": "there", "film": "there"}


async def test_a_film_claimed_just_before_the_lease_lapsed_is_queued_again(desk, lease):
    task_id = await desk.ask()

    def lapse(remote_task_id):
        lease["held"] = False

    desk.engine.submitter._callback_url = lapse  # asked for between the claim and the sending
    await desk.clock.advance(10)
    assert await desk.state(task_id) is State.QUEUED
    desk.engine.submitter._callback_url = lambda remote_task_id: None
    lease["held"] = True
    await desk.clock.advance(10)
    assert await desk.state(task_id) is State.RUNNING
    assert desk.api.submitted == [task_id]


async def test_a_callback_that_reached_another_process_is_followed(start, api, monkeypatch):
    monkeypatch.setattr(FileLease, "is_shared", property(lambda self: True, lambda *_: None))
    async with start(callbacks=True) as desk:
        api.script = [ApiError(Cause.UNAVAILABLE, sent=Sent.MAYBE)]
        task_id = await desk.ask()
        await desk.clock.advance(10)
        api.finish()
        # As any other process does that shares the database: this one hears nothing of it.
        await desk.store.tx(called_back, task_id, "task-unified-1", desk.clock.now())
        await desk.clock.advance(15)
        assert await desk.state(task_id) is State.COMPLETED


async def test_what_a_press_at_another_process_made_due_is_seen_to_soon(start, monkeypatch):
    monkeypatch.setattr(FileLease, "is_shared", property(lambda self: True, lambda *_: None))
    async with start() as desk:
        task_id = await desk.ask()

        def cancel_as_another(books):
            states, now = owed.CANCELLABLE, desk.clock.now()
            owed.end_from(books, task_id, states, State.CANCELLED, now=now, error_code="cancelled")

        await desk.clock.advance(2)
        await desk.store.tx(cancel_as_another)
        await desk.clock.advance(6)
        (last,) = desk.announcer.of("show")
        assert last.card.task.state is State.CANCELLED


async def test_what_another_process_owes_is_its_own_for_as_long_as_it_lives(start, monkeypatch):
    monkeypatch.setattr(FileLease, "is_shared", property(lambda self: True, lambda *_: None))
    async with start() as desk:
        task_id = await desk.ask()

        def act_as_another(books):
            books.connection.execute(text("INSERT INTO processes VALUES (99, 0, NULL, 0)"))
            books.connection.execute(text("UPDATE tasks SET owner = 99"))
            states, now = owed.CANCELLABLE, desk.clock.now()
            owed.end_from(books, task_id, states, State.CANCELLED, now=now, error_code="cancelled")

        await desk.store.tx(act_as_another)
        await desk.clock.advance(30)
        assert desk.announcer.of("show") == []
        ended = text("UPDATE processes SET ended = 1 WHERE owner = 99")
        await desk.store.tx(lambda books: books.connection.execute(ended))
        await desk.clock.advance(30)
        (last,) = desk.announcer.of("show")
        assert last.card.task.state is State.CANCELLED
