"""Reads what videos cost, by day, server and person; a bot may be running."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from msgspec import Struct
from sqlalchemy import BigInteger, bindparam, case, func, make_url, select, type_coerce

from bot.db.columns import Instant
from bot.db.schema import check_current, reading
from bot.db.tables import charges, reservations, tasks
from bot.video.values.ledgers import Bill

_DAY = 24 * 60 * 60 * 1000  # milliseconds
_EPOCH = date(1970, 1, 1)
_ON = (type_coerce(charges.c.ordered_at, BigInteger) // _DAY).label("day")
_POSSIBLE = case((charges.c.state == Bill.POSSIBLE, charges.c.price), else_=0)
_SPENT = (
    select(
        _ON,
        charges.c.server_id,
        tasks.c.user_id,
        func.count(),
        func.sum(reservations.c.seconds),
        func.sum(charges.c.price),
        func.sum(_POSSIBLE),
    )
    .join(tasks, tasks.c.id == charges.c.task_id)
    .join(reservations, reservations.c.task_id == charges.c.task_id)
    .where(
        charges.c.ordered_at >= bindparam("since", type_=Instant),
        charges.c.state != Bill.RELEASED,
    )
    .group_by(_ON, charges.c.server_id, tasks.c.user_id)
    .order_by(_ON, charges.c.server_id, tasks.c.user_id)
)


class Spending(Struct, frozen=True, kw_only=True):
    """A person's videos in a server, ordered on a day (UTC); prices in 1/10,000 credit."""

    day: date
    server_id: int
    user_id: int
    videos: int
    seconds: int
    price: int
    possible: int  # the part of the price that may not have been charged


def read_spending(url: str, *, since: datetime) -> Sequence[Spending]:
    """The orders since then, sorted by day, server and person.

    Raises `StartupError` if the database is not this version's or cannot be read.
    """
    check_current(url)
    with reading(make_url(url)) as connection:
        rows = connection.execute(_SPENT, {"since": since}).all()
    return [
        Spending(
            day=_EPOCH + timedelta(days=int(day)),
            server_id=server_id,
            user_id=user_id,
            videos=videos,
            seconds=int(seconds),
            price=int(price),
            possible=int(possible),
        )
        for day, server_id, user_id, videos, seconds, price, possible in rows
    ]
