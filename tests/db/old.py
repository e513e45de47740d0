"""A video with everything that belongs to it, as it is once it is over; and a clock that waits for
nobody."""

from datetime import datetime, timedelta
from typing import Any

from msgspec.structs import replace
from sqlalchemy import func, select

from bot.db import SqlStore
from bot.db.tables import metadata
from bot.video.doors.hearing import snowflake
from bot.video.ports.books import Books
from bot.video.privacy.retention import Retention
from bot.video.values.ledgers import Allowance, Bill
from bot.video.values.posts import Post, PostKind, PostState, Rung
from bot.video.values.videos import State, VideoTask
from tests.db.conftest import NOW, Accept

DAY = timedelta(days=1)
PRICE = 270_000
KINDS = (PostKind.REPLY, PostKind.FILM)


class Hurried:
    """A clock at one time; every sleep is over at once."""

    boot = "hurried"

    def __init__(self, at: datetime) -> None:
        self.at = at
        self.slept = 0.0

    def now(self) -> datetime:
        return self.at

    async def sleep(self, seconds: float) -> None:
        self.slept += seconds


def over(
    books: Books, accept: Accept, *, at: datetime = NOW, bill: Bill = Bill.CHARGED, **changes: Any
) -> VideoTask:
    """A video that was ordered and ended at a time, with its messages there."""
    grant_id = changes.pop("grant_id", None)
    task = accept(books, created_at=at, grant_id=grant_id, **changes)
    task = books.move(task, State.SUBMITTING, submitted_at=at) or task
    is_made = bill is Bill.CHARGED
    books.settle(task.id, Allowance.SETTLED if is_made else Allowance.REFUNDED, bill)
    for kind in KINDS:
        books.add_post(message(task, kind))
    state = State.COMPLETED if is_made else State.FAILED
    return books.move(task, state, ended_at=at) or task


def message(task: VideoTask, kind: PostKind) -> Post:
    return Post(
        id=f"{task.id}.{kind}",
        kind=kind,
        state=PostState.THERE,
        rung=Rung.CHANNEL,
        nonce=f"{task.id}{kind[0]}",
        task_id=task.id,
        server_id=task.server_id,
        user_id=task.user_id,
    )


def line(post_id: str, kind: PostKind, *, at: datetime = NOW, **changes: Any) -> Post:
    """A message about no video."""
    post = Post(
        id=post_id,
        kind=kind,
        state=PostState.DUE,
        rung=Rung.CHANNEL,
        nonce=post_id[:25],
        due_at=at,
        server_id=1,
    )
    return replace(post, **changes)


async def remove(store: SqlStore, at: datetime, *, heard_at: datetime | None = None) -> int | None:
    """One round of deleting, at a time that the newest interaction confirms."""
    heard = snowflake(heard_at or at)
    await store.tx(lambda books: books.keep_interaction(heard, by=1))
    return await Retention(act=store.tx, read=store.read, clock=Hurried(at)).remove()


async def counts(store: SqlStore) -> dict[str, int]:
    """How many rows each table has, of those with any."""

    def count(books: Any) -> dict[str, int]:
        found = {
            table.name: books.connection.execute(select(func.count()).select_from(table)).scalar()
            for table in metadata.sorted_tables
        }
        return {name: number for name, number in found.items() if number}

    return await store.tx(count)
