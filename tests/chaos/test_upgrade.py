"""A new version takes over what the first release left behind, in every state."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import Engine, MetaData, NullPool, create_engine, insert, text

from bot.db.migrations import alembic_config
from bot.video.values.videos import State
from tests.chaos.books import Audit
from tests.chaos.database import Database
from tests.chaos.harness import Harness
from tests.chaos.history import History
from tests.chaos.round import came_to_rest

pytestmark = pytest.mark.long

FIRST = "0001"
# Where a column of the first schema is gone or says something else, what it held.
GONE = {
    "charges.at": "(SELECT created_at FROM tasks WHERE tasks.id = task_id) AS at",
    "posts.kind": "CASE WHEN kind IN ('reply', 'film') THEN kind ELSE 'notice' END AS kind",
    "posts.subject": "CASE kind WHEN 'operator'"
    " THEN 'operator.' || json_extract(content, '$.cause') ELSE '' END AS subject",
    "posts.content": "'{}' AS content",
}
LEFT = {State.QUEUED, State.SUBMITTING, State.RUNNING}


def engine_of(file: Path) -> Engine:
    return create_engine(f"sqlite:///{file}", poolclass=NullPool)


def as_the_first_version_kept_it(now: Path, then: Path) -> None:
    """A database of the first schema with every row and column that it had a place for."""
    with engine_of(now).connect() as source, engine_of(then).begin() as target:
        config = alembic_config()
        config.attributes["connection"] = target
        command.upgrade(config, FIRST)
        schema = MetaData()
        schema.reflect(target)
        for table in schema.sorted_tables:
            if table.name != "alembic_version":
                names = ", ".join(GONE.get(str(column), column.name) for column in table.c)
                rows = source.execute(text(f"SELECT {names} FROM {table.name}")).mappings()
                for row in rows:
                    target.execute(insert(table), dict(row))


async def ask(harness: Harness) -> None:
    actor = harness.discord.actor("maya")
    await (await actor.command("films", "video", {"prompt": "a fox"})).responded()


async def work_begins(harness: Harness, database: Database) -> None:
    """Wait until one video is being made, one being submitted and one waiting; then kill."""
    harness.api.faults.stick_next()
    await ask(harness)
    await harness.discord.changed(lambda: harness.api.tasks, within=60)
    harness.api.faults.next_submit(accepted=True, delay=5, times=None)
    await ask(harness)
    while not {*LEFT} - {State.QUEUED} <= {task.state for task in database.tasks()}:
        await harness.pulse(0.2)
    await ask(harness)
    await harness.bot.kill()
    harness.api.faults.clear()


@pytest.mark.timeout(200)
async def test_films_of_the_first_version_are_finished_by_this_one(harness: Harness) -> None:
    now, then = harness.folder / "bot.db", harness.folder / "first.db"
    history = History(harness.discord)
    harness.bot.env["UNDO_SECONDS"] = "1"
    del harness.bot.env["PUBLIC_URL"]  # nothing can tell what became of the one being submitted
    await harness.bot.start()
    await harness.online()
    await work_begins(harness, Database(f"sqlite:///{now}"))
    as_the_first_version_kept_it(now, then)
    database = Database(f"sqlite:///{then}")
    assert {task["state"] for task in states_in(then)} == LEFT

    harness.bot.env["DATABASE_URL"] = f"sqlite:///{then}"
    for task in harness.api.tasks.values():
        task.unstick.set()
    await harness.bot.start()
    await harness.online()

    assert await came_to_rest(harness, database, 60)
    ends = sorted(task.state for task in database.tasks())
    assert ends == [State.COMPLETED, State.COMPLETED, State.LOST]
    await harness.discord.changed(lambda: len(harness.api.requests) == 3, within=30)
    assert Audit(database, harness.api, history).findings().broken == []


def states_in(file: Path) -> list[sqlite3.Row]:
    """The tasks of a file whose schema this version does not know any more."""
    with closing(sqlite3.connect(file)) as connection:
        connection.row_factory = sqlite3.Row
        return connection.execute("SELECT state FROM tasks").fetchall()
