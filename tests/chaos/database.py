"""Looks into the database while or after the bot runs, and moves time in its rows."""

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from time import time
from typing import TypeVar

from sqlalchemy import Engine, NullPool, create_engine, exists, func, make_url, or_, select, update

from bot.db import LeaseTimes
from bot.db.books import SqlBooks
from bot.db.tables import charges, deferrals, posts, processes, reservations, shards, tasks
from bot.video.ports.tasks import Search
from bot.video.values.ledgers import Allowance, Bill
from bot.video.values.posts import UNSETTLED
from bot.video.values.videos import OUTCOMES, VideoTask

T = TypeVar("T")
UP_FOR = timedelta(seconds=10)  # in which a start is through, on a busy machine, too


class Database:
    """The database at `url`; nothing but `pass_time` writes."""

    def __init__(self, url: str) -> None:
        self._url = make_url(url)
        self._is_file = self._url.get_backend_name() == "sqlite"

    def read(self, fn: Callable[[SqlBooks], T]) -> T:
        """What `fn` reads, all of one moment."""
        with self._engine("ro").connect() as connection:
            return fn(SqlBooks(connection))

    def tasks(self) -> list[VideoTask]:
        """Every task."""
        return self.read(lambda books: [task for _, task in books.search(Search(limit=100_000))])

    def entries(self) -> dict[str, tuple[Allowance, Bill]]:
        """The two ledgers by task."""
        both = select(tasks.c.id, reservations.c.state, charges.c.state).select_from(
            tasks.join(reservations).join(charges)
        )
        with self._engine("ro").connect() as connection:
            return {id: (Allowance(one), Bill(two)) for id, one, two in connection.execute(both)}

    def unfinished(self) -> Counter[str]:
        """Tasks without an outcome by state, and posts that are owed."""

        def count(books: SqlBooks) -> Counter[str]:
            found = [task for _, task in books.search(Search(limit=100_000))]
            states = Counter(str(task.state) for task in found if not task.is_over)
            owed = [books.post(each.post_id) for each in books.survey().owed]
            counted = select(func.count()).select_from(deferrals)
            thinking = Counter({"thinking": books.connection.execute(counted).scalar_one()})
            return states + Counter(f"{post.kind} {post.state}" for post in owed) + thinking

        return self.read(count)

    def left_behind(self, killed_at: int) -> dict[int, int]:
        """How many videos in progress, owed messages and shards belong to which process without a
        sign of life since a moment, in milliseconds. A shard to which a living process connects is
        that one's."""
        living = select(processes.c.owner).where(processes.c.beat_at > killed_at)
        owed = exists().where(posts.c.task_id == tasks.c.id, posts.c.state.in_(UNSETTLED))
        under_way = or_(~tasks.c.state.in_(OUTCOMES), owed)
        left = (
            select(tasks.c.owner).where(
                under_way, tasks.c.owner != 0, tasks.c.owner.not_in(living)
            ),
            select(shards.c.owner).where(
                shards.c.owner.not_in(living), shards.c.next_owner.not_in(living)
            ),
        )
        with self._engine("ro").connect() as connection:
            return Counter(owner for each in left for owner in connection.execute(each).scalars())

    def heirs(self, killed_at: int) -> int:
        """How many processes were up for a while at this moment, in milliseconds, and beat."""
        up = datetime.fromtimestamp(killed_at / 1000, UTC) - UP_FOR
        found = select(func.count()).where(
            ~processes.c.ended,
            processes.c.started_at < up,
            processes.c.beat_at > killed_at - 2 * LeaseTimes().beat * 1000,
        )
        with self._engine("ro").connect() as connection:
            return connection.execute(found).scalar_one() - 1  # but the dead one

    def sign_of_life(self) -> dict[int, str]:
        """How long ago, in seconds, each process that has not ended gave its last sign of life."""
        known = select(processes.c.owner, processes.c.beat_at).where(~processes.c.ended)
        with self._engine("ro").connect() as connection:
            return {
                owner: "none so far" if beat_at is None else f"{time() - beat_at / 1000:.1f}"
                for owner, beat_at in connection.execute(known)
            }

    def pass_time(self, now: datetime) -> None:
        """Whatever would be due later is due now. Only while no bot runs."""
        late_task = update(tasks).where(tasks.c.due_at > now, tasks.c.state.not_in(OUTCOMES))
        late_post = update(posts).where(posts.c.due_at > now)
        with self._engine("rw").begin() as connection:
            connection.execute(late_task.values(due_at=now))
            connection.execute(late_post.values(due_at=now))
            connection.execute(update(deferrals).values(due_at=now))

    def _engine(self, mode: str) -> Engine:
        if not self._is_file:
            return create_engine(self._url.set(drivername="postgresql+psycopg"), poolclass=NullPool)
        file = f"sqlite:///file:{self._url.database}?mode={mode}&uri=true"
        return create_engine(file, poolclass=NullPool)
