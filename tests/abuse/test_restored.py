"""A backup restored over the database orders nothing from its old queue again."""

import os
import shutil
import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest

from bot.clock import SystemClock
from bot.db import backup, open_store, restore
from bot.db.mark_file import MarkFile
from bot.db.sqlite import SqliteStore
from bot.errors import Reason, StartupError
from bot.video.life.restored import RESTORED, end_old_queue
from bot.video.moderation import approval
from bot.video.values.videos import State
from tests.fakes import START, FakeApi, RecordingAnnouncer, named
from tests.statements import owed_posts
from tests.video.harness import PERSON, SERVER, Harness, Start


@pytest.fixture
def url(tmp_path: Path) -> str:
    """Of the database that `start` opens."""
    return f"sqlite:///{tmp_path}/bot.db"


@pytest.fixture
async def taken(start: Start, tmp_path: Path, url: str) -> list[str]:
    """A copy of a queue of two, whose videos were made after it was taken."""
    async with start() as middle:
        queued = [await middle.ask(), await middle.ask()]
        backup(url, tmp_path / "copy.db")
        await middle.clock.advance(6)
        assert await middle.state(queued[0]) is State.RUNNING
    return queued


def put_by_hand(folder: Path) -> None:
    """Copy the file over the database, as somebody does who has not read the documentation."""
    for each in folder.glob("bot.db-*"):
        each.unlink()
    shutil.copy(folder / "copy.db", folder / "bot.db")


async def ends_in_true_words(middle: Harness, queued: list[str], told: RecordingAnnouncer) -> None:
    await middle.clock.advance(120)

    assert sorted(middle.api.submitted) == sorted(queued), "nothing is submitted again"
    for task_id in queued:
        task = await middle.task(task_id)
        assert (task.state, task.reason) == (State.CANCELLED, Reason.RESTORED)
    assert await middle.used() == 0
    assert await middle.bill() > 0, "they may have been paid for"
    assert await middle.books_are_right()
    assert [(cause, facts["films"]) for cause, facts in told.notices()] == [
        ("operator.restored", 2)
    ]


async def test_a_copy_put_in_place_by_hand_is_noticed(
    start: Start, taken: list[str], tmp_path: Path, announcer: RecordingAnnouncer
) -> None:
    put_by_hand(tmp_path)

    async with start() as middle:
        await ends_in_true_words(middle, taken, announcer)


async def test_a_copy_that_is_restored_by_the_command_is_marked(
    start: Start, taken: list[str], tmp_path: Path, url: str, announcer: RecordingAnnouncer
) -> None:
    aside = restore(url, tmp_path / "copy.db")
    (tmp_path / "bot.db.mark").unlink()  # also on a new machine, where nothing ran before

    assert aside is not None
    assert stat.S_IMODE((tmp_path / "bot.db").stat().st_mode) == 0o600
    with closing(sqlite3.connect(aside)) as before:
        assert before.execute("SELECT count(*) FROM tasks WHERE state = 'running'").fetchone()[0]
    async with start() as middle:
        await ends_in_true_words(middle, taken, announcer)


async def test_a_copy_restored_twice_is_noticed_twice_and_told_once_each(
    start: Start, taken: list[str], tmp_path: Path, api: FakeApi
) -> None:
    for _ in range(2):
        put_by_hand(tmp_path)
        async with start() as middle:
            await middle.clock.advance(60)
            assert await middle.state(taken[0]) is State.CANCELLED
            new = await middle.ask()
            await middle.clock.advance(6)
            assert await middle.state(new) is State.RUNNING

    assert api.submitted.count(taken[0]) == 1


async def test_what_was_denied_after_the_copy_was_taken_is_not_held_again(
    start: Start, tmp_path: Path, url: str, api: FakeApi
) -> None:
    """Nothing was submitted since, which would tell that the copy is old."""
    async with start() as middle:
        denied, cancelled = await middle.ask(), await middle.ask()
        await middle.videos.moderate(approval.hold, (SERVER, 9), denied)
        backup(url, tmp_path / "copy.db")
        await middle.videos.moderate(approval.deny, (SERVER, 9), denied, "no")
        await middle.videos.cancel(cancelled, by=PERSON, may_moderate=False)
    put_by_hand(tmp_path)

    async with start() as middle:
        await middle.clock.advance(60)
        for task_id in (denied, cancelled):
            assert (await middle.task(task_id)).reason is Reason.RESTORED

    assert api.submitted == []


