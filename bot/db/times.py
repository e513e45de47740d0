"""Statements that move times after someone set the machine's clock."""

from datetime import datetime, timedelta

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    and_,
    bindparam,
    case,
    or_,
    select,
    type_coerce,
)
from sqlalchemy import update as sql_update

from bot.db.columns import Instant
from bot.db.server_tables import resets
from bot.db.tables import charges, posts, reservations, tasks
from bot.video.limits.ceiling import DAY
from bot.video.values.posts import PostState
from bot.video.values.videos import OUTCOMES, UNDER_WAY

_BY = bindparam("by", type_=BigInteger)
_NOW = bindparam("now", type_=Instant)
_MINE = select(tasks.c.id).where(tasks.c.owner == bindparam("of_owner"))
_OWED = posts.c.state.in_((PostState.DUE, PostState.SENDING))


def _moved(column: ColumnElement[datetime]) -> ColumnElement[datetime]:
    return type_coerce(type_coerce(column, BigInteger) + _BY, Instant)


def _past(column: ColumnElement[datetime]) -> ColumnElement[datetime]:
    """The moved time, but never later than now."""
    return case((_moved(column) > _NOW, _NOW), else_=_moved(column))


_TASKS = (
    sql_update(tasks)
    .where(
        tasks.c.owner == bindparam("of_owner"),
        or_(tasks.c.state.in_(UNDER_WAY), tasks.c.due_at.is_not(None)),
    )
    .values(
        ready_at=_moved(tasks.c.ready_at),
        due_at=_moved(tasks.c.due_at),
        submitted_at=_past(tasks.c.submitted_at),
        ended_at=_past(tasks.c.ended_at),
    )
)
# A link lives a day from when the video was made, by the clock of that time.
_LINKS = (
    sql_update(tasks)
    .where(
        tasks.c.state.in_(OUTCOMES),
        tasks.c.film_until.is_not(None),
        tasks.c.ended_at >= bindparam("since", type_=Instant),
    )
    .values(film_until=_moved(tasks.c.film_until), ended_at=_past(tasks.c.ended_at))
)
_MY_LINKS = _LINKS.where(tasks.c.owner == bindparam("of_owner"))
_POSTS = (
    sql_update(posts)
    .where(posts.c.task_id.in_(_MINE), or_(_OWED, posts.c.token != ""))
    .values(due_at=_moved(posts.c.due_at), token_until=_moved(posts.c.token_until))
)
_NOTICES = (
    sql_update(posts)
    .where(posts.c.task_id.is_(None), and_(_OWED, posts.c.due_at > _NOW))
    .values(due_at=_NOW)
)
_LEDGERS = tuple(
    sql_update(date.table)
    .where(date >= bindparam("since", type_=Instant))
    .values({date.name: _past(date)})
    for date in (charges.c.ordered_at, reservations.c.at)
)
_MY_LEDGERS = tuple(
    ledger.where(table.c.task_id.in_(_MINE))
    for ledger, table in zip(_LEDGERS, (charges, reservations), strict=True)
)
# All processes' orders: if a step made them look old, they would free room twice.
_RECENT_ORDERS = (
    sql_update(charges)
    .where(charges.c.ordered_at > bindparam("recent", type_=Instant))
    .values(ordered_at=_past(charges.c.ordered_at))
)
_RESETS = sql_update(resets).where(resets.c.reset_at > _NOW).values(reset_at=_NOW)


class TimeSqlBooks:
    """Times in one transaction."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def move_times(
        self, owner: int, by: timedelta, *, since: datetime, now: datetime, is_alone: bool
    ) -> None:
        of_owner = {"of_owner": owner, "by": by // timedelta(milliseconds=1), "now": now}
        self.connection.execute(_TASKS, of_owner)
        self.connection.execute(_POSTS, {"of_owner": owner, "by": of_owner["by"]})
        booked = {"by": of_owner["by"], "now": now, "since": since}
        for done in (*_LEDGERS, _LINKS) if is_alone else (*_MY_LEDGERS, _MY_LINKS):
            self.connection.execute(done, booked if is_alone else booked | {"of_owner": owner})
        if by > timedelta() and not is_alone:
            recent = {"recent": now - by - DAY, "by": of_owner["by"], "now": now}
            self.connection.execute(_RECENT_ORDERS, recent)
        self.connection.execute(_NOTICES, {"now": now})
        self.connection.execute(_RESETS, {"now": now})
