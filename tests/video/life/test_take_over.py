"""What a process does with the videos of one that died, where several share a database."""

import pytest
from sqlalchemy import text

from bot.db.sqlite import FileLease
from bot.video.life.engine import TAKE_OVER
from bot.video.values.videos import State
from tests.video.harness import Harness


@pytest.fixture(autouse=True)
def shared(monkeypatch):
    monkeypatch.setattr(FileLease, "is_shared", property(lambda self: True, lambda *_: None))


async def test_a_film_taken_over_from_the_dead_while_it_is_submitted_is_no_doubt(harness: Harness):
    task_id = await harness.ask()
    await harness.store.tx(
        sql, "INSERT INTO processes (owner, started_at, ended) VALUES (99, 0, 0)"
    )
    await harness.store.tx(sql, "UPDATE tasks SET owner = 99")
    submit = harness.api.submit

    async def submit_while_it_is_taken_over(request, **options):
        await harness.store.tx(sql, "UPDATE processes SET ended = 1 WHERE owner = 99")
        await harness.engine._take_over()
        return await submit(request, **options)

    harness.api.submit = submit_while_it_is_taken_over
    await harness.clock.advance(10)
    assert await harness.state(task_id) is State.RUNNING


async def test_the_share_of_a_process_that_takes_nothing_is_taken_within_moments(harness: Harness):
    for user in range(60):
        await harness.ask(user=user)
    owned = "INSERT INTO processes (owner, started_at, ended) VALUES (98, 0, 0), (99, 0, 1)"
    await harness.store.tx(sql, owned)  # one that is starting, and a dead one
    await harness.store.tx(sql, "UPDATE tasks SET owner = 99")
    await harness.clock.advance(TAKE_OVER + 2)
    left = "SELECT count(*) FROM tasks WHERE owner = 99"
    assert await harness.store.tx(lambda books: books.connection.scalar(text(left))) == 0


def sql(books, words):
    books.connection.execute(text(words))
