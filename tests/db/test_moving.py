"""A database's rows in another kind of database: whole, the same, and only into an empty one."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Table, create_engine, make_url, text

from benchmarks.finished import fill
from bot.clock import SystemClock
from bot.db import backup, copying, move, open_store, restore
from bot.db.copying import COPYING
from bot.db.pause import set_paused
from bot.db.tables import metadata
from bot.errors import StartupError
from bot.video.life.restored import RESTORED
from bot.video.values.contents import OperatorContent
from bot.video.values.posts import PostKind
from bot.video.values.videos import State
from tests.db.conftest import NOW

FINISHED = 400


def silent(_: str) -> None:
    """Tell nobody."""


@pytest.fixture
async def filled_url(sqlite_url, accept, new_post):
    """An SQLite database with videos that are over, one that waits, and odd values."""
    engine = create_engine(sqlite_url)
    with engine.connect() as connection:
        fill(connection, FINISHED, now=NOW)
    engine.dispose()
    async with open_store(sqlite_url, clock=SystemClock()) as store:
        await store.tx(accept, id="Zwaits", user_id=2**63 - 1)
        await store.tx(accept, id="awaits", muted=True)
        strange = new_post(kind=PostKind.OPERATOR, content=OperatorContent(cause="key"))
        await store.tx(lambda books: books.add_post(strange))
        await store.tx(lambda books: books.set_fact("ünï", "a\0b 🦊"))
    return sqlite_url


OF_ITS_OWN = {"processes", "facts"}  # a copy has no living process, and notes of its own


def rows(url: str) -> dict[str, list[str]]:
    """Everything else in a database, as it is stored, in one order."""
    place = make_url(url)
    if place.get_backend_name() == "postgresql":
        place = place.set(drivername="postgresql+psycopg")
    engine = create_engine(place)
    with engine.connect() as connection:
        found = {
            name: connection.execute(text(f"SELECT {columns_of(table)} FROM {name}")).all()
            for name, table in metadata.tables.items()
            if name not in OF_ITS_OWN
        }
        stored = {name: sorted(map(as_stored, each)) for name, each in found.items()}
    engine.dispose()
    return stored


def columns_of(table: Table) -> str:
    return ", ".join(f'"{column.name}"' for column in table.c)


def bytes_of(url: str) -> bytes:
    return Path(url.removeprefix("sqlite:///")).read_bytes()


def as_stored(row) -> str:
    return repr([int(value) if isinstance(value, bool) else value for value in row])


def refusal(act, *arguments) -> str:
    with pytest.raises(StartupError) as refused:
        act(*arguments)
    return " ".join(refused.value.problems)


async def test_a_moved_database_has_the_same_rows_and_the_source_stays(filled_url, empty_pg_url):
    before, content = rows(filled_url), bytes_of(filled_url)
    move(filled_url, empty_pg_url, silent)
    assert rows(empty_pg_url) == before
    assert bytes_of(filled_url) == content
    async with open_store(empty_pg_url, clock=SystemClock()) as store:
        assert await store.tx(lambda books: books.discrepancies()) == []
        assert await store.tx(lambda books: books.fact("ünï")) == "a\N{REPLACEMENT CHARACTER}b 🦊"
        adopted = await store.tx(lambda books: books.adopt(store.lease.owner))
        assert sorted(adopted) == ["Zwaits", "awaits"]
        assert store.lease.owner == 2, "a number that no process had"


async def test_no_bot_starts_on_a_database_that_has_moved(filled_url, empty_pg_url):
    move(filled_url, empty_pg_url, silent)
    with pytest.raises(StartupError, match="has moved to another database"):
        async with open_store(filled_url, clock=SystemClock()):
            raise AssertionError


def forget(moved: Path) -> None:
    """As if the file had never been made, which it was."""
    assert moved.exists()
    moved.unlink()


async def test_a_second_move_to_the_same_database_says_that_it_is_complete(
    filled_url, empty_pg_url, connected
):
    told: list[str] = []
    move(filled_url, empty_pg_url, silent)
    before = rows(empty_pg_url)
    moved = Path(f"{filled_url.removeprefix('sqlite:///')}.moved")
    for _ in range(2):  # the second time as after a crash before the file was made
        move(filled_url, empty_pg_url, told.append)
        forget(moved)
    assert set(told) == {"This move is complete already: nothing is copied a second time."}
    async with open_store(empty_pg_url, clock=SystemClock()):
        move(filled_url, empty_pg_url, told.append)
    assert len(told) == 3, "also while the bot runs on it"
    assert rows(empty_pg_url) == before


async def test_a_database_moves_to_one_place_only(filled_url, empty_pg_url, pg_url):
    move(filled_url, empty_pg_url, silent)
    told = refusal(move, filled_url, pg_url, silent)
    assert "has moved already, to another database than this one" in told
    assert "bot.db.moved" in told


def test_whoever_moves_reads_their_own_words_for_the_databases(sqlite_url, pg_url):
    away = make_url(pg_url).set(database="nobody_made_it").render_as_string(hide_password=False)
    told = refusal(move, sqlite_url, away, silent)
    assert ", of TO, cannot be used" in told
    assert "DATABASE_URL" not in told


async def test_a_copy_that_was_restored_already_says_so(filled_url, empty_pg_url, tmp_path):
    backup(filled_url, tmp_path / "copy.db")
    restore(empty_pg_url, tmp_path / "copy.db")
    assert "holds this copy already, whole" in refusal(restore, empty_pg_url, tmp_path / "copy.db")


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
async def test_reading_a_copy_leaves_nothing_beside_it(kind, filled_url, empty_pg_url, tmp_path):
    folder = tmp_path / "copies"
    folder.mkdir()
    if kind == "postgresql":
        move(filled_url, empty_pg_url, silent)
    backup(empty_pg_url if kind == "postgresql" else filled_url, folder / "copy.db")
    restore(f"sqlite:///{tmp_path}/try.db", folder / "copy.db")
    assert [each.name for each in folder.iterdir()] == ["copy.db"]


async def test_a_move_that_was_interrupted_goes_on_where_it_stopped(
    filled_url, empty_pg_url, monkeypatch
):
    monkeypatch.setattr(copying, "BATCH", 50)
    written, is_second = [], False
    write = copying._write_postgres

    def stopping(target, table, page):
        if len(written) == 12 and not is_second:
            raise KeyboardInterrupt
        written.append(len(page))
        write(target, table, page)

    monkeypatch.setitem(copying._WRITE, "postgresql", stopping)
    with pytest.raises(KeyboardInterrupt):
        move(filled_url, empty_pg_url, silent)
    assert "not finished" in (await refused_start(empty_pg_url))
    is_second = True
    move(filled_url, empty_pg_url, silent)
    with closing(sqlite3.connect(filled_url.removeprefix("sqlite:///"))) as source:
        counts = [source.execute(f"SELECT count(*) FROM {name}") for name in metadata.tables]
        assert sum(written) == sum(count for ((count,),) in counts), "each row once"
    assert rows(empty_pg_url) == rows(filled_url)


async def refused_start(url) -> str:
    with pytest.raises(StartupError) as refused:
        async with open_store(url, clock=SystemClock()):
            pass
    return " ".join(refused.value.problems)


async def test_a_move_does_not_go_on_from_a_database_that_was_used_since(
    filled_url, empty_pg_url, monkeypatch
):
    def stop(*_):
        raise KeyboardInterrupt

    monkeypatch.setitem(copying._WRITE, "postgresql", stop)
    with pytest.raises(KeyboardInterrupt):
        move(filled_url, empty_pg_url, silent)
    monkeypatch.undo()
    with closing(sqlite3.connect(filled_url.removeprefix("sqlite:///"))) as used, used:
        used.execute("INSERT OR REPLACE INTO facts VALUES ('submissions', '77')")
    assert "used again" in refusal(move, filled_url, empty_pg_url, silent)


async def test_nothing_moves_from_or_to_a_database_in_use(filled_url, pg_url):
    async with open_store(filled_url, clock=SystemClock()):
        assert "in use by process" in refusal(move, filled_url, pg_url, silent)
    async with open_store(pg_url, clock=SystemClock()):
        assert "not empty (processes)" in refusal(move, filled_url, pg_url, silent)


def test_a_move_goes_only_from_sqlite_to_postgresql(sqlite_url, pg_url, tmp_path):
    assert "from sqlite:///" in refusal(move, pg_url, sqlite_url, silent)
    assert "does not exist" in refusal(move, f"sqlite:///{tmp_path}/none.db", pg_url, silent)


def test_another_schema_is_not_moved(sqlite_url, empty_pg_url):
    with closing(sqlite3.connect(sqlite_url.removeprefix("sqlite:///"))) as changed, changed:
        changed.execute("UPDATE alembic_version SET version_num = '0015'")
    assert "python -m bot migrate" in refusal(move, sqlite_url, empty_pg_url, silent)
    with closing(sqlite3.connect(sqlite_url.removeprefix("sqlite:///"))) as changed, changed:
        changed.execute("UPDATE alembic_version SET version_num = '9999'")
    assert "newer version" in refusal(move, sqlite_url, empty_pg_url, silent)


async def test_a_number_too_large_for_its_column_stops_the_move_in_words(sqlite_url, empty_pg_url):
    with closing(sqlite3.connect(sqlite_url.removeprefix("sqlite:///"))) as odd, odd:
        odd.execute("INSERT INTO settings VALUES (1, '{}', 4294967296, 1, 1)")
    assert "did not take the copy" in refusal(move, sqlite_url, empty_pg_url, silent)


def test_a_pause_moves_as_well(sqlite_url, empty_pg_url):
    set_paused(sqlite_url, True)
    move(sqlite_url, empty_pg_url, silent)
    engine = create_engine(make_url(empty_pg_url).set(drivername="postgresql+psycopg"))
    with engine.connect() as connection:
        paused = connection.exec_driver_sql("SELECT value FROM facts WHERE name = 'paused'")
        assert paused.scalar_one() == "yes"
    engine.dispose()


async def test_a_backup_of_postgresql_is_a_file_that_either_kind_is_restored_from(
    filled_url, empty_pg_url, tmp_path, pg_url
):
    move(filled_url, empty_pg_url, silent)
    copy = tmp_path / "copy.db"
    async with open_store(empty_pg_url, clock=SystemClock()):
        backup(empty_pg_url, copy)
    assert "exists already" in refusal(backup, empty_pg_url, copy)
    assert list(tmp_path.glob("copy*")) == [copy]
    assert copy.stat().st_mode & 0o777 == 0o600
    assert "not empty" in refusal(restore, empty_pg_url, copy)
    other = f"sqlite:///{tmp_path}/other.db"
    for url in (pg_url, other):
        restore(url, copy)
        assert rows(url) == rows(filled_url)
        async with open_store(url, clock=SystemClock()) as store:
            assert await store.tx(lambda books: books.fact(RESTORED)) == "yes"
            assert (await store.tx(lambda books: books.task("Zwaits"))).state is State.QUEUED


async def test_half_a_copy_makes_no_backup(pg_url, tmp_path):
    async with open_store(pg_url, clock=SystemClock()) as store:
        await store.tx(lambda books: books.set_fact(COPYING, '{"source": "another"}'))
    assert "was not finished" in refusal(backup, pg_url, tmp_path / "copy.db")
    assert list(tmp_path.glob("copy*")) == []
