"""No statement gets slower with the videos that are over: none visits more than a few rows. Nor do
those of a command and of the next turn with a long queue."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from inspect import getmembers, isfunction
from itertools import count as count_from
from pathlib import Path

import pytest
from sqlalchemy import URL, Connection, Engine, NullPool, create_engine, make_url, select

from benchmarks.finished import PERSON, SERVER, fill, let_wait
from bot.db import processes
from bot.db.books import SqlBooks
from bot.db.server_tables import boards
from bot.db.tables import metadata, tasks
from bot.video.values.videos import State
from tests.db.calls import Old, calls, old_one
from tests.db.conftest import NOW
from tests.db.visits import counted

FINISHED, MOST = 20_000, 1400  # videos, and rows that a statement may visit
MILLION = 1_000_000

# Those that read a whole table, and why they may.
READS_ALL = {
    "discrepancies": "compares all books; only tests call it",
    "audit_with_words": "once an hour, in the servers' audits that hold people's words",
    "move_times": "only after someone set the machine's clock",
}
WAITING = 3000  # more than FAR, as often as a plan of several steps counts these
# What a command and a claim ask about the queue.
OF_A_COMMAND = {
    "keep_interaction", "lock", "terms", "active", "uses", "raise_tally", "add_request", "add_task",
    "add_post", "queue", "begin_undo", "mark_delivery", "inbox", "head", "busy", "foremost",
    "oldest_in", "oldest_of",
}  # fmt: skip
OF_EACH_PROCESS = {"survey", "due"}  # every few seconds
OF_EACH_MINUTE = {"servers_of"}
PLANS_AT_FIRST = 5  # PostgreSQL's, for a prepared statement, before it may keep one
# Pages by key through a table, or one person's own rows: so long as they are, each page.
OF_ONE_PERSON = {"walk", "kept_of", "drop_links"}


@dataclass(kw_only=True)
class Copies:
    """Filled databases of each kind and size; a test gets a copy, which is made sooner."""

    folder: Path
    numbers: Iterator[int] = field(default_factory=lambda: count_from(1))
    made: set[str] = field(default_factory=set)

    def fill_file(self, url: URL, count: int) -> None:
        """Fill an SQLite file that has the schema."""
        copy = self.folder / str(count)
        if not copy.exists():
            _fill(url, count)
            shutil.copy(str(url.database), copy)
        shutil.copy(copy, str(url.database))

    def filled_postgres(self, url: URL, count: int, server: Engine) -> URL:
        """A filled database; the one at `url`, which has the schema, is filled for the first."""
        template, name = f"filled_{count}", f"plans_{next(self.numbers)}"
        with server.connect() as connection:
            if template not in self.made:
                _fill(url, count)
                connection.exec_driver_sql(f"CREATE DATABASE {template} TEMPLATE {url.database}")
                self.made.add(template)
            connection.exec_driver_sql(f"CREATE DATABASE {name} TEMPLATE {template}")
        return url.set(database=name)


def _fill(url: URL, count: int) -> None:
    engine = create_engine(url, poolclass=NullPool)
    with engine.connect() as connection:
        if connection.dialect.name == "postgresql":  # nothing counts rows anew in between
            for table in metadata.sorted_tables:
                connection.exec_driver_sql(f"ALTER TABLE {table} SET (autovacuum_enabled = off)")
            connection.commit()
        fill(connection, count, now=NOW)
    engine.dispose()


@pytest.fixture(scope="module")
def copies(tmp_path_factory: pytest.TempPathFactory) -> Copies:
    return Copies(folder=tmp_path_factory.mktemp("filled"))


@pytest.fixture
def filled(
    database_url: str, request: pytest.FixtureRequest, copies: Copies
) -> Iterator[Connection]:
    """A connection to a database with many finished videos."""
    url, count = make_url(database_url), getattr(request, "param", FINISHED)
    if url.get_backend_name() == "sqlite":
        copies.fill_file(url, count)
    else:
        url = url.set(drivername="postgresql+psycopg")
        url = copies.filled_postgres(url, count, request.getfixturevalue("pg_server"))
    engine = create_engine(url)
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def test_no_statement_reads_what_is_over(filled: Connection):
    if filled.dialect.name == "postgresql":
        # At this size the planner still likes to read whole tables; is there an index at all?
        filled.exec_driver_sql("SET enable_seqscan = off")
        filled.commit()
    assert wasteful(filled, most=MOST) == {}


def test_nothing_that_is_asked_again_and_again_reads_a_long_queue(filled: Connection):
    let_wait(filled, WAITING)
    # SQLite steps over three rows while it visits one; PostgreSQL counts a row at each step.
    most = WAITING // 4 if filled.dialect.name == "sqlite" else WAITING - 1
    found = wasteful(filled, most=most)
    often = OF_A_COMMAND | OF_EACH_PROCESS | OF_EACH_MINUTE
    assert not {each for each in found if each.partition(":")[0] in often}


def test_of_somebody_without_a_limit_at_once_the_queue_is_not_counted(filled: Connection):
    filled.execute(tasks.update().values(user_id=PERSON))
    let_wait(filled, WAITING)
    with counted(filled) as visits:
        SqlBooks(filled).active(SERVER, PERSON, most=0)
    filled.rollback()
    assert max(visits.rows.values()) < 100


def test_what_a_dead_process_drove_is_looked_for_without_a_look_at_the_queue(filled: Connection):
    let_wait(filled, WAITING)
    alive = processes.begin(filled, now=NOW)
    filled.execute(tasks.update().values(owner=alive).where(tasks.c.state == State.QUEUED))
    filled.commit()
    with counted(filled) as visits:
        assert SqlBooks(filled).adopt(alive) == []
    filled.rollback()
    assert max(visits.rows.values()) < 100


def test_postgresql_keeps_its_plans_of_what_is_asked_again_and_again(filled: Connection):
    """Planning anew each time takes longer than the statement."""
    if filled.dialect.name != "postgresql":
        pytest.skip("SQLite plans once")
    let_wait(filled, WAITING)
    books = SqlBooks(filled)
    named = calls(old_one(books))
    for name in OF_A_COMMAND | OF_EACH_PROCESS:
        for call in named[name] if not name.startswith(("add", "keep")) else ():
            for _ in range(4 * PLANS_AT_FIRST):
                call(books)
    alive = processes.begin(filled, now=NOW)
    filled.execute(tasks.update().values(owner=alive).where(tasks.c.state == State.QUEUED))
    for _ in range(4 * PLANS_AT_FIRST):
        assert books.adopt(alive) == []
    prepared = filled.exec_driver_sql("SELECT custom_plans, statement FROM pg_prepared_statements")
    planned = {statement for plans, statement in prepared if plans > PLANS_AT_FIRST}
    filled.rollback()
    assert planned == set()


def test_deleting_a_video_reads_none_of_its_persons_others(filled: Connection):
    if filled.dialect.name == "postgresql":
        filled.exec_driver_sql("SET enable_seqscan = off")
    books = SqlBooks(filled)
    filled.execute(boards.delete())
    theirs = filled.execute(select(tasks.c.request_id).where(tasks.c.user_id == PERSON).limit(10))
    with counted(filled) as visits:
        assert books.drop_videos(theirs.scalars().all(), before=NOW + timedelta(days=1)) == 10
    filled.rollback()
    assert {sql: rows for sql, rows in visits.rows.items() if rows > MOST} == {}


@pytest.mark.long
@pytest.mark.timeout(900)
@pytest.mark.parametrize("filled", [MILLION], indirect=True)
def test_no_statement_reads_a_million_finished_videos(filled: Connection):
    assert wasteful(filled, most=MOST) == {}


def test_every_statement_has_a_call_here():
    is_called = set(calls(Old(task="", request="", remote="", post="", audit="", board="")))
    assert is_called == {
        name for name, _ in getmembers(SqlBooks, isfunction) if not name.startswith("_")
    }


def wasteful(connection: Connection, *, most: int) -> dict[str, float]:
    """The statements that visit more rows, and how many."""
    books = SqlBooks(connection)
    old = old_one(books)
    connection.rollback()
    found: dict[str, float] = {}
    for name, each in calls(old).items():
        for call in each:
            with counted(connection) as visits:
                call(books)
            connection.rollback()
            if name not in READS_ALL and name not in OF_ONE_PERSON:
                found |= {
                    f"{name}: {sql}": rows for sql, rows in visits.rows.items() if rows > most
                }
    return found
