"""A commit that may have been kept or not leaves no film behind."""

import asyncio

from bot.errors import CommitUnknown
from bot.video.life import engine, tracker
from bot.video.life.submitter import Claim, claim_next
from tests.fakes import settle


def lose_commit(fn, desk, monkeypatch, *, when) -> None:
    """The first commit of `fn` with such a value is kept without anybody hearing of it."""
    tx, lost = desk.store.tx, []

    async def losing(called, *args, **kwargs):
        value = await tx(called, *args, **kwargs)
        if called is fn and not lost and when(value):
            lost.append(value)
            raise CommitUnknown
        return value

    monkeypatch.setattr(desk.store, "tx", losing)


async def test_a_claim_that_nobody_heard_of_is_submitted_once(desk, monkeypatch):
    task_id = await desk.ask()
    lose_commit(claim_next, desk, monkeypatch, when=lambda claim: isinstance(claim, Claim))
    await desk.clock.advance(60)
    assert desk.api.submitted == [task_id]
    desk.api.finish()
    await desk.clock.advance(120)
    assert await desk.posts(task_id) == {"reply": "there", "film": "there"}


async def test_films_adopted_unheard_of_are_driven_all_the_same(desk, monkeypatch):
    task_id = await desk.ask()
    await desk.clock.advance(10)
    desk.store.lease.is_shared = True
    lose_commit(engine.recover, desk, monkeypatch, when=bool)
    async with asyncio.TaskGroup() as group:
        heir = group.create_task(desk.engine._lasting(desk.engine._heir))
        await settle()
        desk.engine.poller.agenda.drop(task_id)  # until now another process drove it, now dead
        await desk.store.tx(lambda books: books.note(task_id, owner=0))
        desk.api.finish()
        await desk.clock.advance(60)
        heir.cancel()
    assert await desk.posts(task_id) == {"reply": "there", "film": "there"}


async def test_a_slot_freed_unheard_of_is_used(start, monkeypatch):
    async with start(slots=1) as desk:
        first, second = await desk.ask(), await desk.ask(user=102)
        await desk.clock.advance(10)
        lose_commit(tracker.apply, desk, monkeypatch, when=lambda applied: applied.task.is_over)
        desk.api.finish()
        await desk.clock.advance(200)
        assert sorted(desk.api.submitted) == sorted([first, second])
