"""A storage outage ends nothing."""

from collections.abc import Callable

import pytest

from bot.errors import Fate, PostError, StorageDown
from bot.video.life.submitter import STORAGE_SECONDS
from bot.video.values.posts import PostKind
from bot.video.values.videos import RemoteStatus, State
from tests.video.harness import Harness


@pytest.fixture
def outage(harness: Harness, monkeypatch) -> Callable[[bool], None]:
    """Call with True, and every transaction is refused; with False, storage is back."""
    tx = harness.store.tx
    away = False

    async def failing(fn, *args, **kwargs):
        if away:
            raise StorageDown
        return await tx(fn, *args, **kwargs)

    def switch(is_away: bool) -> None:
        nonlocal away
        away = is_away

    monkeypatch.setattr(harness.store, "tx", failing)
    return switch


async def test_a_waiting_film_goes_on_when_storage_is_back(harness: Harness, outage):
    task_id = await harness.ask()
    outage(True)
    await harness.clock.advance(300)
    outage(False)
    await harness.clock.advance(70)
    harness.api.finish()
    await harness.clock.advance(120)
    assert await harness.posts(task_id) == {"reply": "there", "film": "there"}


async def test_what_the_api_said_is_not_forgotten_while_storage_is_away(
    harness: Harness, outage, monkeypatch
):
    submit = harness.api.submit

    async def submit_and_lose_storage(*args, **kwargs):
        outage(True)
        return await submit(*args, **kwargs)

    monkeypatch.setattr(harness.api, "submit", submit_and_lose_storage)
    task_id = await harness.ask()
    await harness.clock.advance(60)
    outage(False)
    await harness.clock.advance(STORAGE_SECONDS)
    assert await harness.state(task_id) is State.RUNNING
    assert len(harness.api.submitted) == 1


async def test_nothing_is_claimed_while_the_witness_cannot_be_saved(
    harness: Harness, monkeypatch
) -> None:
    """Else each video would move to and fro between two states, every few seconds."""
    tried = 0

    async def fail(_: int) -> None:
        nonlocal tried
        tried += 1
        raise StorageDown

    with monkeypatch.context() as full:
        full.setattr(harness.store, "saw", fail)
        task_ids = [await harness.ask() for _ in range(3)]
        await harness.clock.advance(300)
        moves = [await harness.store.tx(lambda books, id=id: books.task(id)) for id in task_ids]
        assert [task.state for task in moves if task] == [State.QUEUED] * 3
        assert max(task.epoch for task in moves if task) <= 2
        assert tried > 30
    await harness.clock.advance(STORAGE_SECONDS + 1)

    assert len(harness.api.submitted) == 3


async def test_a_late_film_does_not_ping_again_after_the_truth_was_told(harness: Harness):
    task_id = await harness.ask()
    await harness.clock.advance(10)
    harness.api.say(status=RemoteStatus.PROCESSING, progress=50)
    harness.announcer.script = {"show": [PostError(Fate.REFUSED, code=10008)] * 9}
    await harness.clock.jump(25 * 3600)
    await harness.clock.advance(60)
    assert [said.ping for said in harness.announcer.of("notice") if said.card] == [True]

    harness.api.finish()
    await harness.clock.jump(2 * 3600)
    await harness.clock.advance(60)
    assert await harness.state(task_id) is State.COMPLETED
    assert [said.ping for said in harness.announcer.of("film")] == [False]
    assert await harness.store.tx(lambda books: books.find_post(task_id, PostKind.OUTCOME))
