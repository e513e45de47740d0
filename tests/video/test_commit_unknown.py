"""A commit that may have been kept or not leaves no film behind."""

import asyncio
from datetime import datetime

from bot.errors import CommitUnknown
from bot.video import engine
from bot.video.submitter import claim_next
from tests.fakes import settle


def lose_commits_of(fn, desk, monkeypatch) -> None:
    """The first commit of `fn` is kept without anybody hearing of it."""
    tx, lost = desk.store.tx, []

    async def losing(called, *args, **kwargs):
        value = await tx(called, *args, **kwargs)
        is_change = value is not None and not isinstance(value, datetime)
        if called is fn and is_change and not lost:
            lost.append(value)
            raise CommitUnknown
        return value

    monkeypatch.setattr(desk.store, "tx", losing)


async def test_a_claim_that_nobody_heard_of_is_submitted_once(desk, monkeypatch):
    task_id = await desk.ask()
    lose_commits_of(claim_next, desk, monkeypatch)
    await desk.clock.advance(60)
    assert desk.api.submitted == [task_id]
    desk.api.finish()
    await desk.clock.advance(120)
    assert await desk.posts(task_id) == {"reply": "there", "film": "there"}


async def test_films_adopted_unheard_of_are_driven_all_the_same(desk, monkeypatch):
    task_id = await desk.ask()
    await desk.clock.advance(10)
    desk.store.lease.is_shared = True
    lose_commits_of(engine.recover, desk, monkeypatch)
    async with asyncio.TaskGroup() as group:
        heir = group.create_task(desk.engine._lasting(desk.engine._heir))
        await settle()
        desk.engine.poller.agenda.drop(task_id)  # until now another process drove it, now dead
        await desk.store.tx(lambda books: books.note(task_id, owner=0))
        desk.api.finish()
        await desk.clock.advance(60)
        heir.cancel()
    assert await desk.posts(task_id) == {"reply": "there", "film": "there"}
