"""The unit of work: all or nothing, and what becomes of it when something goes wrong."""

import asyncio
import signal
import sys
import threading
from asyncio.subprocess import PIPE

import pytest
from sqlalchemy import text

from bot.clock import SystemClock
from bot.db import InlineExecutor, LeaseTimes, open_store
from bot.db.sqlite import BATCH
from bot.errors import StartupError, StorageDown

QUICK = LeaseTimes(ttl=1.0, beat=0.1, margin=0.2)
DEADLINE = 20

CHILD = """
import asyncio, sys
from bot.clock import SystemClock
from bot.db import LeaseTimes, open_store
from bot.video.models import State

async def main():
    times = LeaseTimes(ttl=1.0, beat=0.1, margin=0.2)
    async with open_store(sys.argv[1], clock=SystemClock(), times=times) as store:
        await store.tx(lambda books: books.set_fact("written by", "the child"))
        await store.tx(lambda books: books.adopt(store.lease.owner))
        tasks = await store.tx(lambda books: books.tasks_in(State.QUEUED, owner=store.lease.owner))
        print(len(tasks), flush=True)
        while await asyncio.to_thread(sys.stdin.readline):
            held = store.lease.is_held()
            moved = [await store.tx(lambda books: books.move(t, State.SUBMITTING)) for t in tasks]
            print(held, sum(task is not None for task in moved), flush=True)

asyncio.run(main())
"""


@pytest.fixture
async def start_child(database_url):
    """Starts processes that open the database, adopt its tasks, and try to move them when asked."""
    children = []

    async def start():
        children.append(
            await asyncio.create_subprocess_exec(
                sys.executable, "-c", CHILD, database_url, stdin=PIPE, stdout=PIPE
            )
        )
        return children[-1]

    yield start
    for child in children:
        if child.returncode is None:
            child.kill()
        await child.communicate()


def waiting_in(store, count):
    """So many transactions that can wait."""
    return [
        asyncio.ensure_future(store.soon(lambda books, n=n: books.set_fact(str(n), "kept")))
        for n in range(count)
    ]


async def said(process):
    line = await asyncio.wait_for(process.stdout.readline(), DEADLINE)
    return line.decode().split()


async def adopted(store):
    """How many tasks the store takes over, as soon as there are any."""
    async with asyncio.timeout(DEADLINE):
        while True:
            if count := len(await store.tx(lambda books: books.adopt(store.lease.owner))):
                return count
            await asyncio.sleep(0.05)


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


async def test_each_start_has_a_higher_number_and_takes_over_at_once(database_url, accept):
    owners = []
    for _ in range(3):
        async with open_store(database_url, clock=SystemClock()) as store:
            owners.append(store.lease.owner)
            assert store.lease.is_held()
            await store.tx(accept, owner=store.lease.owner)
            assert (
                len(await store.tx(lambda books, o=owners[-1]: books.adopt(o))) == len(owners) - 1
            )
    assert owners == sorted(set(owners))


async def test_a_killed_process_loses_nothing_and_its_tasks_are_adopted(
    database_url, accept, start_child
):
    async with open_store(database_url, clock=SystemClock(), times=QUICK) as store:
        task = await store.tx(accept)
    child = await start_child()
    assert await said(child) == ["1"]
    child.kill()
    await child.wait()
    async with open_store(database_url, clock=SystemClock(), times=QUICK) as store:
        assert await store.tx(lambda books: books.fact("written by")) == "the child"
        assert await adopted(store) == 1
        assert (await store.tx(lambda books: books.task(task.id))).owner == store.lease.owner


class TestSqlite:
    """What holds of the file alone."""

    @pytest.fixture
    def database_url(self, sqlite_url):
        return sqlite_url

    async def test_a_second_process_is_refused_in_one_line(self, database_url, start_child):
        child = await start_child()
        assert await said(child) == ["0"]
        with pytest.raises(StartupError) as refused:
            async with open_store(database_url, clock=SystemClock()):
                pass
        (line,) = refused.value.problems
        assert f"in use by process {child.pid}" in line

    async def test_a_start_takes_over_whatever_number_drove_it(self, database_url, accept):
        async with open_store(database_url, clock=SystemClock()) as store:
            await store.tx(accept, owner=10**6)
        async with open_store(database_url, clock=SystemClock()) as store:
            assert await adopted(store) == 1

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

    async def test_what_can_wait_shares_the_commit_of_what_cannot(self, store):
        said = []
        await store.tx(lambda books: books.connection.driver.set_trace_callback(said.append))
        can_wait = asyncio.ensure_future(store.soon(lambda books: books.set_fact("a", "1")))
        await asyncio.sleep(0)
        await asyncio.gather(can_wait, store.tx(lambda books: books.set_fact("b", "2")))
        await store.tx(lambda books: books.connection.driver.set_trace_callback(None))
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
        kept = await store.tx(lambda books: books.queue_length())
        assert kept == 20 - len(down)
        await store.tx(lambda books: books.connection.execute(text("PRAGMA max_page_count = 0")))
        await store.tx(
            lambda books: books.connection.execute(text("PRAGMA max_page_count = 100000"))
        )
        await store.tx(accept, decided_by="x" * 10_000)
        assert await store.tx(lambda books: books.queue_length()) == kept + 1
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
        assert await store.tx(lambda books: (books.fact("a"), books.owed())) == (None, [])


class TestPostgres:
    """What holds of several processes."""

    @pytest.fixture
    def database_url(self, pg_url):
        return pg_url

    async def test_a_frozen_process_is_fenced_when_it_wakes(
        self, database_url, accept, start_child
    ):
        async with open_store(database_url, clock=SystemClock(), times=QUICK) as store:
            await store.tx(lambda books: [accept(books) for _ in range(5)])
            child = await start_child()
            assert await said(child) == ["5"]
            child.send_signal(signal.SIGSTOP)
            assert await adopted(store) == 5
            child.send_signal(signal.SIGCONT)
            child.stdin.write(b"try\n")
            assert await said(child) == ["False", "0"]

    async def test_a_process_that_others_have_ended_knows_it_for_good(self, database_url):
        async with open_store(database_url, clock=SystemClock(), times=QUICK) as store:
            assert not store.lease.is_lost
            await store.tx(
                lambda books: books.connection.execute(text("UPDATE processes SET ended = true"))
            )
            async with asyncio.timeout(20):
                while not store.lease.is_lost:  # noqa: ASYNC110 - a thread finds out
                    await asyncio.sleep(0.05)
            assert not store.lease.is_held()

    async def test_two_processes_adopt_each_task_once(self, database_url, accept):
        async with (
            open_store(database_url, clock=SystemClock()) as one,
            open_store(database_url, clock=SystemClock()) as other,
        ):
            await one.tx(lambda books: [accept(books) for _ in range(300)])
            claimed = await asyncio.gather(
                *(s.tx(lambda b, s=s: b.adopt(s.lease.owner)) for s in (one, other) * 4)
            )
            claims = [len(ids) for ids in claimed]
            assert sum(claims) == 300
            owned = [
                await one.tx(
                    lambda b, s=s: b.connection.exec_driver_sql(
                        f"SELECT count(*) FROM tasks WHERE epoch = 1 AND owner = {s.lease.owner}"
                    ).scalar_one()
                )
                for s in (one, other)
            ]
            assert owned == [sum(claims[0::2]), sum(claims[1::2])]
