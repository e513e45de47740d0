"""A harness for one test, on an SQLite file of its own."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.chaos.harness import Harness, open_harness


@pytest.fixture
async def harness(tmp_path: Path, sqlite_url: str) -> AsyncIterator[Harness]:
    """The bot is not started yet."""
    async with open_harness(
        tmp_path, database=sqlite_url, has_callbacks=True, seed="test"
    ) as harness:
        yield harness
