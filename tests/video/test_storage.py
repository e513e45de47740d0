"""Storage that goes away for a while ends nothing."""

from collections.abc import Callable

import pytest

from bot.errors import Fate, PostError, StorageDown
from bot.video.life.submitter import STORAGE_SECONDS
from bot.video.values.posts import PostKind
from bot.video.values.videos import RemoteStatus, State


@pytest.fixture
def outage(desk, monkeypatch) -> Callable[[bool], None]:
    """Call with True, and every transaction is refused; with False, storage is back."""
    tx = desk.store.tx
    away = False

    async def failing(fn, *args, **kwargs):
        if away:
            raise StorageDown
        return await tx(fn, *args, **kwargs)

    def switch(is_away: bool) -> None:
        nonlocal away
        away = is_away

    monkeypatch.setattr(desk.store, "tx", failing)
    return switch


async def test_a_waiting_film_goes_on_when_storage_is_back(desk, outage):
    task_id = await desk.ask()
    outage(True)
    await desk.clock.advance(300)
    outage(False)
    await desk.clock.advance(70)
    desk.api.finish()
    await desk.clock.advance(120)
    assert await desk.posts(task_id) == {"reply": "there", "film": "there"}


async def test_what_the_api_said_is_not_forgotten_while_storage_is_away(desk, outage, monkeypatch):
    submit = desk.api.submit

    async def submit_and_lose_storage(*args, **kwargs):
        outage(True)
        return await submit(*args, **kwargs)

    monkeypatch.setattr(desk.api, "submit", submit_and_lose_storage)
    task_id = await desk.ask()
    await desk.clock.advance(60)
    outage(False)
    await desk.clock.advance(STORAGE_SECONDS)
    assert await desk.state(task_id) is State.RUNNING
    assert len(desk.api.submitted) == 1


async def test_a_late_film_does_not_ping_again_after_the_truth_was_told(desk):
    task_id = await desk.ask()
    await desk.clock.advance(10)
    desk.api.say(status=RemoteStatus.PROCESSING, progress=50)
    desk.announcer.script = {"show": [PostError(Fate.REFUSED, code=10008)] * 9}
    await desk.clock.jump(25 * 3600)
    await desk.clock.advance(60)
    assert [said.ping for said in desk.announcer.of("notice") if said.card] == [True]

    desk.api.finish()
    await desk.clock.jump(2 * 3600)
    await desk.clock.advance(60)
    assert await desk.state(task_id) is State.COMPLETED
    assert [said.ping for said in desk.announcer.of("film")] == [False]
    assert await desk.store.tx(lambda books: books.find_post(task_id, PostKind.NOTICE))
