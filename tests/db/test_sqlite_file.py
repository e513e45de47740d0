"""A problem with a database file is reported in one line; a copy is always whole."""

import asyncio
import os
import resource
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

import pytest

from bot.clock import SystemClock
from bot.db import backup, open_store
from bot.errors import StartupError
from tests.nobody import NOBODY, back_where_we_were


async def refused(url):
    """The one line with which a start at `url` ends."""
    with pytest.raises(StartupError) as refusal:
        async with open_store(url, clock=SystemClock()):
            pass
    (line,) = refusal.value.problems
    assert "\n" not in line
    return line


@pytest.fixture
def file(sqlite_url):
    return Path(sqlite_url.removeprefix("sqlite:///"))


@pytest.fixture
def unprivileged():
    """A folder that a user without rights may read; root is that user until the test ends."""
    with tempfile.TemporaryDirectory() as folder, back_where_we_were():
        Path(folder).chmod(0o755)
        yield Path(folder)


def give_up_rights(folder, *, but=None):
    """Nothing in the folder may be written any more, but one file perhaps."""
    for path in (*folder.iterdir(), folder):
        path.chmod(0o666 if path == but else 0o555 if path.is_dir() else 0o444)
    if os.getuid() == 0:
        os.seteuid(NOBODY)


async def test_a_missing_folder_is_made(tmp_path):
    async with open_store(f"sqlite:///{tmp_path}/a/b/bot.db", clock=SystemClock()) as store:
        assert store.lease.is_held()
    assert (tmp_path / "a" / "b" / "bot.db").exists()


async def test_a_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    assert f"{tmp_path}/file/bot.db" in await refused(f"sqlite:///{tmp_path}/file/bot.db")


async def test_a_file_that_is_no_database_is_named_and_left_alone(tmp_path):
    file = tmp_path / "bot.db"
    file.write_bytes(b"something else entirely " * 1000)
    assert "is no database" in await refused(f"sqlite:///{file}")
    assert file.read_bytes() == b"something else entirely " * 1000


async def test_a_damaged_file_is_named(file):
    content = bytearray(file.read_bytes())
    content[5000:] = b"\xff" * (len(content) - 5000)
    file.write_bytes(content)
    assert "is damaged" in await refused(f"sqlite:///{file}")


async def test_a_file_that_may_only_be_read_is_named(unprivileged, sqlite_template):
    (unprivileged / "bot.db").write_bytes(sqlite_template.read_bytes())
    (unprivileged / "bot.db.lock").write_text("")
    give_up_rights(unprivileged)
    assert str(unprivileged / "bot.db") in await refused(f"sqlite:///{unprivileged}/bot.db")


async def test_a_read_only_database_beside_a_lock_that_opens_is_named(
    unprivileged, sqlite_template
):
    (unprivileged / "bot.db").write_bytes(sqlite_template.read_bytes())
    (unprivileged / "bot.db.lock").write_text("")
    give_up_rights(unprivileged, but=unprivileged / "bot.db.lock")
    assert "permissions" in await refused(f"sqlite:///{unprivileged}/bot.db")


async def test_a_file_that_another_program_holds_is_named(file):
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        assert "locked by another program" in await refused(f"sqlite:///{file}?timeout=0.05")


async def test_a_copy_made_while_writing_is_whole(sqlite_url, accept, tmp_path):
    async with open_store(sqlite_url, clock=SystemClock()) as store:
        written = asyncio.Event()

        async def write():
            while not copied.is_set():
                await store.tx(accept)
                written.set()

        copied = asyncio.Event()
        writing = asyncio.ensure_future(write())
        await written.wait()
        await asyncio.to_thread(backup, sqlite_url, tmp_path / "copy.db")
        copied.set()
        await writing
        at_the_end = await store.tx(lambda books: len(books.survey(most=1000).near))
    async with open_store(f"sqlite:///{tmp_path}/copy.db", clock=SystemClock()) as copy:
        assert 0 < await copy.tx(lambda books: len(books.survey(most=1000).near)) <= at_the_end
        assert await copy.tx(lambda books: books.discrepancies()) == []


async def test_a_copy_is_made_of_a_database_that_nobody_has_open(sqlite_url, tmp_path):
    backup(sqlite_url, tmp_path / "copy.db")
    async with open_store(f"sqlite:///{tmp_path}/copy.db", clock=SystemClock()) as copy:
        assert await copy.tx(lambda books: len(books.survey(most=1000).near)) == 0


@pytest.mark.parametrize(
    ("source", "target", "why"),
    [
        ("bot.db", "bot.db", "exists already"),
        ("none.db", "copy.db", "no database"),
        ("bot.db", "nowhere/copy.db", "folder"),
    ],
)
def test_a_copy_that_cannot_be_made_says_why(file, source, target, why):
    with pytest.raises(StartupError, match=why):
        backup(f"sqlite:///{file.parent / source}", file.parent / target)
    assert not (file.parent / "none.db").exists()


@pytest.fixture
def copies(tmp_path):
    """An empty folder for copies."""
    (tmp_path / "copies").mkdir()
    return tmp_path / "copies"


@pytest.fixture
def small_disk():
    """Files of this process may take 64 KiB, as on a disk that is full."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2**16, hard))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_copy_that_found_no_room_is_named_and_leaves_nothing(file, copies, small_disk):
    with pytest.raises(StartupError, match=r"^The copy .*copy\.db .*full"):
        backup(f"sqlite:///{file}", copies / "copy.db")
    assert list(copies.iterdir()) == []


def test_a_copy_that_may_not_be_written_is_named(unprivileged, sqlite_template):
    (unprivileged / "bot.db").write_bytes(sqlite_template.read_bytes())
    with closing(sqlite3.connect(unprivileged / "bot.db")) as database:
        database.execute("PRAGMA journal_mode = DELETE")
    give_up_rights(unprivileged)
    with pytest.raises(StartupError, match=r"^The copy .*copy\.db .*permissions"):
        backup(f"sqlite:///{unprivileged}/bot.db", unprivileged / "copy.db")


def test_a_damaged_database_is_named_and_not_its_copy(file, copies):
    content = bytearray(file.read_bytes())
    content[5000:] = b"\xff" * (len(content) - 5000)
    file.write_bytes(content)
    with pytest.raises(StartupError, match=r"^The database .*bot\.db is damaged"):
        backup(f"sqlite:///{file}", copies / "copy.db")
    assert list(copies.iterdir()) == []
