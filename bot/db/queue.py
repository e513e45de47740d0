"""Statements on the queue: what waits, what is at the video API, what is due to whom."""

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from sqlalchemy import (
    BigInteger,
    CompoundSelect,
    Connection,
    Select,
    and_,
    bindparam,
    func,
    literal_column,
    or_,
    select,
    text,
    type_coerce,
    union_all,
)

from bot.db.columns import Instant, among
from bot.db.sqlite_file import pause_file
from bot.db.tables import charges, facts, requests, tasks
from bot.video.values.videos import AT_API, WAITING, State
from bot.video.values.waiting import Busy, Queue, Waiting

_QUEUED = tasks.c.state == literal_column("'queued'")  # as the index for the queue says it
_IN_LINE = select(
    tasks.c.id,
    tasks.c.server_id,
    tasks.c.user_id,
    tasks.c.created_at,
    tasks.c.price,
    tasks.c.first_at,
    tasks.c.ready_at,
).order_by(tasks.c.created_at, tasks.c.take, tasks.c.id)
_WAITING = _IN_LINE.where(_QUEUED)
_ALL_WAITING = _WAITING.limit(bindparam("most"))
_READY = _WAITING.where(tasks.c.ready_at <= bindparam("now", type_=Instant))
# Not by the index of ready times: these come by others, and stop early.
_ALSO_READY = type_coerce(tasks.c.ready_at, BigInteger) + 0 <= bindparam("now", type_=Instant)
_first = tasks.alias("first")
_WITH_FIRST = select(_first.c.server_id).where(
    _first.c.state == literal_column("'queued'"),
    _first.c.first_at.is_not(None),
    type_coerce(_first.c.ready_at, BigInteger) + 0 <= bindparam("now", type_=Instant),
)
_OLDEST = (
    _WAITING.where(
        tasks.c.server_id.not_in(bindparam("server_ids", expanding=True)),
        tasks.c.server_id.not_in(_WITH_FIRST),
        _ALSO_READY,
    )
    .limit(bindparam("most"))
    .subquery()
)
_FOREMOST = union_all(
    _WAITING.where(tasks.c.first_at.is_not(None), _ALSO_READY).order_by(None), select(_OLDEST)
)
_OLDEST_IN_SERVER = _WAITING.where(tasks.c.server_id == bindparam("server_id"), _ALSO_READY).limit(
    bindparam("most")
)
_OLDEST_OF_OTHERS = _OLDEST_IN_SERVER.where(
    tasks.c.user_id.not_in(bindparam("user_ids", expanding=True))
)
_OLDEST_OF_PERSON = _OLDEST_IN_SERVER.where(tasks.c.user_id == bindparam("user_id"))
_NEXT_READY = select(func.min(tasks.c.ready_at)).where(_QUEUED)
_SERVERS_WAITING = select(tasks.c.server_id).where(among(tasks.c.state, WAITING)).distinct()
_NEXT_READY_AFTER = _NEXT_READY.where(tasks.c.ready_at > bindparam("after", type_=Instant))
_QUEUE_LENGTH = select(func.count()).select_from(
    select(tasks.c.state)
    .where(_QUEUED)
    .order_by(tasks.c.created_at)  # so that PostgreSQL collects no rows before it counts
    .limit(bindparam("most"))
    .subquery()
)
_CHEAPEST = select(func.min(tasks.c.price)).where(_QUEUED, tasks.c.id != bindparam("but"))
_PRICES = (
    select(charges.c.price)
    .where(charges.c.ordered_at.is_not(None))
    .order_by(charges.c.ordered_at.desc())
    .limit(bindparam("count"))
    .subquery()
)
_AVERAGE_PRICE = select(func.avg(_PRICES.c.price))
_IS_BUSY = and_(
    among(tasks.c.state, AT_API),
    ~tasks.c.stalled,
    or_(
        tasks.c.state != State.UNCONFIRMED,
        tasks.c.submitted_at.is_(None),
        tasks.c.submitted_at > bindparam("doubted_since"),
    ),
)
_BUSY = select(tasks.c.server_id, tasks.c.user_id).where(_IS_BUSY)
_LINE = _IN_LINE.add_columns(_QUEUED).where(
    among(tasks.c.state, {State.QUEUED, *AT_API}), or_(_QUEUED, _IS_BUSY)
)
_RECENT = (
    select(
        type_coerce(tasks.c.ended_at, BigInteger) - type_coerce(tasks.c.submitted_at, BigInteger)
    )
    .where(
        tasks.c.state == State.COMPLETED,
        tasks.c.submitted_at.is_not(None),
        tasks.c.ended_at.is_not(None),
    )
    .order_by(tasks.c.created_at.desc())
    .limit(bindparam("recent"))
    .subquery()
)
_QUEUE = select(
    _QUEUE_LENGTH.scalar_subquery(),
    select(func.count()).select_from(tasks).where(_IS_BUSY).scalar_subquery(),
    select(func.avg(*_RECENT.c)).scalar_subquery(),
)
PAUSED = "paused"  # the fact
_IS_PAUSED = select(facts.c.name).where(facts.c.name == PAUSED, facts.c.value == "yes")
_FILE = text("SELECT file FROM pragma_database_list WHERE name = 'main'")


