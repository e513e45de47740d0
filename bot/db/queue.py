"""Statements on the queue: what waits, what is at the video API, what is due to whom."""

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import (
    BigInteger,
    CompoundSelect,
    Connection,
    Select,
    and_,
    bindparam,
    exists,
    func,
    or_,
    select,
    text,
    type_coerce,
    union_all,
)

from bot.db.columns import EVER, PLANNED_ANEW, Instant, spelled
from bot.db.sqlite_file import pause_file
from bot.db.tables import charges, facts, requests, tasks
from bot.video.values.videos import AT_API, State
from bot.video.values.waiting import Busy, Waiting

QUEUED = tasks.c.state == State.QUEUED
IN_LINE = (
    tasks.c.id,
    tasks.c.server_id,
    tasks.c.user_id,
    tasks.c.created_at,
    tasks.c.price,
    tasks.c.first_at,
    tasks.c.ready_at,
)
WAITING_LINE = select(*IN_LINE).where(QUEUED).order_by(tasks.c.created_at, tasks.c.take, tasks.c.id)
_READY = WAITING_LINE.where(tasks.c.ready_at <= bindparam("now", type_=Instant))
# Not by the index of ready times: these come by others, and stop early.
_ALSO_READY = type_coerce(tasks.c.ready_at, BigInteger) + 0 <= bindparam("now", type_=Instant)
_first = tasks.alias("first")
_WITH_FIRST = select(_first.c.server_id).where(
    _first.c.state == State.QUEUED,
    _first.c.first_at.is_not(None),
    type_coerce(_first.c.ready_at, BigInteger) + 0 <= bindparam("now", type_=Instant),
)
_OF_OTHERS = WAITING_LINE.where(
    tasks.c.server_id.not_in(bindparam("server_ids", expanding=True)),
    tasks.c.server_id.not_in(_WITH_FIRST),
    _ALSO_READY,
)
_PUT_FIRST = WAITING_LINE.where(tasks.c.first_at.is_not(None), _ALSO_READY).order_by(None)
_IN_SERVER = WAITING_LINE.where(
    tasks.c.server_id == bindparam("server_id"), _ALSO_READY
).execution_options(**PLANNED_ANEW)
_BUT_PEOPLE = _IN_SERVER.where(tasks.c.user_id.not_in(bindparam("user_ids", expanding=True)))
_OF_PERSON = _IN_SERVER.where(tasks.c.user_id == bindparam("user_id"))
_NEXT_READY = select(func.min(tasks.c.ready_at)).where(QUEUED)
_NEXT_READY_AFTER = _NEXT_READY.where(tasks.c.ready_at > bindparam("after", type_=Instant))
PAUSED = "paused"  # the fact
IS_PAUSED = exists().where(facts.c.name == PAUSED, facts.c.value == "yes")
_HEAD = select(_NEXT_READY.scalar_subquery(), IS_PAUSED)
_CHEAPEST = select(func.min(tasks.c.price)).where(QUEUED, tasks.c.id != bindparam("but"))
_PRICES = (
    select(charges.c.price)
    .where(charges.c.ordered_at.is_not(None))
    .order_by(charges.c.ordered_at.desc())
    .limit(bindparam("count"))
    .subquery()
)
_AVERAGE_PRICE = select(func.avg(_PRICES.c.price))
IS_BUSY = and_(
    tasks.c.state.in_(AT_API),
    ~tasks.c.stalled,
    or_(
        tasks.c.state != State.UNCONFIRMED,
        tasks.c.submitted_at.is_(None),
        tasks.c.submitted_at > bindparam("doubted_since"),
    ),
)
_BUSY = select(tasks.c.server_id, tasks.c.user_id).where(IS_BUSY)
_PAUSE_FILE = "pause_file"  # with a connection
_FILE = text("SELECT file FROM pragma_database_list WHERE name = 'main'")


