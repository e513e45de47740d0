"""What the log says of each change of a video's state, and of those that never were."""

import logging

import pytest
from sqlalchemy import text

from bot.errors import Reason
from bot.video.values.videos import State

FIELDS = ("task", "server", "user", "state", "credits", "seconds")


@pytest.fixture
def said(caplog):
    """What was logged so far: the fields of each line."""
    caplog.set_level(logging.INFO, "bot.db.changes")

    def lines():
        records = [each for each in caplog.records if each.name == "bot.db.changes"]
        return [tuple(getattr(each, name) for name in FIELDS) for each in records]

    return lines


async def test_each_change_of_state_is_one_line_with_whose_it_is_and_what_it_costs(
    store, accept, said, caplog
):
    task = await store.tx(accept)
    task = await store.tx(lambda books: books.move(task, State.SUBMITTING))
    await store.tx(
        lambda books: books.move_from(
            task.id, {State.SUBMITTING}, State.FAILED, reason=Reason.REJECTED, error_code="x_y"
        )
    )
    states = ["queued", "submitting", "failed"]
    assert said() == [(task.id, 1, task.user_id, state, 27.0, 5) for state in states]
    assert caplog.messages[-1] == "A video is failed (rejected x_y)"


async def test_what_changes_within_a_state_is_no_change_of_it(store, accept, said):
    task = await store.tx(accept, state=State.RUNNING, remote_id="api-1")
    task = await store.tx(lambda books: books.move(task, State.RUNNING, progress=50))
    await store.tx(lambda books: books.note(task.id, muted=True))
    assert [line[3] for line in said()] == ["running"]


async def test_what_is_rolled_back_is_never_said(store, accept, said):
    task = await store.tx(accept)

    def fail(books):
        assert books.move(task, State.SUBMITTING) is not None
        accept(books)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await store.tx(fail)
    await store.tx(lambda books: books.move(task, State.CANCELLED))
    assert [line[3] for line in said()] == ["queued", "cancelled"]


async def test_a_lost_race_says_nothing(store, accept, said):
    task = await store.tx(accept)
    await store.tx(lambda books: books.move(task, State.SUBMITTING))
    assert await store.tx(lambda books: books.move(task, State.CANCELLED)) is None
    assert [line[3] for line in said()] == ["queued", "submitting"]


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_a_transaction_that_is_run_again_is_said_once(store, accept, said):
    task = await store.tx(accept)
    runs = []

    def conflict(books):
        moved = books.move(task, State.SUBMITTING)
        runs.append(moved)
        if len(runs) == 1:
            raise_ = "DO $$ BEGIN RAISE SQLSTATE '40001'; END $$"
            books.connection.execute(text(raise_))

    await store.tx(conflict)
    assert len(runs) == 2
    assert [line[3] for line in said()] == ["queued", "submitting"]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_what_a_full_disk_kept_from_being_saved_is_never_said(store, accept, said):
    task = await store.tx(accept)

    def fill(books):
        books.connection.exec_driver_sql("PRAGMA max_page_count = 1")
        books.move(task, State.SUBMITTING)
        books.set_fact("filler", "x" * 1_000_000)

    with pytest.raises(Exception, match="full"):
        await store.tx(fill)
    await store.tx(lambda books: books.connection.exec_driver_sql("PRAGMA max_page_count = 100000"))
    await store.tx(lambda books: books.move(task, State.CANCELLED))
    assert [line[3] for line in said()] == ["queued", "cancelled"]
