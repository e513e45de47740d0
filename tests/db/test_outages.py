"""What saves nothing is down, however well it reads, and the log has one line about it."""

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from bot import outages
from bot.db import InlineExecutor, SqlStore, open_store
from bot.errors import StorageDown
from bot.video.ports.books import Books
from tests.fakes import FakeClock

FILL = """
CREATE FUNCTION refuse() RETURNS trigger AS
  $$ BEGIN RAISE EXCEPTION 'no space left on device' USING ERRCODE = 'disk_full'; END $$
  LANGUAGE plpgsql;
CREATE TRIGGER refuse BEFORE INSERT OR UPDATE ON facts FOR EACH ROW EXECUTE FUNCTION refuse()
"""

EMPTY = "DROP TRIGGER IF EXISTS refuse ON facts; DROP FUNCTION IF EXISTS refuse"
SQLITE = "PRAGMA max_page_count = 1073741823", "PRAGMA max_page_count = 1"  # no more than it has
LARGE = "x" * 1_000_000

Fills = Callable[[bool], Awaitable[None]]


@pytest.fixture
async def fill(store: SqlStore, database_url: str) -> AsyncIterator[Fills]:
    """Call with True, and the disk is full; with False, there is room again."""
    statements = SQLITE if database_url.startswith("sqlite") else (EMPTY, FILL)

    async def fill(is_full: bool) -> None:
        await store.run(lambda connection: connection.exec_driver_sql(statements[is_full]))

    yield fill
    await fill(False)


async def save(store: SqlStore) -> None:
    await store.tx(lambda books: books.set_fact("a", LARGE))


async def test_a_database_that_reads_but_does_not_save_is_down(
    store: SqlStore, fill: Fills, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert await store.works()
    await fill(True)
    with pytest.raises(StorageDown):
        await save(store)

    assert await store.tx(lambda books: books.fact("a")) is None
    assert not await store.works()

    await fill(False)
    monkeypatch.setattr(outages, "CALM", 0)
    assert await store.works()


async def test_nobody_who_asks_writes_while_all_is_well(store: SqlStore) -> None:
    assert await store.works()

    assert await store.tx(lambda books: books.fact("storage.tried")) is None


async def test_many_failures_are_one_line(
    store: SqlStore, fill: Fills, caplog: pytest.LogCaptureFixture
) -> None:
    await fill(True)
    for _ in range(20):
        with pytest.raises(StorageDown):
            await save(store)

    (line,) = caplog.messages
    assert line.startswith("The database fails, and is tried again: ")


async def test_only_what_is_saved_proves_that_it_works_again(sqlite_url: str) -> None:
    def give_up(books: Books) -> None:
        books.set_fact("a", "1")
        raise LookupError

    clock = FakeClock()
    async with open_store(sqlite_url, clock=clock, executor=InlineExecutor()) as store:
        store.outage.failed("the disk is full")
        await clock.advance(60)

        await store.tx(lambda books: books.fact("a"))
        with pytest.raises(LookupError):
            await store.tx(give_up)
        assert store.outage.is_on

        await store.tx(lambda books: books.set_fact("a", "1"))
        assert not store.outage.is_on
