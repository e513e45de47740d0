"""The queue as cards show it, in one statement: how long it is, and whose turn comes when."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    CompoundSelect,
    Connection,
    func,
    null,
    select,
    type_coerce,
    union_all,
)

from bot.db.columns import spelled
from bot.db.queue import IN_LINE, IS_BUSY, QUEUED, read_waiting
from bot.db.tables import tasks
from bot.video.values.videos import State
from bot.video.values.waiting import Busy, Queue

_ALL, _WAITS, _BUSY = 0, 1, 2
_LINE = [*IN_LINE, tasks.c.take]
_AT_API = select(func.count()).select_from(tasks).where(IS_BUSY).scalar_subquery()
_TOOK = type_coerce(tasks.c.ended_at, BigInteger) - type_coerce(tasks.c.submitted_at, BigInteger)
_COMPLETED = (
    select(_TOOK.label("took"))
    .where(
        tasks.c.state == State.COMPLETED,
        tasks.c.submitted_at.is_not(None),
        tasks.c.ended_at.is_not(None),
    )
    .order_by(tasks.c.created_at.desc())
)


class LineSqlBooks:
    """Looks at the queue in one transaction."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def queue(self, *, doubted_since: datetime, recent: int, most: int, exact: int) -> Queue:
        found = _queue(recent, most, exact)
        rows = self.connection.execute(found, {"doubted_since": doubted_since}).all()
        length, at_api, milliseconds = next(row[-3:] for row in rows if row[0] == _ALL)
        waiting = sorted((row for row in rows if row[0] == _WAITS), key=_age)
        busy = [row for row in rows if row[0] == _BUSY]
        return Queue(
            length=length,
            at_api=at_api,
            seconds=None if milliseconds is None else float(milliseconds) / 1000,
            waiting=tuple(read_waiting(row[1:8]) for row in waiting),
            busy=tuple(Busy(server_id=row[2], user_id=row[3]) for row in busy),
        )


@cache
def _queue(recent: int, most: int, exact: int) -> CompoundSelect[Any]:
    # Sorted, so that PostgreSQL collects no rows before it counts.
    counted = select(tasks.c.state).where(QUEUED).order_by(tasks.c.created_at).limit(spelled(most))
    completed = _COMPLETED.limit(spelled(recent)).subquery()
    # Found once, though named twice.
    whole = select(
        select(func.count()).select_from(counted.subquery()).scalar_subquery().label("length"),
        _AT_API.label("at_api"),
        select(func.avg(completed.c.took)).scalar_subquery().label("took"),
    ).cte("whole")
    is_short = select(whole.c.length).scalar_subquery() <= spelled(exact)
    oldest = select(*_LINE).where(QUEUED).order_by(tasks.c.created_at).limit(spelled(exact))
    waiting = oldest.subquery()  # limited first, or SQLite would step over each of a long queue
    no_line = [type_coerce(null(), each.type) for each in _LINE]
    return union_all(
        select(spelled(_ALL), *no_line, *whole.c),
        select(spelled(_WAITS), *waiting.c, null(), null(), null()).where(is_short),
        select(spelled(_BUSY), *_LINE, null(), null(), null()).where(IS_BUSY, is_short),
    )


def _age(row: Sequence[Any]) -> tuple[datetime, int, str]:
    return row[4], row[8], row[1]
