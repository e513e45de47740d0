"""How everything stands, as monitoring and `status` read it."""

from datetime import timedelta

import pytest
from sqlalchemy import event

from bot.clock import SystemClock
from bot.db import open_store
from bot.video.life.agreed_gate import SAID, AgreedGate
from bot.video.life.gate import Gate, Pause
from bot.video.values.posts import PostKind, PostState
from bot.video.values.standing import Standing
from bot.video.values.videos import UNDER_WAY, State
from tests.db.conftest import NOW

PRICE = 270_000


async def standing(store, at=NOW) -> Standing:
    return await store.read(lambda books: books.standing(at))


async def test_nothing_at_all_stands_as_zeros(store):
    seen = await standing(store)

    assert seen.videos == dict.fromkeys(UNDER_WAY, 0)
    assert seen.owed == dict.fromkeys(PostKind, 0)
    assert (seen.oldest, seen.overdue, seen.overdue_since, seen.doubted) == ({}, 0, None, 0)
    assert (seen.ordered, seen.deferred, seen.shards, seen.pause) == (0, 0, [], "")
    assert not seen.is_paused


async def test_videos_count_by_state_with_the_oldest_and_none_that_is_over(store, accept, ended):
    def fill(books):
        for minutes in (1, 9, 4):
            accept(books, created_at=NOW - timedelta(minutes=minutes))
        accept(books, state=State.HELD)
        ended(books)

    await store.tx(fill)
    seen = await standing(store)

    assert {state: count for state, count in seen.videos.items() if count} == {
        State.QUEUED: 3, State.HELD: 1
    }  # fmt: skip
    assert seen.oldest[State.QUEUED] == NOW - timedelta(minutes=9)


async def test_owed_messages_count_by_kind_and_what_is_overdue_is_dated(store, new_post):
    def fill(books):
        for seconds in (-60, -5, 5):
            books.add_post(new_post(due_at=NOW + timedelta(seconds=seconds)))
        books.add_post(new_post(kind=PostKind.FILM, state=PostState.SENDING, is_doubted=True))
        books.add_post(new_post(kind=PostKind.FILM, state=PostState.THERE, due_at=NOW))

    await store.tx(fill)
    seen = await standing(store)

    assert {kind: count for kind, count in seen.owed.items() if count} == {
        PostKind.REPLY: 3, PostKind.FILM: 1
    }  # fmt: skip
    assert (seen.overdue, seen.doubted) == (2, 1)
    assert seen.overdue_since == NOW - timedelta(seconds=60)


async def test_orders_of_the_last_24_hours_count_and_no_older_ones(store, accept):
    def fill(books):
        for hours in (1, 23, 25):
            at = NOW - timedelta(hours=hours)
            books.move(accept(books, created_at=at), State.SUBMITTING, submitted_at=at)

    await store.tx(fill)

    assert (await standing(store)).ordered == 2 * PRICE


async def test_a_running_process_is_seen_with_the_videos_it_drives(store, accept):
    me = store.lease.owner
    await store.tx(lambda books: [accept(books, owner=me), accept(books, owner=me), accept(books)])

    (process,) = (await standing(store)).processes
    assert process.owner == me
    assert (await store.read(lambda books: books.driven()))[me] == 2
    if store.lease.is_shared:
        assert process.silent is not None
        assert 0 <= process.silent < 60


async def test_a_pause_is_seen_while_it_lasts_and_none_of_an_earlier_process(store):
    gate = AgreedGate(
        Gate(most=3), store=store, lease=store.lease, clock=SystemClock()
    )  # as in a process that has just started

    async def turn(act) -> str:
        shared = gate.begin(act) if gate.is_shared else None
        write = shared or gate.act(act)
        assert write is not None
        saved = await store.tx(write)
        if shared is not None:
            gate.end(saved)
        return (await standing(store)).pause

    assert await turn(lambda gate: gate.shut(Pause.KEY, 0.0)) == "key"
    assert await turn(lambda gate: gate.shut(Pause.CREDIT, 0.0)) == "credit"
    assert await turn(Gate.reopen) == ""
    await store.tx(lambda books: books.set_fact(SAID, f"{store.lease.owner - 1} key"))
    assert (await standing(store)).pause == ""


@pytest.mark.parametrize("over", [0, 500])
async def test_a_look_reads_no_row_of_a_video_that_is_over(sqlite_url, ended, new_post, over):
    def fill(books):
        for _ in range(over):
            task = ended(books)
            books.add_post(new_post(task_id=task.id, state=PostState.THERE))
        if over:
            books.connection.exec_driver_sql("ANALYZE")  # an operator may have done that

    def look(books):
        asked = []
        note = lambda _c, _k, sql, values, *_: asked.append((sql, values))  # noqa: E731
        event.listen(books.connection, "before_cursor_execute", note)
        books.standing(NOW)
        event.remove(books.connection, "before_cursor_execute", note)
        run = books.connection.exec_driver_sql
        explained = [run(f"EXPLAIN QUERY PLAN {sql}", values).all() for sql, values in asked]
        return [step[-1] for plan in explained for step in plan]

    async with open_store(sqlite_url, clock=SystemClock()) as store:
        await store.tx(fill)
        plan = await store.tx(look)

    assert any(step.startswith("SEARCH tasks USING") for step in plan)
    whole = ("SCAN tasks", "SCAN posts", "SCAN charges")
    assert [step for step in plan if step.startswith(whole)] == []