async def test_a_copy_of_an_earlier_run_is_noticed_after_a_run_that_was_killed(
    start: Start, tmp_path: Path, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with start() as middle:
        waits = await middle.ask()
        backup(url, tmp_path / "copy.db")
    with monkeypatch.context() as killed:
        killed.setattr(SqliteStore, "saw", unwritten)
        async with start() as middle:
            await middle.videos.cancel(waits, by=PERSON, may_moderate=False)
    put_by_hand(tmp_path)

    async with start() as middle:
        assert (await middle.task(waits)).reason is Reason.RESTORED


async def unwritten(self: SqliteStore, submissions: int) -> None:
    """As if the process had ended before."""


async def test_an_ordinary_restart_goes_on_with_its_queue(start: Start) -> None:
    async with start() as middle:
        first = await middle.ask()
        await middle.clock.advance(6)
        held = await middle.ask()

    async with start() as middle:
        await middle.clock.advance(6)
        assert await middle.state(first) is State.RUNNING
        assert await middle.state(held) is State.RUNNING


async def test_what_was_at_the_api_when_the_copy_was_taken_is_looked_at_and_not_sent_again(
    start: Start, tmp_path: Path, url: str, api: FakeApi
) -> None:
    async with start() as middle:
        running = await middle.ask()
        await middle.clock.advance(6)
        backup(url, tmp_path / "copy.db")
        await middle.ask()
        await middle.clock.advance(6)
    put_by_hand(tmp_path)

    async with start() as middle:
        api.finish()
        await middle.clock.advance(120)
        assert await middle.state(running) is State.COMPLETED

    assert api.submitted.count(running) == 1


async def test_what_cannot_be_remembered_beside_the_database_is_not_submitted(
    middle: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: MarkFile, submissions: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(MarkFile, "write", full)
        task_id = await middle.ask()
        await middle.clock.advance(30)
        assert middle.api.submitted == []

    await middle.clock.advance(30)
    assert await middle.state(task_id) is State.RUNNING


async def test_a_restored_postgresql_is_told_by_its_operator(pg_url: str) -> None:
    async with open_store(pg_url, clock=SystemClock()) as store:
        assert await store.tx(end_old_queue, START) == []

    restore(pg_url, None)

    async with open_store(pg_url, clock=SystemClock()) as store:
        assert await store.tx(lambda books: books.fact(RESTORED)) == "yes"
        await store.tx(end_old_queue, START)
        owed = await store.tx(owed_posts)
        assert [named(each.content)[0] for each in owed] == ["operator.restored"]
        assert await store.tx(end_old_queue, START) == []


async def test_a_bot_that_runs_is_not_restored(middle: Harness, tmp_path: Path, url: str) -> None:
    backup(url, tmp_path / "copy.db")

    with pytest.raises(StartupError, match="in use by process"):
        restore(url, tmp_path / "copy.db")

    assert (await middle.accept()).request.server_id == SERVER


@pytest.mark.parametrize(
    ("written", "says"),
    [
        (None, "does not exist"),
        (b"", "no database of this bot"),
        (b"not a database, but long enough to be read as one" * 40, "is no database"),
    ],
    ids=["missing", "empty", "garbage"],
)
async def test_what_is_no_copy_of_ours_is_refused_and_nothing_changes(
    tmp_path: Path, url: str, written: bytes | None, says: str
) -> None:
    async with open_store(url, clock=SystemClock()):
        pass
    before, file = (tmp_path / "bot.db").read_bytes(), tmp_path / "copy.db"
    if written is not None:
        file.write_bytes(written)

    with pytest.raises(StartupError, match=says):
        restore(url, file)

    assert (tmp_path / "bot.db").read_bytes() == before
    assert not [each for each in os.listdir(tmp_path) if "before" in each]


async def test_a_copy_of_a_newer_version_and_the_database_itself_are_refused(
    tmp_path: Path, url: str
) -> None:
    async with open_store(url, clock=SystemClock()):
        pass
    backup(url, tmp_path / "copy.db")
    with closing(sqlite3.connect(tmp_path / "copy.db")) as copied, copied:
        copied.execute("UPDATE alembic_version SET version_num = '9999'")

    with pytest.raises(StartupError, match="newer version"):
        restore(url, tmp_path / "copy.db")
    with pytest.raises(StartupError, match="the database itself"):
        restore(url, tmp_path / "bot.db")
