"""Who drives the tasks: one process after another, and several on one PostgreSQL."""

import asyncio
import signal
import sys
from asyncio.subprocess import PIPE

import pytest
from sqlalchemy import text

from bot.clock import SystemClock
from bot.db import LeaseTimes, open_store
from bot.errors import StartupError
from tests.statements import executing

QUICK = LeaseTimes(ttl=1.0, beat=0.1, margin=0.2)
DEADLINE = 20

CHILD = """
import asyncio, sys
from bot.clock import SystemClock
from bot.db import LeaseTimes, open_store
from tests.statements import executing
from bot.video.values.videos import State

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
            await store.tx(executing(text("UPDATE processes SET ended = true")))
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
                *(s.tx(lambda b, s=s: b.adopt(s.lease.owner)) for s in (one, other) * 8)
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
