"""A task whose submission is in doubt, and what the bot says about it while it looks."""

import pytest

from bot.errors import ApiError, Cause, Certainty
from bot.video.values.videos import State
from tests.video.harness import Start

AWAY = ApiError(Cause.UNAVAILABLE, sent=Certainty.NO)
HOUR = 3600


@pytest.fixture
async def doubted(start: Start, api):
    """A bot with callbacks, and a video the API accepted without being able to say so."""
    async with start(callbacks=True) as harness:
        api.script = [ApiError(Cause.UNAVAILABLE, sent=Certainty.MAYBE)]
        task_id = await harness.ask()
        await harness.clock.advance(10)
        assert await harness.state(task_id) is State.UNCONFIRMED
        yield harness, task_id


async def test_the_true_callback_counts_when_it_comes_while_a_wrong_one_is_read(doubted, api):
    harness, task_id = doubted
    look = api.look

    async def look_slowly(remote_id):
        if remote_id == "task-of-nobody":
            await harness.engine.called_back(task_id, "task-unified-1")
        return await look(remote_id)

    api.look = look_slowly
    api.finish()
    await harness.engine.called_back(task_id, "task-of-nobody")
    await harness.clock.advance(10)
    assert await harness.state(task_id) is State.COMPLETED


async def test_a_wrong_callback_changes_nothing_when_it_comes_while_the_true_one_is_read(
    doubted, api
):
    harness, task_id = doubted
    look = api.look

    async def look_slowly(remote_id):
        if await harness.state(task_id) is State.UNCONFIRMED:
            await harness.engine.called_back(task_id, "task-of-nobody")
        return await look(remote_id)

    api.look = look_slowly
    api.finish()
    await harness.engine.called_back(task_id, "task-unified-1")
    await harness.clock.advance(10)
    assert await harness.state(task_id) is State.COMPLETED


async def test_a_wrong_callback_does_not_displace_the_true_one_while_nothing_can_be_read(
    doubted, api
):
    harness, task_id = doubted
    api.look_script = [AWAY]
    api.finish()
    await harness.engine.called_back(task_id, "task-unified-1")
    await harness.engine.called_back(task_id, "task-of-nobody")
    await harness.clock.advance(60)
    assert await harness.state(task_id) is State.COMPLETED


async def test_a_callback_is_not_forgotten_when_its_patience_ends_meanwhile(doubted, api):
    harness, task_id = doubted
    await harness.clock.advance(2 * HOUR - 30)
    look, out_of_reach = api.look, [AWAY] * 5

    async def look_badly(remote_id):
        if out_of_reach:
            raise out_of_reach.pop()
        return await look(remote_id)

    api.look = look_badly
    api.finish()
    await harness.engine.called_back(task_id, "task-unified-1")
    await harness.clock.advance(60)
    assert await harness.state(task_id) is State.LOST
    assert harness.announcer.of("show")[-1].card.task.state is State.LOST  # told at once
    await harness.clock.advance(4 * HOUR)
    everything = {"reply": "there", "outcome": "there", "film": "there"}
    assert await harness.posts(task_id) == everything


async def test_a_late_callback_about_a_lost_film_survives_a_read_that_fails(doubted, api):
    harness, task_id = doubted
    await harness.clock.advance(2 * HOUR)
    assert await harness.state(task_id) is State.LOST
    api.look_script = [AWAY]
    api.finish()
    await harness.engine.called_back(task_id, "task-unified-1")
    await harness.clock.advance(2 * HOUR)
    assert await harness.state(task_id) is State.COMPLETED


async def test_a_callback_survives_a_restart_without_callbacks(start: Start, api):
    async with start(callbacks=True) as harness:
        api.script = [ApiError(Cause.UNAVAILABLE, sent=Certainty.MAYBE)]
        api.look_script = [AWAY]
        task_id = await harness.ask()
        await harness.clock.advance(10)
        await harness.engine.called_back(task_id, "task-unified-1")
        await harness.clock.advance(1)
    api.finish()
    async with start(callbacks=False) as harness:
        await harness.clock.advance(60)
        assert await harness.state(task_id) is State.COMPLETED
