"""What is old is deleted with all that belongs to it, and what it cost stays as a sum."""

from datetime import timedelta

import pytest
from msgspec.structs import replace
from sqlalchemy import select

from bot.db.tables import scopes
from bot.db.usage import read_spending
from bot.video.privacy.retention import AT_LEAST, SUMS
from bot.video.values.boards import BoardState
from bot.video.values.ledgers import Bill
from bot.video.values.limits import Grant, Measure
from bot.video.values.moderation import AuditEntry
from bot.video.values.posts import PostKind, PostState
from bot.video.values.settings import SettingsDocument
from bot.video.values.videos import State
from tests.db.conftest import NOW
from tests.db.old import DAY, PRICE, counts, line, over, remove
from tests.db.steps import ME, board
from tests.statements import executing

OLD = NOW + AT_LEAST + timedelta(seconds=1)
ALL = {"requests", "tasks", "reservations", "charges", "posts"}


async def test_of_an_old_video_nothing_is_left_but_its_sum(store, accept):
    await store.tx(over, accept)
    await store.tx(lambda books: books.lock([f"person:{2**62}"]))
    before = await counts(store)
    assert await remove(store, OLD) == 1
    after = await counts(store)
    assert set(before) >= ALL
    assert not set(after) & ALL
    assert after["spent"] == 1
    locks = executing(select(scopes.c.name).where(scopes.c.name.like("person:%")))
    assert await store.tx(lambda books: locks(books).all()) == []


async def test_a_video_stays_to_the_last_day_that_limits_and_bills_need(store, accept):
    await store.tx(over, accept)
    assert await remove(store, NOW + AT_LEAST) == 0
    assert set(await counts(store)) >= ALL


async def test_a_server_that_keeps_its_videos_longer_has_them_longer(store, accept):
    days = SettingsDocument().changed("prompt_days", 365)
    await store.tx(lambda books: books.save_settings(1, days, by=ME, at=NOW))
    await store.tx(over, accept)
    await store.tx(lambda books: over(books, accept, server_id=2))
    assert await remove(store, OLD) == 1
    assert await remove(store, NOW + 366 * DAY) == 1


async def test_a_server_that_keeps_words_for_a_day_has_its_bill_for_as_long_as_others(
    store, accept
):
    days = SettingsDocument().changed("prompt_days", 1)
    await store.tx(lambda books: books.save_settings(1, days, by=ME, at=NOW))
    await store.tx(over, accept)
    assert await remove(store, NOW + 62 * DAY) == 0


async def test_what_the_operator_reads_of_spending_does_not_change(store, database_url, accept):
    def fill(books):
        for bill in (Bill.CHARGED, Bill.CHARGED, Bill.POSSIBLE, Bill.RELEASED):
            over(books, accept, bill=bill)
        over(books, accept, server_id=2)
        over(books, accept, at=NOW + DAY)
        over(books, accept, at=OLD, server_id=3)

    await store.tx(fill)
    before = read_spending(database_url, since=NOW - DAY)
    assert await remove(store, OLD) == 5
    assert read_spending(database_url, since=NOW - DAY) == before
    assert await remove(store, OLD + 2 * DAY) == 1
    assert read_spending(database_url, since=NOW - DAY) == before
    assert read_spending(database_url, since=NOW + DAY / 2 + DAY)[0].server_id == 3


async def test_sums_go_after_three_years(store, database_url, accept):
    await store.tx(over, accept)
    await remove(store, OLD)
    await remove(store, NOW + SUMS)
    assert len(read_spending(database_url, since=NOW - DAY)) == 1
    await remove(store, NOW + SUMS + DAY)
    assert read_spending(database_url, since=NOW - DAY) == []


@pytest.mark.parametrize(
    ("measure", "used", "wasted"),
    [(Measure.FILMS, 2, 1), (Measure.SECONDS, 10, 5), (Measure.CREDITS, 2 * PRICE, PRICE)],
)
async def test_a_grant_that_was_used_up_is_not_given_back(
    store, accept, new_task, new_request, measure, used, wasted
):
    grant = Grant(
        id="g", server_id=1, user_id=2**62, measure=measure, amount=3, reason="", given_by=1,
        given_at=NOW,
    )  # fmt: skip

    def fill(books):
        books.add_grant(grant)
        for bill in (Bill.CHARGED, Bill.CHARGED, Bill.POSSIBLE, Bill.RELEASED):
            over(books, accept, bill=bill, grant_id="g")

    await store.tx(fill)
    before = await store.tx(lambda books: books.grants(1, 2**62))
    assert await remove(store, OLD) == 4
    await store.tx(lambda books: over(books, accept, at=OLD, grant_id="g"))
    (after,) = await store.tx(lambda books: books.grants(1, 2**62))
    assert (before[0].used, before[0].wasted) == (used, wasted)
    one = used // 2
    assert (after.used, after.wasted) == (used + one, wasted)


