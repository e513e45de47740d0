"""A commit that may or may not have been saved leaves no video behind."""

import asyncio

from bot.errors import CommitUnknown
from bot.video.life import overview, tracker
from bot.video.life.claiming import Claim, claim_next
from tests.fakes import settle
from tests.video.harness import Harness, Start


def lose_commit(fn, harness: Harness, monkeypatch, *, when) -> None:
    """Save the first commit of `fn` with such a value, but report it as unknown."""
    tx, lost = harness.store.tx, []

    async def losing(called, *args, **kwargs):
        value = await tx(called, *args, **kwargs)
        if called is fn and not lost and when(value):
            lost.append(value)
            raise CommitUnknown
        return value

    monkeypatch.setattr(harness.store, "tx", losing)


async def test_a_claim_that_nobody_heard_of_is_submitted_once(harness: Harness, monkeypatch):
    task_id = await harness.ask()
    lose_commit(claim_next, harness, monkeypatch, when=lambda claim: isinstance(claim, Claim))
    await harness.clock.advance(60)
    assert harness.api.submitted == [task_id]
    harness.api.finish()
    await harness.clock.advance(120)
    assert await harness.posts(task_id) == {"reply": "there", "film": "there"}


async def test_films_adopted_unheard_of_are_driven_all_the_same(harness: Harness, monkeypatch):
    task_id = await harness.ask()
    await harness.clock.advance(10)
    harness.store.lease.is_shared = True
    lose_commit(overview.recover, harness, monkeypatch, when=bool)
    async with asyncio.TaskGroup() as group:
        heir = group.create_task(harness.engine._lasting(harness.engine._heir))
        await settle()
        harness.engine.poller.agenda.drop(task_id)  # until now another process drove it, now dead
        await harness.store.tx(lambda books: books.note(task_id, owner=0))
        harness.api.finish()
        await harness.clock.advance(60)
        heir.cancel()
    assert await harness.posts(task_id) == {"reply": "there", "film": "there"}


async def test_a_slot_freed_unheard_of_is_used(start: Start, monkeypatch):
    async with start(slots=1) as harness:
        first, second = await harness.ask(), await harness.ask(user=102)
        await harness.clock.advance(10)
        lose_commit(tracker.apply, harness, monkeypatch, when=lambda applied: applied.task.is_over)
        harness.api.finish()
        await harness.clock.advance(200)
        assert sorted(harness.api.submitted) == sorted([first, second])


async def test_a_start_that_loses_its_first_commit_goes_on(start: Start, monkeypatch):
    async with start() as harness:
        task_id = await harness.ask()
        await harness.store.tx(lambda books: books.note(task_id, owner=0))
        lose_commit(overview.recover, harness, monkeypatch, when=bool)
        async with asyncio.TaskGroup() as group:
            group.create_task(harness.engine.resume())
            await settle()
            await harness.clock.advance(10)
        await harness.clock.advance(60)
        assert harness.api.submitted == [task_id]
