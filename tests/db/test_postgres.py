"""PostgreSQL only: lost connections, lost races, a lost lease."""

import asyncio
import sys
import threading
import time
from collections.abc import Callable, Iterator
from select import select

import pytest
from sqlalchemy import Engine, make_url, text
from sqlalchemy.exc import OperationalError

from bot.clock import SystemClock
from bot.db import LeaseTimes, open_store, upgrade
from bot.db.books import SqlBooks
from bot.db.hints import words_of
from bot.db.postgres import CONNECTIONS, engine_of
from bot.db.schema import schema_state
from bot.errors import CommitUnknown, StartupError, StorageDown
from bot.video.life import settling
from bot.video.life.settling import Owed
from bot.video.outbox import film_post
from bot.video.ports.edges import SentMessage
from bot.video.values.posts import PostKind, PostState
from tests.statements import executing

SUICIDE = "SELECT pg_terminate_backend(pg_backend_pid())"


@pytest.fixture
def database_url(pg_url):
    return pg_url


async def refused(url):
    with pytest.raises(StartupError) as refusal:
        async with open_store(url, clock=SystemClock()):
            pass
    (line,) = refusal.value.problems
    assert "\n" not in line
    return line


async def test_a_connection_lost_before_the_commit_costs_nothing(store):
    tries = []

    def write(books):
        tries.append(1)
        books.set_fact("tries", str(len(tries)))
        if len(tries) == 1:
            books.connection.exec_driver_sql(SUICIDE)
        return "kept"

    assert await store.tx(write) == "kept"
    assert await store.tx(lambda books: books.fact("tries")) == "2"


async def test_a_connection_lost_in_the_commit_leaves_it_unknown_and_is_not_repeated(
    empty_pg_url,
):
    tries = []

    def die_at_the_commit(books):
        sql = books.connection.exec_driver_sql
        tries.append(1)
        sql(
            "CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS"
            f" $$ BEGIN PERFORM {SUICIDE.removeprefix('SELECT ')}; RETURN NULL; END $$"
        )
        sql(
            "CREATE CONSTRAINT TRIGGER die AFTER INSERT ON facts"
            " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION die()"
        )
        books.set_fact("a", "1")

    async with open_store(empty_pg_url, clock=SystemClock()) as store:
        with pytest.raises(CommitUnknown):
            await store.tx(die_at_the_commit)
        assert len(tries) == 1
        assert await store.tx(lambda books: books.fact("a")) is None


@pytest.fixture
def allowed(pg_server: Engine) -> Iterator[Callable[[int], str]]:
    """The address of an empty database, for somebody who may open so many connections."""

    def allow(most: int) -> str:
        with pg_server.connect() as connection:
            connection.execute(text(f"CREATE ROLE few LOGIN CONNECTION LIMIT {most}"))
            connection.execute(text("CREATE DATABASE small OWNER few"))
        url = pg_server.url.set(drivername="postgresql", username="few", database="small")
        return url.render_as_string(hide_password=False)

    yield allow
    with pg_server.connect() as connection:
        connection.execute(text("DROP DATABASE small WITH (FORCE)"))
        connection.execute(text("DROP ROLE few"))


async def test_a_process_that_would_find_too_few_connections_does_not_start(allowed) -> None:
    with pytest.raises(StartupError, match=f"each process needs {CONNECTIONS}"):
        async with open_store(allowed(3), clock=SystemClock()):
            pass


async def test_a_process_needs_no_more_connections_than_it_says(allowed) -> None:
    async with open_store(allowed(CONNECTIONS), clock=SystemClock()) as store:
        store.listen(lambda _: None)
        await asyncio.gather(*(store.tx(wait) for _ in range(12)))
        await asyncio.gather(*(store.read(wait) for _ in range(12)), store.tx(wait))


def wait(books) -> None:
    books.connection.execute(text("SELECT pg_sleep(0.05)"))


async def test_a_transaction_that_stands_still_ends_before_others_may_take_over(empty_pg_url):
    times = LeaseTimes(ttl=1, beat=0.1, margin=0.1)
    tries = []

    def stand_still(books):
        tries.append(1)
        books.lock(["films"])
        if len(tries) == 1:
            line = books.connection.connection.driver_connection.fileno()
            assert select([line], [], [], 20)[0], "the server left it open"
        books.set_fact("tries", str(len(tries)))

    async with open_store(empty_pg_url, clock=SystemClock(), times=times) as store:
        await store.tx(stand_still)
        assert await store.tx(lambda books: books.fact("tries")) != "1"


