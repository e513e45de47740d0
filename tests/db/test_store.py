"""The unit of work: all or nothing, and the outcome when something goes wrong."""

import asyncio
import threading
from typing import Any

import pytest
from sqlalchemy import text

from bot.clock import SystemClock
from bot.db import InlineExecutor, open_store, sqlite, sqlite_file
from bot.db.sqlite import BATCH
from bot.errors import StorageDown

DEADLINE = 20


def waiting_in(store, count):
    """So many transactions that can wait."""
    return [
        asyncio.ensure_future(store.soon(lambda books, n=n: books.set_fact(str(n), "kept")))
        for n in range(count)
    ]


async def test_what_raises_keeps_nothing_and_reaches_the_caller(store):
    def fail(books):
        books.set_fact("a", "1")
        raise ZeroDivisionError("mine")

    with pytest.raises(ZeroDivisionError, match="mine"):
        await store.tx(fail)
    assert await store.tx(lambda books: books.fact("a")) is None


async def test_one_that_fails_takes_none_of_those_committed_with_it(store):
    gate = threading.Event()

    def write(books, number):
        if number < 0:
            gate.wait(DEADLINE)
        books.set_fact(str(number), "kept")
        if number == 7:
            raise ZeroDivisionError
        return number

    held = [asyncio.ensure_future(store.tx(write, -1 - i)) for i in range(4)]
    others = [asyncio.ensure_future(store.tx(write, number)) for number in range(20)]
    await asyncio.sleep(0)
    gate.set()
    ends = await asyncio.gather(*held, *others, return_exceptions=True)
    assert [type(end) for end in ends].count(ZeroDivisionError) == 1
    assert ends[4:11] == list(range(7))
    kept = await store.tx(lambda books: [books.fact(str(number)) for number in range(20)])
    assert [number for number, fact in enumerate(kept) if fact is None] == [7]


async def test_what_can_wait_is_kept_without_others_too(store):
    assert await store.soon(lambda books: books.set_fact("a", "1") or "done") == "done"
    assert await store.tx(lambda books: books.fact("a")) == "1"


async def test_what_can_wait_is_kept_before_the_end_however_much_it_is(database_url):
    async with open_store(database_url, clock=SystemClock()) as store:
        waiting = waiting_in(store, 2 * BATCH)
        await asyncio.sleep(0)
    assert len(await asyncio.wait_for(asyncio.gather(*waiting), DEADLINE)) == 2 * BATCH
    async with open_store(database_url, clock=SystemClock()) as store:
        assert await store.tx(lambda books: books.fact("0")) == "kept"


async def test_much_that_can_wait_does_not_hold_up_what_cannot(store):
    waiting = waiting_in(store, BATCH)
    await asyncio.sleep(0)
    assert await asyncio.wait_for(store.tx(lambda books: "done"), DEADLINE) == "done"
    await asyncio.gather(*waiting)


async def test_a_value_that_no_column_takes_hurts_nobody_else(store):
    gate = threading.Event()
    held = [asyncio.ensure_future(store.tx(lambda _: gate.wait(DEADLINE))) for _ in range(4)]
    both = [
        asyncio.ensure_future(store.tx(lambda books, v=value: books.set_fact("a", v)))
        for value in ("1", {"no": "text"})
    ]
    await asyncio.sleep(0)
    gate.set()
    good, bad = await asyncio.gather(*both, return_exceptions=True)
    await asyncio.gather(*held)
    assert good is None
    assert isinstance(bad, Exception)
    assert not isinstance(bad, StorageDown)


async def test_a_caller_that_gives_up_does_not_hurt_the_others(store):
    gate, begun = threading.Event(), threading.Event()

    def write(books, name):
        begun.set()
        gate.wait(DEADLINE)
        books.set_fact(name, "kept")

    given_up = asyncio.ensure_future(store.tx(write, "given up"))
    other = asyncio.ensure_future(store.tx(write, "other"))
    await asyncio.to_thread(begun.wait, DEADLINE)
    given_up.cancel()
    gate.set()
    await other
    with pytest.raises(asyncio.CancelledError):
        await given_up
    assert await store.tx(lambda books: books.fact("other")) == "kept"


async def test_the_loop_runs_on_while_a_transaction_is_slow(store):
    gate = threading.Event()
    slow = asyncio.ensure_future(store.tx(lambda _: gate.wait(DEADLINE)))
    await asyncio.sleep(0)
    gate.set()  # only reached when the loop was not blocked
    assert await slow is True