class QueueSqlBooks:
    """The queue in one transaction."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def ready(self, now: datetime) -> Sequence[Waiting]:
        return self._read(_READY, now=now)

    def foremost(self, now: datetime, *, but: Collection[int], most: int) -> Sequence[Waiting]:
        return self._read(_foremost(most), now=now, server_ids=list(but))

    def oldest_in(
        self, server_id: int, now: datetime, *, but: Collection[int], most: int
    ) -> Sequence[Waiting]:
        values = {"server_id": server_id, "user_ids": list(but)}
        return self._read(_BUT_PEOPLE.limit(spelled(most)), now=now, **values)

    def oldest_of(
        self, server_id: int, user_id: int, now: datetime, *, most: int
    ) -> Sequence[Waiting]:
        values = {"server_id": server_id, "user_id": user_id}
        return self._read(_OF_PERSON.limit(spelled(most)), now=now, **values)

    def _read(self, found: Select[Any] | CompoundSelect[Any], **values: Any) -> Sequence[Waiting]:
        return [read_waiting(row) for row in self.connection.execute(found, values)]

    def head(self) -> tuple[datetime | None, bool]:
        at, by_fact = self.connection.execute(_HEAD).one()
        by_file = paused_by_file(self.connection)
        return at, bool(by_fact) if by_file is None else by_file

    def next_ready(self, *, after: datetime) -> datetime | None:
        at: datetime | None = self.connection.execute(_NEXT_READY_AFTER, {"after": after}).scalar()
        return at

    def task_ids_in(self, states: Collection[State]) -> Sequence[str]:
        rows = self.connection.execute(select(tasks.c.id).where(tasks.c.state.in_(states)))
        return [task_id for (task_id,) in rows]

    def servers_of(
        self, state: State, *, since: datetime | None, most: int
    ) -> Sequence[tuple[int, datetime]]:
        rows = self.connection.execute(_servers_of(state, most), {"since": since or EVER})
        return [(server_id, at) for server_id, at in rows]

    def queued_in(self, server_id: int, channel_ids: Collection[int]) -> Collection[str]:
        places = requests.c.channel_id, requests.c.seen_from, requests.c.thread_of
        found = (
            select(tasks.c.id)
            .join(requests, requests.c.id == tasks.c.request_id)
            .where(
                QUEUED,
                tasks.c.server_id == server_id,
                or_(*(place.in_(channel_ids) for place in places)),
            )
        )
        return {task_id for (task_id,) in self.connection.execute(found)}

    def is_paused(self) -> bool:
        if (said := paused_by_file(self.connection)) is not None:
            return said
        return self.connection.execute(select(IS_PAUSED)).scalar_one()

    def cheapest_waiting(self, *, but: str = "") -> int | None:
        price: int | None = self.connection.execute(_CHEAPEST, {"but": but}).scalar()
        return price

    def average_price(self, limit: int) -> float | None:
        average = self.connection.execute(_AVERAGE_PRICE, {"count": limit}).scalar()
        return None if average is None else float(average)

    def busy(self, *, doubted_since: datetime) -> Sequence[Busy]:
        rows = self.connection.execute(_BUSY, {"doubted_since": doubted_since})
        return [Busy(server_id=server_id, user_id=user_id) for server_id, user_id in rows]


def paused_by_file(connection: Connection) -> bool | None:
    """Whether the file beside an SQLite database says that the bot is paused; None where the fact
    says it."""
    if connection.dialect.name != "sqlite":
        return None
    if _PAUSE_FILE not in connection.info:
        file: str = connection.execute(_FILE).scalar_one()  # empty for a database in memory
        connection.info[_PAUSE_FILE] = pause_file(Path(file)) if file else None
    mark: Path | None = connection.info[_PAUSE_FILE]
    return mark is not None and mark.exists()


@cache
def _servers_of(state: State, most: int) -> Select[Any]:
    found = select(tasks.c.server_id, tasks.c.created_at).where(
        tasks.c.state == state, tasks.c.created_at >= bindparam("since", type_=Instant)
    )
    return found.order_by(tasks.c.created_at).limit(spelled(most))


@cache
def _foremost(most: int) -> CompoundSelect[Any]:
    oldest = _OF_OTHERS.limit(spelled(most)).subquery()
    return union_all(_PUT_FIRST, select(oldest))


def read_waiting(row: Sequence[Any]) -> Waiting:
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
