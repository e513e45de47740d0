"""A lease that lapsed and was renewed: nothing is done meanwhile, and nothing stays undone."""

import pytest

from bot.db.sqlite import FileLease
from bot.errors import ApiError, Cause, Sent
from bot.video.life.doubts import called_back
from bot.video.models import State


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
