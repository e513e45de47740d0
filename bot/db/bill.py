"""Statements on what a server's videos cost, by person."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, func, select

from bot.db.columns import Instant
from bot.db.tables import charges, tasks
from bot.video.ports.bill import Ordered
from bot.video.values.ledgers import Bill

_BY_PERSON = (
    select(tasks.c.user_id, func.count(), func.sum(charges.c.price))
    .join(tasks, tasks.c.id == charges.c.task_id)
    .where(charges.c.server_id == bindparam("server_id"))
    .group_by(tasks.c.user_id)
)
_ORDERED = _BY_PERSON.where(
    charges.c.ordered_at > bindparam("since", type_=Instant),
    charges.c.ordered_at <= bindparam("until", type_=Instant),
    charges.c.state != Bill.RELEASED,
)
_WAITING = _BY_PERSON.where(
    charges.c.ordered_at.is_(None),
    charges.c.state == Bill.EXPECTED,
    charges.c.price <= bindparam("amount"),
)


class BillSqlBooks:
    """A server's bill by person, in one transaction."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def ordered_by_person(
        self, server_id: int, *, since: datetime, until: datetime
    ) -> Sequence[Ordered]:
        values = {"server_id": server_id, "since": since, "until": until}
        return _read(self.connection.execute(_ORDERED, values))

    def waiting_by_person(self, server_id: int, *, amount: int) -> Sequence[Ordered]:
        values = {"server_id": server_id, "amount": amount}
        return _read(self.connection.execute(_WAITING, values))


def _read(rows: Iterable[Sequence[Any]]) -> Sequence[Ordered]:
    return [
        Ordered(user_id=user_id, films=films, price=int(price)) for user_id, films, price in rows
    ]
