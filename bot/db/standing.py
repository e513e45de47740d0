"""Statements on how everything stands. None reads rows of videos that are over."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, case, func, select, text

from bot.db.columns import Instant
from bot.db.facts import FactSqlBooks
from bot.db.ledgers import LedgerSqlBooks
from bot.db.queue import QueueSqlBooks
from bot.db.tables import deferrals, posts, processes, shards, tasks
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
_PROCESSES = (
    select(
        processes.c.owner,
        processes.c.started_at,
        processes.c.beat_at,
        processes.c.role,
        processes.c.version,
        processes.c.leaving,
        processes.c.host,
        processes.c.pid,
    )
    .where(~processes.c.ended)
    .order_by(processes.c.owner)
)
_SHARDS = select(shards.c.id, shards.c.owner, shards.c.next_owner).order_by(shards.c.id)
_DEFERRED = select(func.count()).select_from(deferrals)
# Only the database's clock compares processes.
_CLOCK = text("SELECT CAST(extract(epoch FROM now()) * 1000 AS bigint)")


class StandingSqlBooks:
    """How everything stands, in one transaction."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def standing(self, now: datetime) -> Standing:
        found = self.connection.execute(_VIDEOS).all()
        owed = self.connection.execute(_POSTS, {"now": now}).all()
        counts = {state: count for state, count, _ in found}
        found_processes = self._processes()
        return Standing(
            videos={state: counts.get(state, 0) for state in UNDER_WAY},
            oldest={state: at for state, _, at in found},
            owed=_by_kind(owed),
            overdue=sum(int(row[2]) for row in owed),
            overdue_since=min((row[3] for row in owed if row[3] is not None), default=None),
            doubted=sum(int(row[4]) for row in owed),
            ordered=LedgerSqlBooks(self.connection).ordered(since=now - DAY),
            deferred=self.connection.execute(_DEFERRED).scalar_one(),
            processes=found_processes,
            shards=[
                Shard(id=id, owner=owner, next_owner=next_owner)
                for id, owner, next_owner in self.connection.execute(_SHARDS)
            ],
            is_paused=QueueSqlBooks(self.connection).is_paused(),
            pause=self._pause(found_processes),
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

    def _processes(self) -> Sequence[Process]:
        rows = self.connection.execute(_PROCESSES).all()
        is_beating = any(row.beat_at is not None for row in rows)
        now = self.connection.execute(_CLOCK).scalar_one() if is_beating else 0
        return [_process(row, now) for row in rows]


def _by_kind(owed: Sequence[Sequence[Any]]) -> Mapping[PostKind, int]:
    counts = {row[0]: row[1] for row in owed}
    return {kind: counts.get(kind, 0) for kind in PostKind}


def _process(row: Sequence[Any], now: int) -> Process:
    owner, started_at, beat_at, role, version, is_leaving, host, pid = row
    silent = None if beat_at is None else timedelta(milliseconds=now - beat_at).total_seconds()
    return Process(
        owner=owner,
        started_at=started_at,
        silent=silent,
        role=role,
        version=version,
        is_leaving=is_leaving,
        host=host,
        pid=pid,
    )
