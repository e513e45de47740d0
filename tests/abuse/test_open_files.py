"""Other users of the machine can read none of the bot's files, whatever the umask."""

import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from bot.api.folder import FilmFolder
from bot.clock import SystemClock
from bot.config import open_files
from bot.db import backup, open_store
from tests.fakes import START


@pytest.fixture
def careless():
    """A umask that keeps nothing from anybody."""
    before = os.umask(0)
    yield
    os.umask(before)


def modes(folder: Path) -> dict[str, int]:
    return {
        str(each.relative_to(folder)): stat.S_IMODE(each.stat().st_mode)
        for each in folder.rglob("*")
    }


def open_up(folder: Path) -> None:
    for each in folder.rglob("*"):
        each.chmod(0o755 if each.is_dir() else 0o644)


def are_closed(found: dict[str, int], folder: Path) -> bool:
    return all(
        mode == (0o700 if (folder / name).is_dir() else 0o600) for name, mode in found.items()
    )


@pytest.mark.usefixtures("careless")
async def test_nobody_else_reads_what_the_bot_makes(tmp_path: Path):
    url = f"sqlite:///{tmp_path}/deep/data/bot.db"
    async with open_store(url, clock=SystemClock()):
        backup(url, tmp_path / "deep" / "copy.db")
        FilmFolder(tmp_path / "deep" / "data" / "films", limit=None).open(now=START)
        found = modes(tmp_path)

    assert {"deep/data/bot.db", "deep/data/bot.db-wal", "deep/data/bot.db.lock"} <= found.keys()
    assert "deep/copy.db" in found
    assert are_closed(found, tmp_path), found


@pytest.mark.usefixtures("careless")
async def test_a_start_closes_what_an_earlier_version_left_open(tmp_path: Path):
    folder, films = tmp_path / "data", tmp_path / "films"
    url = f"sqlite:///{folder}/bot.db"
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(open_store(url, clock=SystemClock()))
    films.mkdir()
    (films / "a.mp4").touch()
    open_up(tmp_path)
    FilmFolder(films, limit=None).open(now=START)
    async with open_store(url, clock=SystemClock()):
        assert are_closed(modes(tmp_path), tmp_path), modes(tmp_path)


async def test_a_folder_that_others_use_too_stays_open_to_them(tmp_path: Path):
    shared = tmp_path / "shared"
    shared.mkdir(0o755)
    (shared / "page.html").touch(0o644)
    async with open_store(f"sqlite:///{shared}/bot.db", clock=SystemClock()):
        found = modes(tmp_path)

    assert found["shared"] & stat.S_IXOTH
    assert found["shared/page.html"] & stat.S_IROTH
    assert found["shared/bot.db"] == 0o600


@pytest.fixture
def reachable() -> Iterator[Path]:
    """A folder that every user of the machine may enter."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


def test_secrets_that_every_user_may_read_are_told(reachable: Path):
    env, key = reachable / ".env", reachable / "key"
    for each in (env, key):
        each.touch()
        each.chmod(0o644)
    told = open_files({"EVOLINK_API_KEY_FILE": str(key)}, env)
    key.chmod(0o600)
    env.chmod(0o640)

    assert [str(env) in told[0], str(key) in told[1]] == [True, True]
    assert open_files({"EVOLINK_API_KEY_FILE": str(key)}, env) == []


def test_a_file_in_a_folder_that_is_closed_is_not_complained_of(reachable: Path):
    (reachable / "closed").mkdir(0o700)
    env = reachable / "closed" / ".env"
    env.touch()
    env.chmod(0o644)

    assert open_files({}, env) == []
