"""The program between both local services, in the test's process or as its own.

Every request to the local Discord is checked against Discord's own document."""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.playground.evolink import LocalEvolink, Pace, ready_made_film
from bot.playground.guild import LocalDiscord, demo_world
from tests.cogs.foreseen import foreseen
from tests.openapi import OpenApi, openapi
from tests.story.harness import Harness, StoryClock, free_port

__all__ = ["foreseen", "harness", "openapi", "pg_harness", "process_harness", "slow_harness"]


@pytest.fixture(autouse=True)
def no_rush(monkeypatch: pytest.MonkeyPatch) -> None:
    """A busy machine is no rush: answers are not deferred for it."""
    monkeypatch.setattr("bot.ui.rush.PATIENCE", 2.0)


@asynccontextmanager
async def _set_up(
    folder: Path,
    template: Path,
    openapi: OpenApi,
    clock: StoryClock | None,
    pace: float | None = None,
) -> AsyncIterator[Harness]:
    shutil.copy(template, folder / "bot.db")
    async with (
        LocalDiscord(demo_world(), clock=clock) as discord,
        LocalEvolink(
            films=folder / "films",
            pace=Pace(seconds=pace or (0.2 if clock is None else 6)),
            clock=clock,
            allow_loopback_callbacks=True,
            film=ready_made_film(),
        ) as api,
    ):
        openapi.watch(discord)
        port = free_port()
        yield Harness(
            discord=discord,
            api=api,
            clock=clock,
            folder=folder,
            port=port,
            settings={
                "ENV_FILE": "",
                "DISCORD_TOKEN": discord.token,
                "DISCORD_API_URL": discord.rest_url,
                "DISCORD_GATEWAY_URL": discord.gateway_url,
                "EVOLINK_API_KEY": "story-key-of-nobody",
                "EVOLINK_BASE_URL": api.url,
                "DATABASE_URL": f"sqlite:///{folder / 'bot.db'}",
                "FILMS_DIR": str(folder / "big-films"),
                "UNDO_SECONDS": "0.3" if clock is None else "4",
                "DEFAULT_DAILY_CREDITS": "1000",
                "DEFAULT_AT_ONCE": "10",
                "WEB_PORT": str(port),
                "LOG_LEVEL": "WARNING",
            },
        )


@pytest.fixture
async def harness(
    tmp_path: Path, sqlite_template: Path, openapi: OpenApi
) -> AsyncIterator[Harness]:
    """Where the program runs in the test's process, on a clock that skips idle time."""
    async with _set_up(tmp_path, sqlite_template, openapi, StoryClock()) as harness:
        yield harness


@pytest.fixture
async def process_harness(
    tmp_path: Path, sqlite_template: Path, openapi: OpenApi
) -> AsyncIterator[Harness]:
    """Where the program is a process of its own, in real time."""
    async with _set_up(tmp_path, sqlite_template, openapi, None) as harness:
        yield harness


@pytest.fixture
async def pg_harness(
    tmp_path: Path, sqlite_template: Path, openapi: OpenApi, pg_url: str
) -> AsyncIterator[Harness]:
    """Like `process_harness`, for any number of processes on one PostgreSQL; a video takes 2 s."""
    async with _set_up(tmp_path, sqlite_template, openapi, None, pace=2) as harness:
        harness.settings["DATABASE_URL"] = pg_url
        yield harness


@pytest.fixture
async def slow_harness(
    tmp_path: Path, sqlite_template: Path, openapi: OpenApi
) -> AsyncIterator[Harness]:
    """Like `process_harness`; a video takes 20 s."""
    async with _set_up(tmp_path, sqlite_template, openapi, None, pace=20) as harness:
        yield harness
