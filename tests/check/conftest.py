"""A terminal, a local video API, and folders the bot may not write in."""

import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from bot.playground.evolink import LocalEvolink
from tests.check.terminal import FILM, FastClock, Terminal
from tests.nobody import as_nobody


@pytest.fixture
async def api(tmp_path: Path) -> AsyncIterator[LocalEvolink]:
    async with LocalEvolink(films=tmp_path / "made", film=FILM, clock=FastClock()) as api:
        yield api


@pytest.fixture
def terminal(api: LocalEvolink, tmp_path: Path) -> Terminal:
    return Terminal(api=api, database=f"sqlite:///{tmp_path / 'bot.db'}")


@pytest.fixture
def unwritable() -> Iterator[Path]:
    """A folder in which we may not write."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o555)
        with as_nobody():
            yield Path(name)


@pytest.fixture
def locked() -> Iterator[Path]:
    """A database's lock in a folder in which we may write, but left there by another user."""
    with tempfile.TemporaryDirectory() as name:
        lock = Path(name) / "bot.db.lock"
        lock.touch(0o444)
        Path(name).chmod(0o777)
        with as_nobody():
            yield lock
