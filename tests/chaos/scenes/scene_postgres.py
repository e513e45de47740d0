"""PostgreSQL restarts while people use the bot: accepted videos are kept and finished."""

import asyncio
from contextlib import suppress
from pathlib import Path

import pytest

from bot.db import upgrade
from tests.chaos.books import Audit
from tests.chaos.database import Database
from tests.chaos.harness import open_harness
from tests.chaos.history import History
from tests.chaos.people import People
from tests.chaos.postgres import Postgres
from tests.chaos.round import came_to_rest

RESTARTS = 3
BETWEEN = 3  # films that are asked for before each


@pytest.mark.timeout(300)
async def test_a_database_that_is_restarted_under_load_loses_nothing(tmp_path: Path) -> None:
    with Postgres() as server:
        upgrade(server.url)
        async with open_harness(
            tmp_path, database=server.url, has_callbacks=True, seed="restart"
        ) as harness:
            history, database = History(harness.discord), Database(server.url)
            people = People(harness.discord, "restart")
            await harness.bot.start()
            await harness.online()
            living = asyncio.create_task(people.live())
            for _ in range(RESTARTS):
                wanted = len(people.asked) + BETWEEN
                await harness.discord.changed(lambda: len(people.asked) >= wanted, within=60)  # noqa: B023
                await asyncio.to_thread(server.stop)
                await asyncio.to_thread(server.start)
            living.cancel()
            with suppress(asyncio.CancelledError):
                await living

            assert await came_to_rest(harness, database, 120)
            assert harness.bot.is_running
            assert history.films
            assert Audit(database, harness.api, history).findings().broken == []