async def test_a_purge_that_comes_while_a_film_is_settled_is_not_overwritten(
    store, accept, new_post, now, monkeypatch
):
    task = await store.tx(accept)
    film = new_post(kind=PostKind.FILM, state=PostState.SENDING, task_id=task.id, due_at=now)
    await store.tx(lambda books: books.add_post(film))
    change_post, settling_begun, purging = SqlBooks.change_post, threading.Event(), []

    def change_once_others_wait(books, post_id, **changes):
        if changes["state"] is PostState.THERE:
            settling_begun.set()
            within = time.monotonic() + 20
            while not _waits(books) and not (purging and purging[0].done()):
                assert time.monotonic() < within
        return change_post(books, post_id, **changes)

    monkeypatch.setattr(SqlBooks, "change_post", change_once_others_wait)
    sent = SentMessage(channel_id=1, message_id=2)
    settled = store.tx(settling.settle, Owed(post=film, about=None), PostState.THERE, sent)
    settled = asyncio.ensure_future(settled)
    assert await asyncio.to_thread(settling_begun.wait, 20)
    purging.append(asyncio.ensure_future(store.tx(film_post.take_down, film, now)))
    await asyncio.gather(settled, *purging)

    post = await store.tx(lambda books: books.post(film.id))
    assert post.content.is_purged
    assert (post.state, post.message_id) == (PostState.DUE, 2)


def _waits(books):
    """Whether a transaction of this database waits for another; looked at every 20 ms."""
    waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_sleep(0.02) IS NOT NULL"
    return books.connection.exec_driver_sql(waiting).scalar_one() > 0


async def test_a_deadlock_is_repeated_until_both_are_through(store):
    both_hold_one = threading.Barrier(2)
    tries = []

    def touch(books, first, second):
        tries.append(first)
        books.lock([first])
        if len(tries) <= 2:
            both_hold_one.wait(20)
        books.lock([second])
        books.set_fact(first, "through")

    await asyncio.gather(store.tx(touch, "a", "b"), store.tx(touch, "b", "a"))
    assert len(tries) >= 3
    assert await store.tx(lambda books: [books.fact("a"), books.fact("b")]) == ["through"] * 2


async def test_a_database_that_takes_no_writes_refuses_and_recovers_by_itself(store):
    read_only = "SELECT set_config('transaction_read_only', 'on', true)"

    def write(books, sql):
        books.connection.exec_driver_sql(sql)
        books.set_fact("a", "1")

    with pytest.raises(StorageDown):
        await store.tx(write, read_only)
    await store.tx(write, "SELECT 1")
    assert await store.tx(lambda books: books.fact("a")) == "1"


async def test_a_process_that_others_have_ended_knows_it_at_its_next_beat(database_url):
    times = LeaseTimes(ttl=600, beat=0.05, margin=1)
    async with open_store(database_url, clock=SystemClock(), times=times) as store:
        assert store.lease.is_held()
        await store.tx(executing(text("UPDATE processes SET ended = true")))
        async with asyncio.timeout(20):
            while store.lease.is_held():  # noqa: ASYNC110 - the lease has no event, it is asked
                await asyncio.sleep(0.02)


async def test_a_lease_ends_by_itself_when_no_beat_gets_through(database_url):
    times = LeaseTimes(ttl=0.5, beat=60, margin=0.1)
    async with open_store(database_url, clock=SystemClock(), times=times) as store:
        async with asyncio.timeout(20):
            while store.lease.is_held():  # noqa: ASYNC110 - the lease has no event, it is asked
                await asyncio.sleep(0.02)


async def test_a_server_that_is_not_there_is_named_without_the_password():
    line = await refused("postgresql://bot:hunter2@127.0.0.1:1/films")
    assert "127.0.0.1/films" in line
    assert "hunter2" not in line


@pytest.mark.parametrize("look", [upgrade, schema_state])
def test_no_end_of_a_password_is_shown_that_was_taken_for_the_host(look):
    with pytest.raises(StartupError) as refusal:
        look("postgresql://bot:hunter2@ter3@no.such.host.invalid/films")
    assert "no.such.host.invalid" in str(refusal.value)
    assert "ter" not in str(refusal.value)


async def test_a_missing_database_is_named(pg_url):
    assert "nowhere" in await refused(pg_url.replace("/reused", "/nowhere"))


async def test_a_missing_driver_is_named_with_its_cure(monkeypatch):
    monkeypatch.setitem(sys.modules, "psycopg", None)
    assert "pip install '.[postgres]'" in await refused("postgresql://bot@127.0.0.1/films")


def test_a_server_that_is_away_is_one_line_in_the_log() -> None:
    engine = engine_of(make_url("postgresql://nobody@127.0.0.1:1/none"), connections=1)
    with pytest.raises(OperationalError) as failed:
        engine.connect()

    said = words_of(failed.value)
    assert "127.0.0.1" in said
    assert "\n" not in said
    assert "sqlalche.me" not in said
