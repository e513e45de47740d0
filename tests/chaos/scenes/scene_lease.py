"""A process that was frozen until others took its films over: awake again, it does nothing."""

import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.db.migrations import upgrade
from tests.chaos.books import Audit
from tests.chaos.database import Database
from tests.chaos.history import History
from tests.chaos.process import Bot
from tests.chaos.round import came_to_rest
from tests.chaos.stage import Stage, open_stage

FILMS = 3
QUIET = 4.0  # seconds; two beats of a lease


@pytest.fixture
async def pg_stage(tmp_path: Path, empty_pg_url: str) -> AsyncIterator[Stage]:
    upgrade(empty_pg_url)
    async with open_stage(
        tmp_path, database=empty_pg_url, has_callbacks=False, seed="lease"
    ) as stage:
        yield stage


async def quiet(stage: Stage, seconds: float) -> None:
    """Until Discord was asked for nothing for so long."""
    asked = -1
    while asked != len(stage.discord.requests):
        asked = len(stage.discord.requests)
        await stage.pulse(seconds)


@pytest.mark.timeout(240)
async def test_a_frozen_process_wakes_without_its_lease_and_does_nothing(pg_stage: Stage) -> None:
    stage, database = pg_stage, Database(pg_stage.bot.env["DATABASE_URL"])
    history = History(stage.discord)
    stage.api.faults.stick_next(times=None)
    await stage.bot.start()
    await stage.online()
    for _ in range(FILMS):
        await stage.discord.actor("maya").command("films", "video", {"prompt": "a fox"})
    await stage.discord.changed(lambda: len(stage.api.tasks) == FILMS, within=60)
    await quiet(stage, 1.0)

    stage.bot.send(signal.SIGSTOP)
    heir = Bot(stage.bot.env | {"WEB_PORT": "0"}, stage.folder / "heir.log")
    await heir.start()
    for task in stage.api.tasks.values():
        task.unstick.set()
    assert await came_to_rest(stage, database, 90)
    await quiet(stage, 1.0)
    said, submitted = len(stage.discord.requests), len(stage.api.requests)

    stage.bot.send(signal.SIGCONT)
    await quiet(stage, QUIET)
    done = [each for each in stage.discord.requests[said:] if each.method != "GET"]

    assert done == []
    assert len(stage.api.requests) == submitted == FILMS
    assert len(history.films) == FILMS
    assert Audit(database, stage.api, history).findings().broken == []
    assert await heir.stop() == 0
