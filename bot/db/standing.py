"""Statements on how everything stands. None reads rows of videos that are over."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, case, func, select

from bot.db import processes
from bot.db.columns import Instant
from bot.db.facts import FactSqlBooks
from bot.db.ledgers import LedgerSqlBooks
from bot.db.queue import QueueSqlBooks
from bot.db.tables import deferrals, posts, shards, tasks
from bot.video.life.agreed_gate import SAID, SHARED, gate_of, pause_of
from bot.video.limits.ceiling import DAY
from bot.video.values.posts import PostKind, PostState
from bot.video.values.standing import Process, Shard, Standing
from bot.video.values.videos import UNDER_WAY

_VIDEOS = (
    select(tasks.c.state, func.count(), func.min(tasks.c.created_at, type_=Instant))
    .where(tasks.c.state.in_(UNDER_WAY))
    .group_by(tasks.c.state)
)
_IS_OVERDUE = posts.c.due_at <= bindparam("now", type_=Instant)
_POSTS = (
    select(
        posts.c.kind,
        func.count(),
        func.sum(case((_IS_OVERDUE, 1), else_=0)),
        func.min(case((_IS_OVERDUE, posts.c.due_at)), type_=Instant),
        func.sum(case((posts.c.is_doubted, 1), else_=0)),
    )
    # Naming all kinds makes SQLite seek in the index by kind and state, instead of reading it all.
    .where(posts.c.kind.in_(PostKind), posts.c.state.in_((PostState.DUE, PostState.SENDING)))
    .group_by(posts.c.kind)
)
_DRIVEN = (
    select(tasks.c.owner, func.count()).where(tasks.c.state.in_(UNDER_WAY)).group_by(tasks.c.owner)
)
_SHARDS = select(shards.c.id, shards.c.owner, shards.c.next_owner).order_by(shards.c.id)
_DEFERRED = select(func.count()).select_from(deferrals)


class StandingSqlBooks:
    """How everything stands, in one transaction."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def standing(self, now: datetime) -> Standing:
        found = self.connection.execute(_VIDEOS).all()
        owed = self.connection.execute(_POSTS, {"now": now}).all()
        counts = {state: count for state, count, _ in found}
        running = processes.living(self.connection)
        return Standing(
            videos={state: counts.get(state, 0) for state in UNDER_WAY},
            oldest={state: at for state, _, at in found},
            owed=_by_kind(owed),
            overdue=sum(int(row[2]) for row in owed),
            overdue_since=min((row[3] for row in owed if row[3] is not None), default=None),
            doubted=sum(int(row[4]) for row in owed),
            ordered=LedgerSqlBooks(self.connection).ordered(since=now - DAY),
            deferred=self.connection.execute(_DEFERRED).scalar_one(),
            processes=running,
            shards=[
                Shard(id=id, owner=owner, next_owner=next_owner)
                for id, owner, next_owner in self.connection.execute(_SHARDS)
            ],
            is_paused=QueueSqlBooks(self.connection).is_paused(),
            pause=self._pause(running),
        )

    def _pause(self, running: Sequence[Process]) -> str:
        """The gate's pause: all processes' own, or that of the one which has an SQLite file."""
        fact = FactSqlBooks(self.connection).fact
        if self.connection.dialect.name != "sqlite":
            return str(gate_of(fact(SHARED)).pause or "")
        said = fact(SAID)
        return str(next(filter(None, (pause_of(said, each.owner) for each in running)), ""))

    def driven(self) -> Mapping[int, int]:
        """How many videos each process drives. Reads the row of each video that is under way."""
        return {owner: count for owner, count in self.connection.execute(_DRIVEN)}


def _by_kind(owed: Sequence[Sequence[Any]]) -> Mapping[PostKind, int]:
    counts = {row[0]: row[1] for row in owed}
    return {kind: counts.get(kind, 0) for kind in PostKind}
