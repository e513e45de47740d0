"""Discord is told the commands once for all processes, and by the newest version that runs."""

import asyncio
import secrets

import pytest
from sqlalchemy import text

from bot import __version__
from bot.db import SqlStore
from bot.video.doors.commands import CommandService
from tests.fakes import FakeClock

NAME, VERSION = "commands.1.global", "1.2.0"


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def commands(store: SqlStore, clock: FakeClock) -> CommandService:
    return CommandService(
        store=store, clock=clock, choose=secrets.choice, notify=lambda task_id: None
    )


async def running(store: SqlStore, version: str) -> None:
    """All processes run this version."""
    change = text("UPDATE processes SET version = :version")
    await store.run(lambda connection: connection.execute(change, {"version": version}))


async def test_a_process_knows_its_version(store: SqlStore) -> None:
    assert await store.tx(lambda books: books.versions()) == [__version__]


async def test_of_processes_that_start_together_one_tells(commands: CommandService) -> None:
    asked = await asyncio.gather(*(commands.due(NAME, "new", version=VERSION) for _ in range(4)))
    assert sorted(each or 0 for each in asked) == [0, 1, 1, 1]

    await commands.told(NAME, "new")

    assert await commands.due(NAME, "new", version=VERSION) is None


async def test_another_tells_when_the_first_could_not(commands: CommandService) -> None:
    assert await commands.due(NAME, "new", version=VERSION) == 0
    await commands.failed(NAME)
    assert await commands.due(NAME, "new", version=VERSION) == 0


async def test_another_tells_when_the_first_died(
    commands: CommandService, clock: FakeClock
) -> None:
    assert await commands.due(NAME, "new", version=VERSION) == 0
    await clock.advance(29)
    assert await commands.due(NAME, "new", version=VERSION) == 1
    await clock.advance(2)
    assert await commands.due(NAME, "new", version=VERSION) == 0


async def test_an_old_version_tells_nothing_while_a_newer_one_runs(
    store: SqlStore, commands: CommandService
) -> None:
    await running(store, "1.10.0")
    assert await commands.due(NAME, "old", version="1.9.3") is None

    await running(store, "1.9.3")

    assert await commands.due(NAME, "old", version="1.9.3") == 0


async def test_a_new_version_tells_its_commands_beside_an_old_one(
    store: SqlStore, commands: CommandService
) -> None:
    await running(store, "1.9.3")
    await commands.due(NAME, "old", version="1.9.3")
    await commands.told(NAME, "old")

    assert await commands.due(NAME, "new", version="1.10.0") == 0