class QueueSqlBooks:
    """The queue in one transaction."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def waiting(self, *, most: int) -> Sequence[Waiting]:
        return self._read(_ALL_WAITING, most=most)

    def line(self, *, doubted_since: datetime) -> tuple[Sequence[Waiting], Sequence[Busy]]:
        rows = self.connection.execute(_LINE, {"doubted_since": doubted_since}).all()
        waiting = [_waiting(each) for *each, is_waiting in rows if is_waiting]
        busy = [Busy(server_id=each[1], user_id=each[2]) for *each, waits in rows if not waits]
        return waiting, busy

    def ready(self, now: datetime) -> Sequence[Waiting]:
        return self._read(_READY, now=now)

    def foremost(self, now: datetime, *, but: Collection[int], most: int) -> Sequence[Waiting]:
        return self._read(_FOREMOST, now=now, server_ids=list(but), most=most)

    def oldest_in(
        self, server_id: int, now: datetime, *, but: Collection[int], most: int
    ) -> Sequence[Waiting]:
        values = {"server_id": server_id, "user_ids": list(but), "most": most}
        return self._read(_OLDEST_OF_OTHERS, now=now, **values)

    def oldest_of(
        self, server_id: int, user_id: int, now: datetime, *, most: int
    ) -> Sequence[Waiting]:
        values = {"server_id": server_id, "user_id": user_id, "most": most}
        return self._read(_OLDEST_OF_PERSON, now=now, **values)

    def _read(self, found: Select[Any] | CompoundSelect[Any], **values: Any) -> Sequence[Waiting]:
        return [_waiting(row) for row in self.connection.execute(found, values)]

    def next_ready(self, *, after: datetime | None = None) -> datetime | None:
        at: datetime | None
        if after is None:
            at = self.connection.execute(_NEXT_READY).scalar()
        else:
            at = self.connection.execute(_NEXT_READY_AFTER, {"after": after}).scalar()
        return at

    def task_ids_in(self, states: Collection[State]) -> Sequence[str]:
        rows = self.connection.execute(select(tasks.c.id).where(tasks.c.state.in_(states)))
        return [task_id for (task_id,) in rows]

    def servers_waiting(self) -> Sequence[int]:
        return [server_id for (server_id,) in self.connection.execute(_SERVERS_WAITING)]

    def queued_in(self, server_id: int, channel_ids: Collection[int]) -> Collection[str]:
        places = requests.c.channel_id, requests.c.seen_from, requests.c.thread_of
        found = (
            select(tasks.c.id)
            .join(requests, requests.c.id == tasks.c.request_id)
            .where(
                _QUEUED,
                tasks.c.server_id == server_id,
                or_(*(place.in_(channel_ids) for place in places)),
            )
        )
        return {task_id for (task_id,) in self.connection.execute(found)}

    def is_paused(self) -> bool:
        if self.connection.dialect.name != "sqlite":
            return self.connection.execute(_IS_PAUSED).first() is not None
        return self._pause_file is not None and self._pause_file.exists()

    @cached_property
    def _pause_file(self) -> Path | None:
        file: str = self.connection.execute(_FILE).scalar_one()  # empty for a database in memory
        return pause_file(Path(file)) if file else None

    def cheapest_waiting(self, *, but: str = "") -> int | None:
        price: int | None = self.connection.execute(_CHEAPEST, {"but": but}).scalar()
        return price

    def queue(self, *, doubted_since: datetime, recent: int, most: int) -> Queue:
        values = {"doubted_since": doubted_since, "recent": recent, "most": most}
        length, at_api, milliseconds = self.connection.execute(_QUEUE, values).one()
        seconds = None if milliseconds is None else float(milliseconds) / 1000
        return Queue(length=length, at_api=at_api, seconds=seconds)

    def average_price(self, limit: int) -> float | None:
        average = self.connection.execute(_AVERAGE_PRICE, {"count": limit}).scalar()
        return None if average is None else float(average)

    def busy(self, *, doubted_since: datetime) -> Sequence[Busy]:
        rows = self.connection.execute(_BUSY, {"doubted_since": doubted_since})
        return [Busy(server_id=server_id, user_id=user_id) for server_id, user_id in rows]


def _waiting(row: Sequence[Any]) -> Waiting:
    task_id, server_id, user_id, created_at, price, first_at, ready_at = row
    return Waiting(
        task_id=task_id,
        server_id=server_id,
        user_id=user_id,
        created_at=created_at,
        price=price,
        first_at=first_at,
        ready_at=ready_at,
    )
