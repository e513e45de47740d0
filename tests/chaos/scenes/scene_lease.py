"""A process that was frozen until others took its films over: awake again, it does nothing."""

import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.db.migrations import upgrade
from bot.playground.guild import Request
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


async def filmed(stage: Stage) -> None:
    """Every film is at the video API, and nothing else is under way."""
    stage.api.faults.stick_next(times=None)
    await stage.bot.start()
    await stage.online()
    for _ in range(FILMS):
        await stage.discord.actor("maya").command("films", "video", {"prompt": "a fox"})
    await stage.discord.changed(lambda: len(stage.api.tasks) == FILMS, within=60)
    await quiet(stage, 1.0)


def unstick(stage: Stage) -> None:
    for task in stage.api.tasks.values():
        task.unstick.set()


async def done_by(heir: Bot, stage: Stage, database: Database) -> list[Request]:
    """What a frozen process does when it wakes after another has taken everything over."""
    await heir.start()
    assert await came_to_rest(stage, database, 90)
    await quiet(stage, 1.0)
    said = len(stage.discord.requests)
    stage.bot.send(signal.SIGCONT)
    await quiet(stage, QUIET)
    return [each for each in stage.discord.requests[said:] if each.method != "GET"]


def heir_of(stage: Stage) -> Bot:
    return Bot(stage.bot.env | {"WEB_PORT": "0"}, stage.folder / "heir.log")


@pytest.mark.timeout(240)
async def test_a_frozen_process_wakes_without_its_lease_and_does_nothing(pg_stage: Stage) -> None:
    stage, database = pg_stage, Database(pg_stage.bot.env["DATABASE_URL"])
    history = History(stage.discord)
    await filmed(stage)

    stage.bot.send(signal.SIGSTOP)
    unstick(stage)
    heir = heir_of(stage)

    assert await done_by(heir, stage, database) == []
    assert len(stage.api.requests) == FILMS
    assert len(history.films) == FILMS
    assert Audit(database, stage.api, history).findings().broken == []
    assert await heir.stop() == 0


@pytest.mark.timeout(240)
async def test_a_process_frozen_while_it_posts_neither_repeats_nor_overwrites(
    pg_stage: Stage,
) -> None:
    stage, database = pg_stage, Database(pg_stage.bot.env["DATABASE_URL"])
    history = History(stage.discord)
    await filmed(stage)
    uploads = stage.discord.faults.add(is_upload, times=None, delay=1.0)

    unstick(stage)
    await stage.discord.changed(lambda: uploads, within=60)
    stage.bot.send(signal.SIGSTOP)
    stage.discord.faults.clear()
    heir = heir_of(stage)

    # What was on its way at the freeze goes on its way; its nonce says that it is there already.
    assert all(is_upload(each) for each in await done_by(heir, stage, database))
    assert [len(films) for films in history.films.values()] == [1] * FILMS
    assert Audit(database, stage.api, history).findings().broken == []
    assert await heir.stop() == 0


def is_upload(request: Request) -> bool:
    return bool(request.uploads)
