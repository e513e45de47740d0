"""A process frozen until others take over its videos does nothing when it wakes."""

import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.db import upgrade
from bot.playground.guild import Request
from tests.chaos.books import Audit
from tests.chaos.database import Database
from tests.chaos.harness import Harness, open_harness
from tests.chaos.history import History
from tests.chaos.process import Bot
from tests.chaos.round import came_to_rest

FILMS = 3
QUIET = 4.0  # seconds; two beats of a lease


@pytest.fixture
async def pg_harness(tmp_path: Path, empty_pg_url: str) -> AsyncIterator[Harness]:
    upgrade(empty_pg_url)
    async with open_harness(
        tmp_path, database=empty_pg_url, has_callbacks=False, seed="lease"
    ) as harness:
        yield harness


async def quiet(harness: Harness, seconds: float) -> None:
    """Until Discord was asked for nothing for so long."""
    asked = -1
    while asked != len(harness.discord.requests):
        asked = len(harness.discord.requests)
        await harness.pulse(seconds)


async def filmed(harness: Harness) -> None:
    """Every video is at the video API, and nothing else is in progress."""
    harness.api.faults.stick_next(times=None)
    await harness.bot.start()
    await harness.online()
    for _ in range(FILMS):
        await harness.discord.actor("maya").command("films", "video", {"prompt": "a fox"})
    await harness.discord.changed(lambda: len(harness.api.tasks) == FILMS, within=60)
    await quiet(harness, 1.0)


def unstick(harness: Harness) -> None:
    for task in harness.api.tasks.values():
        task.unstick.set()


async def done_by(heir: Bot, harness: Harness, database: Database) -> list[Request]:
    """What a frozen process does when it wakes after another has taken everything over."""
    await heir.start()
    assert await came_to_rest(harness, database, 90)
    await quiet(harness, 1.0)
    said = len(harness.discord.requests)
    harness.bot.send(signal.SIGCONT)
    await quiet(harness, QUIET)
    return [each for each in harness.discord.requests[said:] if each.method != "GET"]


def heir_of(harness: Harness) -> Bot:
    return Bot(harness.bot.env | {"WEB_PORT": "0"}, harness.folder / "heir.log")


@pytest.mark.timeout(240)
async def test_a_frozen_process_wakes_without_its_lease_and_does_nothing(
    pg_harness: Harness,
) -> None:
    harness, database = pg_harness, Database(pg_harness.bot.env["DATABASE_URL"])
    history = History(harness.discord)
    await filmed(harness)

    harness.bot.send(signal.SIGSTOP)
    unstick(harness)
    heir = heir_of(harness)

    assert await done_by(heir, harness, database) == []
    assert len(harness.api.requests) == FILMS
    assert len(history.films) == FILMS
    assert Audit(database, harness.api, history).findings().broken == []
    assert await heir.stop() == 0


@pytest.mark.timeout(240)
async def test_a_process_frozen_while_it_posts_neither_repeats_nor_overwrites(
    pg_harness: Harness,
) -> None:
    harness, database = pg_harness, Database(pg_harness.bot.env["DATABASE_URL"])
    history = History(harness.discord)
    await filmed(harness)
    uploads = harness.discord.faults.add(is_upload, times=None, delay=1.0)

    unstick(harness)
    await harness.discord.changed(lambda: uploads, within=60)
    harness.bot.send(signal.SIGSTOP)
    harness.discord.faults.clear()
    heir = heir_of(harness)

    # What was on its way at the freeze goes on its way; its nonce says that it is there already.
    assert all(is_upload(each) for each in await done_by(heir, harness, database))
    assert [len(films) for films in history.films.values()] == [1] * FILMS
    assert Audit(database, harness.api, history).findings().broken == []
    assert await heir.stop() == 0


def is_upload(request: Request) -> bool:
    return bool(request.uploads)