@pytest.mark.parametrize("state", [State.HELD, State.QUEUED, State.RUNNING, State.UNCONFIRMED])
async def test_what_is_not_over_stays_however_old(store, accept, state):
    await store.tx(lambda books: accept(books, state=state, remote_id="r"))
    assert await remove(store, NOW + 1000 * DAY) == 0


@pytest.mark.parametrize(
    "change",
    [
        lambda books, task: books.change_post(f"{task.id}.film", state=PostState.DUE),
        lambda books, task: books.change_post(f"{task.id}.reply", state=PostState.SENDING),
        lambda books, task: books.note(task.id, due_at=NOW),
        lambda books, task: books.note(task.id, ended_at=NOW + 900 * DAY),
        lambda books, task: over_again(books, task),
    ],
    ids=["owed", "being sent", "watched", "ended late", "another take is not over"],
)
async def test_what_is_owed_or_may_change_stays(store, accept, change):
    task = await store.tx(over, accept)
    await store.tx(change, task)
    before = await counts(store)
    assert await remove(store, NOW + 950 * DAY) == 0
    assert {name: number for name, number in (await counts(store)).items() if name in ALL} == {
        name: number for name, number in before.items() if name in ALL
    }


def over_again(books, task):
    """A second take of the same request, that a moderator still holds."""
    second = replace(task, id="task-held", state=State.HELD, take=2, ended_at=None, remote_id=None)
    books.add_task(second, seconds=5)


async def test_the_takes_of_a_board_stay_as_long_as_the_board(store, new_task, new_request):
    task = new_task(state=State.CANCELLED, ended_at=NOW)
    asked = replace(new_request(task), board_id=board().id)

    def fill(books):
        books.add_board(board())
        books.add_request(asked)
        books.add_task(task, seconds=5)
        books.settle(task.id, "refunded", Bill.RELEASED)

    await store.tx(fill)
    kept = await remove(store, OLD)
    await store.tx(lambda books: books.save_board(board(state=BoardState.CLOSED, version=2)))
    await store.tx(lambda books: books.drop_boards(changed_before=OLD, limit=9))
    assert (kept, await remove(store, OLD)) == (0, 1)


async def test_old_audit_entries_go(store):
    def fill(books):
        for number, at in enumerate((NOW, OLD)):
            entry = AuditEntry(
                id=f"e{number}", server_id=1, at=at, actor_id=1, action="held", details="{}"
            )
            books.add_audit(entry)

    await store.tx(fill)
    await remove(store, OLD)
    assert [each.id for each in await store.tx(lambda books: books.audit(1, limit=9))] == ["e1"]


async def test_old_messages_about_no_video_go_unless_they_are_owed_or_a_queue_or_a_boards(store):
    there = {"state": PostState.THERE}
    desk = line("desk.1", PostKind.QUEUE, **there)

    def fill(books):
        books.add_board(board())
        books.add_post(line("audit.a", PostKind.AUDIT, **there))
        books.add_post(line("person.a", PostKind.PERSON, state=PostState.GONE))
        books.add_post(line("board.gone", PostKind.BOARD, **there))
        books.add_post(replace(desk, due_at=None, token_until=NOW))
        books.add_post(line(f"board.{board().id}", PostKind.BOARD, **there))
        books.add_post(line(f"board_link.{board().id}", PostKind.BOARD, **there))
        books.add_post(line("queue.1", PostKind.QUEUE, **there))
        books.add_post(line("person.owed", PostKind.PERSON))
        books.add_post(line("audit.new", PostKind.AUDIT, at=OLD, **there))

    await store.tx(fill)
    await remove(store, OLD)
    kept = [
        f"board.{board().id}",
        f"board_link.{board().id}",
        "queue.1",
        "person.owed",
        "audit.new",
    ]
    for post_id in kept:
        assert await store.tx(lambda books, each=post_id: books.look_up_post(each)), post_id
    assert (await counts(store))["posts"] == len(kept)


async def test_more_than_a_page_goes_in_one_round(store, accept):
    def fill(books):
        for _ in range(1203):
            over(books, accept)

    await store.tx(fill)
    assert await remove(store, OLD) == 1203
    assert "requests" not in await counts(store)
