"""Two people change one message at once, in two transactions on PostgreSQL: nothing is lost."""

import asyncio
import secrets
import threading
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest

from bot.db import SqlStore
from bot.db.books import SqlBooks
from bot.video.doors import inbox
from bot.video.doors import settings as changes
from bot.video.moderation import approval, queue, reports
from bot.video.outbox.new_posts import approval_id, private_queue_id, report_id
from bot.video.ports.books import Books
from bot.video.ports.privacy import Whose
from bot.video.privacy import traces
from bot.video.servers.audit import Act
from bot.video.values.contents import ApprovalContent, Decision, QueueContent, Why
from bot.video.values.posts import Post, PostKind, PostState, Rung
from bot.video.values.videos import State, VideoRequest, VideoSpec, VideoTask

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
SERVER, MODS, MAYA, LEO, SAM = 1, 12, 101, 102, 103
TASK = "task0000000000000001"
WITHIN = 20  # seconds


@pytest.fixture
def database_url(pg_url: str) -> str:
    """Only there do two transactions run at once."""
    return pg_url


@pytest.fixture
def act() -> Act:
    """What Sam does as a moderator."""
    return Act(server_id=SERVER, by=SAM, now=NOW, choose=secrets.choice)


@pytest.fixture
async def held(store: SqlStore, act: Act) -> str:
    """A video of Maya's that is held, in a server with a channel for its moderators."""

    def write(books: Books) -> None:
        changes.change(books, act, "moderators_channel", MODS)
        task = VideoTask(
            id=TASK, request_id=TASK, server_id=SERVER, user_id=MAYA, state=State.HELD,
            price=1, created_at=NOW,
        )  # fmt: skip
        request = VideoRequest(
            id=TASK, server_id=SERVER, channel_id=7, user_id=MAYA, locale="en-US",
            server_locale="en-US", created_at=NOW, spec=VideoSpec(prompt="a fox"),
        )  # fmt: skip
        books.add_request(request)
        books.add_task(task, seconds=5)

    await store.tx(write)
    return TASK


Step = Callable[[], Awaitable[Any]]


@pytest.fixture
def overtaken(monkeypatch: pytest.MonkeyPatch) -> Callable[[Step, Step], Awaitable[list[Any]]]:
    """Runs a first step until it writes to a message; there a second one is done, or waits."""
    change_post, begun = SqlBooks.change_post, threading.Event()
    second: list[asyncio.Future[Any]] = []

    def change_when_the_other_is_done(books: SqlBooks, post_id: str, **news: Any) -> Post:
        if not begun.is_set():
            begun.set()
            until = time.monotonic() + WITHIN
            while not (second and (second[0].done() or _waits(books))):
                assert time.monotonic() < until
        return change_post(books, post_id, **news)

    async def run(first: Step, then: Step) -> list[Any]:
        monkeypatch.setattr(SqlBooks, "change_post", change_when_the_other_is_done)
        under_way = asyncio.ensure_future(first())
        assert await asyncio.to_thread(begun.wait, WITHIN)
        second.append(asyncio.ensure_future(then()))
        return await asyncio.gather(under_way, *second)

    return run


def _waits(books: SqlBooks) -> bool:
    """Whether a transaction of this database waits for another; looked at every 20 ms."""
    waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_sleep(0.02) IS NOT NULL"
    return bool(books.connection.exec_driver_sql(waiting).scalar_one())


def report(store: SqlStore, by: int) -> Awaitable[None]:
    return store.tx(
        reports.report, TASK, server_id=SERVER, by=by, reason=f"of {by}", now=NOW,
        choose=secrets.choice,
    )  # fmt: skip


async def said(store: SqlStore, post_id: str) -> Any:
    return (await store.tx(lambda b: b.post(post_id))).content


async def test_a_report_is_not_lost_to_a_dismissal(
    store: SqlStore, held: str, act: Act, overtaken: Any
) -> None:
    await report(store, LEO)

    await overtaken(lambda: store.tx(reports.dismiss, act, TASK), lambda: report(store, 104))

    card = await said(store, report_id(TASK))
    assert [each.by for each in card.reports] == [LEO, 104]
    assert card.dismissed_by is None


async def test_a_report_is_not_lost_to_a_wish_to_be_forgotten(
    store: SqlStore, held: str, overtaken: Any
) -> None:
    await report(store, LEO)

    whose, card_id = Whose(user_id=LEO, before=NOW), report_id(TASK)
    await overtaken(
        lambda: store.tx(traces.leave_posts, whose, [card_id]), lambda: report(store, 104)
    )

    card = await said(store, report_id(TASK))
    assert [each.by for each in card.reports] == [104]


async def test_words_that_were_blanked_do_not_come_back_with_a_decision(
    store: SqlStore, held: str, act: Act, overtaken: Any
) -> None:
    def ask(books: Books) -> None:
        approval.ask_moderators(
            books, books.settings(SERVER), books.task(TASK), Why.RULE, NOW, choose=secrets.choice
        )
        books.change_post(approval_id(TASK), content=ApprovalContent(why=Why.RULE, words="fox"))

    await store.tx(ask)
    await overtaken(
        lambda: store.tx(approval.approve, act, TASK),
        lambda: store.tx(traces.cover_cards, [TASK], NOW),
    )

    card = await said(store, approval_id(TASK))
    assert card.words == ""
    assert card.decision is Decision.APPROVED


async def test_a_page_that_a_moderator_turns_is_not_turned_back(
    store: SqlStore, held: str, overtaken: Any
) -> None:
    def follow(books: Books, page: int) -> None:
        shown = QueueContent(page=page, locale="en-US")
        queue.follow(
            books, SERVER, 500, shown, channel_id=MODS, application_id=7, token="t",
            token_until=NOW.replace(hour=13),
        )  # fmt: skip

    await store.tx(follow, 0)
    refresh = partial(store.tx, queue.refresh, [private_queue_id(500)], NOW)
    await overtaken(refresh, lambda: store.tx(follow, 3))

    assert (await said(store, private_queue_id(500))).page == 3


async def test_of_two_commands_at_once_one_tells_of_the_inbox(
    store: SqlStore, overtaken: Any
) -> None:
    kept = Post(
        id="kept", kind=PostKind.PERSON, state=PostState.INBOX, rung=Rung.DM, nonce="n",
        user_id=MAYA,
    )  # fmt: skip
    await store.tx(lambda books: books.add_post(kept))

    told = await overtaken(
        lambda: store.tx(inbox.take_hint, MAYA), lambda: store.tx(inbox.take_hint, MAYA)
    )

    assert told == [True, False]
