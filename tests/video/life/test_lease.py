"""A lease that lapsed and was renewed: nothing happens meanwhile, and nothing stays undone."""

from unittest.mock import AsyncMock

import pytest
from sqlalchemy import text

from bot.db.sqlite import FileLease
from bot.errors import ApiError, Cause, Certainty, Fate, PostError, Reason, StorageDown
from bot.video.life.reconciliation import called_back
from bot.video.outbox import owed
from bot.video.outbox.new_posts import reply_id
from bot.video.ports.edges import NOBODY
from bot.video.values.posts import PostState
from bot.video.values.videos import State
from tests.statements import executing
from tests.video.harness import Harness, Start


@pytest.fixture
def lease(monkeypatch):
    """`lease["held"]` says whether it is."""
    held = {"held": True}
    monkeypatch.setattr(FileLease, "is_held", lambda self: held["held"])
    return held


async def test_a_queue_goes_on_when_the_lease_is_renewed(harness: Harness, lease):
    task_id = await harness.ask()
    lease["held"] = False
    await harness.clock.advance(20)
    assert harness.api.submitted == []
    lease["held"] = True
    await harness.clock.advance(20)
    assert await harness.state(task_id) is State.RUNNING


async def test_a_running_film_is_looked_at_when_the_lease_is_renewed(harness: Harness, lease):
    task_id = await harness.ask()
    await harness.clock.advance(10)
    harness.api.finish()
    looks, lease["held"] = harness.api.looks, False
    await harness.clock.advance(120)
    assert harness.api.looks == looks
    lease["held"] = True
    await harness.clock.advance(90)
    assert await harness.posts(task_id) == {"reply": "there", "film": "there"}


async def test_a_film_claimed_just_before_the_lease_lapsed_is_queued_again(harness: Harness, lease):
    task_id = await harness.ask()

    def lapse(remote_task_id):
        lease["held"] = False

    harness.engine.submitter._callback_url = lapse  # asked for between the claim and the sending
    await harness.clock.advance(10)
    assert await harness.state(task_id) is State.QUEUED
    harness.engine.submitter._callback_url = lambda remote_task_id: None
    lease["held"] = True
    await harness.clock.advance(10)
    assert await harness.state(task_id) is State.RUNNING
    assert harness.api.submitted == [task_id]


async def test_a_callback_that_reached_another_process_is_followed(start: Start, api, monkeypatch):
    monkeypatch.setattr(FileLease, "is_shared", property(lambda self: True, lambda *_: None))
    async with start(callbacks=True) as harness:
        api.script = [ApiError(Cause.UNAVAILABLE, sent=Certainty.MAYBE)]
        task_id = await harness.ask()
        await harness.clock.advance(10)
        api.finish()
        # As any other process does that shares the database: this one hears nothing of it.
        await harness.store.tx(called_back, task_id, "task-unified-1", harness.clock.now())
        await harness.clock.advance(15)
        assert await harness.state(task_id) is State.COMPLETED


async def test_what_a_press_at_another_process_made_due_is_seen_to_soon(start: Start, monkeypatch):
    monkeypatch.setattr(FileLease, "is_shared", property(lambda self: True, lambda *_: None))
    async with start() as harness:
        task_id = await harness.ask()

        def cancel_as_another(books):
            states, now = owed.CANCELLABLE, harness.clock.now()
            owed.end_from(books, task_id, states, State.CANCELLED, now=now, reason=Reason.CANCELLED)

        await harness.clock.advance(2)
        await harness.store.tx(cancel_as_another)
        await harness.clock.advance(6)
        (last,) = harness.announcer.of("show")
        assert last.card.task.state is State.CANCELLED


async def test_what_another_process_owes_is_its_own_for_as_long_as_it_lives(
    start: Start, monkeypatch
):
    monkeypatch.setattr(FileLease, "is_shared", property(lambda self: True, lambda *_: None))
    async with start() as harness:
        task_id = await harness.ask()

        def act_as_another(books):
            books.connection.execute(
                text("INSERT INTO processes (owner, started_at, ended) VALUES (99, 0, 0)")
            )
            books.connection.execute(text("UPDATE tasks SET owner = 99"))
            states, now = owed.CANCELLABLE, harness.clock.now()
            owed.end_from(books, task_id, states, State.CANCELLED, now=now, reason=Reason.CANCELLED)

        await harness.store.tx(act_as_another)
        await harness.clock.advance(30)
        assert harness.announcer.of("show") == []
        ended = text("UPDATE processes SET ended = 1 WHERE owner = 99")
        await harness.store.tx(executing(ended))
        await harness.clock.advance(30)
        (last,) = harness.announcer.of("show")
        assert last.card.task.state is State.CANCELLED


async def test_an_outage_of_the_database_opens_no_second_ear_for_hints(start: Start, monkeypatch):
    monkeypatch.setattr(FileLease, "is_shared", property(lambda self: True, lambda *_: None))
    ears = []
    monkeypatch.setattr(type(NOBODY), "listen", lambda self, heard: ears.append(heard))
    async with start() as harness:
        away, tx = StorageDown("away"), type(harness.store).tx
        monkeypatch.setattr(type(harness.store), "tx", AsyncMock(side_effect=away))
        await harness.clock.advance(30)
        monkeypatch.setattr(type(harness.store), "tx", tx)
        task_id = await harness.ask()
        await harness.clock.advance(30)
        assert await harness.state(task_id) is State.RUNNING
    assert len(ears) == 1


@pytest.mark.parametrize("stumble", [None, PostError(Fate.UNKNOWN)])
async def test_an_end_that_an_edit_of_another_process_came_after_is_shown_again(
    start: Start, announcer, monkeypatch, stumble
):
    monkeypatch.setattr(FileLease, "is_shared", property(lambda self: True, lambda *_: None))
    async with start(slots=1) as harness:
        await harness.ask()
        await harness.clock.advance(10)
        task_id = await harness.ask()
        edit, ended = announcer.edit, []

        def end_as_another(books):
            states, now = owed.CANCELLABLE, harness.clock.now()
            books.connection.execute(
                text("INSERT INTO processes (owner, started_at, ended) VALUES (99, 0, 0)")
            )
            owed.end_from(books, task_id, states, State.CANCELLED, now=now, reason=Reason.CANCELLED)
            books.connection.execute(text("UPDATE tasks SET owner = 99 WHERE id = :id"), task)
            books.mark_delivery(reply_id(task_id), state=PostState.THERE, due_at=None)

        async def overtaken(post, about):
            if post.task_id == task_id and not ended:
                ended.append(await harness.store.tx(end_as_another))
                if stumble is not None:
                    raise stumble
            await edit(post, about)

        task = {"id": task_id}
        monkeypatch.setattr(announcer, "edit", overtaken)
        await harness.clock.advance(20)
        assert len(ended) == 1
        gone = text("UPDATE processes SET ended = 1 WHERE owner = 99")
        await harness.store.tx(executing(gone))
        await harness.clock.advance(30)
        last = [each for each in announcer.of("show") if each.post.task_id == task_id][-1]
        assert last.card.task.state is State.CANCELLED