async def test_closing_waits_for_what_is_queued_and_takes_nothing_more(database_url):
    gate = threading.Event()
    async with open_store(database_url, clock=SystemClock()) as store:
        queued = [
            asyncio.ensure_future(
                store.tx(lambda books, n=n: (gate.wait(DEADLINE), books.set_fact(str(n), "kept")))
            )
            for n in range(10)
        ]
        await asyncio.sleep(0)
        asyncio.get_running_loop().call_later(0.01, gate.set)
    assert all(task.done() for task in queued)
    assert not store.lease.is_held()
    with pytest.raises(StorageDown):
        await store.tx(lambda books: books.fact("0"))
    async with open_store(database_url, clock=SystemClock()) as store:
        assert await store.tx(lambda books: books.fact("9")) == "kept"


class TestSqlite:
    """What holds of the file alone."""

    @pytest.fixture
    def database_url(self, sqlite_url):
        return sqlite_url

    async def test_the_simulation_runs_it_without_threads(self, database_url):
        before = threading.active_count()
        async with open_store(
            database_url, clock=SystemClock(), executor=InlineExecutor()
        ) as store:
            await store.tx(lambda books: books.set_fact("thread", threading.current_thread().name))
            assert threading.active_count() == before
            name = threading.current_thread().name
            assert await store.tx(lambda books: books.fact("thread")) == name

    async def test_a_database_in_memory_needs_no_file(self):
        async with open_store("sqlite://", clock=SystemClock()) as store:
            await store.tx(lambda books: books.set_fact("a", "1"))
            assert await store.tx(lambda books: books.fact("a")) == "1"

    async def test_what_can_wait_shares_the_commit_of_what_cannot(self, database_url, monkeypatch):
        monkeypatch.setattr(sqlite, "PATIENCE", 10 * DEADLINE)
        said, begun, gate = [], threading.Event(), threading.Event()

        def listen(books):
            sqlite_file.raw(books.connection).set_trace_callback(said.append)
            begun.set()
            gate.wait(DEADLINE)

        async with open_store(database_url, clock=SystemClock()) as opened:
            store: Any = opened
            listening = asyncio.ensure_future(store.tx(listen))
            await asyncio.to_thread(begun.wait, DEADLINE)
            can_wait = asyncio.ensure_future(store.soon(lambda books: books.set_fact("a", "1")))
            await asyncio.sleep(0)
            gate.set()
            await listening
            await asyncio.wrap_future(store._executor.submit(int))  # nothing is under way any more
            await store.tx(lambda books: books.set_fact("b", "2"))
            await asyncio.wait_for(can_wait, DEADLINE)
            await store.tx(lambda books: sqlite_file.raw(books.connection).set_trace_callback(None))
        assert said.count("COMMIT") == 2  # this one, and that of the listener itself

    async def test_a_full_disk_refuses_and_recovers_by_itself(self, store, accept):
        def fill(books):
            pages = books.connection.execute(text("PRAGMA page_count")).scalar()
            books.connection.execute(text(f"PRAGMA max_page_count = {pages}"))

        await store.tx(fill)
        ends = await asyncio.gather(
            *(store.tx(accept, decided_by="x" * 10_000) for _ in range(20)), return_exceptions=True
        )
        down = [end for end in ends if isinstance(end, StorageDown)]
        assert down
        kept = await store.tx(lambda books: len(books.survey(most=1000).near))
        assert kept == 20 - len(down)
        await store.tx(lambda books: books.connection.execute(text("PRAGMA max_page_count = 0")))
        await store.tx(
            lambda books: books.connection.execute(text("PRAGMA max_page_count = 100000"))
        )
        await store.tx(accept, decided_by="x" * 10_000)
        assert await store.tx(lambda books: len(books.survey(most=1000).near)) == kept + 1
        assert await store.tx(lambda books: books.discrepancies()) == []

    async def test_a_commit_that_fails_fails_all_that_shared_it(self, store, new_post):
        begun, gate = threading.Event(), threading.Event()

        def hold_the_writer(_):
            begun.set()
            gate.wait(DEADLINE)

        def break_commit(books):
            books.connection.execute(text("PRAGMA defer_foreign_keys = ON"))
            books.add_post(new_post(task_id="nobody"))

        held = asyncio.ensure_future(store.tx(hold_the_writer))
        await asyncio.to_thread(begun.wait, DEADLINE)
        shared = [
            asyncio.ensure_future(store.tx(fn))
            for fn in (break_commit, lambda books: books.set_fact("a", "1"))
        ]
        await asyncio.sleep(0)
        gate.set()
        await held
        ends = await asyncio.gather(*shared, return_exceptions=True)
        assert [type(end) for end in ends] == [StorageDown, StorageDown]
        assert await store.tx(lambda books: (books.fact("a"), books.survey().owed)) == (None, [])
