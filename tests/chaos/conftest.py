"""A stage for one test, on an SQLite file of its own."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.chaos.stage import Stage, open_stage


@pytest.fixture
async def stage(tmp_path: Path, sqlite_url: str) -> AsyncIterator[Stage]:
    """The bot is not started yet."""
    async with open_stage(tmp_path, database=sqlite_url, has_callbacks=True, seed="test") as stage:
        yield stage
