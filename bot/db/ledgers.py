"""Statements on both ledgers: people's allowances and the operator's bill."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    bindparam,
    case,
    false,
    func,
    not_,
    or_,
    select,
    text,
    update,
)

from bot.db.columns import Instant
from bot.db.tables import charges, reservations, tallies, tasks
from bot.video.values.ledgers import Allowance, Bill, Billed, Charges, Use
from bot.video.values.videos import OUTCOMES, State

_CLOSED = (Bill.CHARGED, Bill.RELEASED, Bill.POSSIBLE)

_TOUCH = text(
    "INSERT INTO scopes (name, touched) VALUES (:name, 1)"
    " ON CONFLICT (name) DO UPDATE SET touched = scopes.touched + 1"
)


_IS_RETURNED = reservations.c.state == Allowance.REFUNDED
_USES = (
    select(
        reservations.c.at,
        case((_IS_RETURNED, charges.c.price), else_=reservations.c.price),
        reservations.c.seconds,
        reservations.c.server_id,
        case((_IS_RETURNED, 1), else_=0),
    )
    .join(charges, charges.c.task_id == reservations.c.task_id)
    .where(
        reservations.c.user_id == bindparam("user_id"),
        reservations.c.at > bindparam("since"),
        or_(~_IS_RETURNED, charges.c.state != Bill.RELEASED),
        reservations.c.grant_id.is_(None),
    )
    .order_by(reservations.c.at)
)
_SUM = select(func.coalesce(func.sum(charges.c.price), 0))
_IS_ORDERED = and_(
    charges.c.ordered_at > bindparam("since", type_=Instant), charges.c.state != Bill.RELEASED
)
_WAITS = and_(
    charges.c.ordered_at.is_(None),
    charges.c.state == Bill.EXPECTED,
    charges.c.price <= bindparam("amount"),
)
_IN_SERVER = charges.c.server_id == bindparam("server_id")
_ORDERED = _SUM.where(_IS_ORDERED)
_ORDERED_IN_SERVER = _ORDERED.where(_IN_SERVER)
_BILLED = select(_ORDERED.scalar_subquery(), _SUM.where(_WAITS).scalar_subquery())
_BILLED_IN_SERVER = select(
    _ORDERED_IN_SERVER.scalar_subquery(), _SUM.where(_WAITS, _IN_SERVER).scalar_subquery()
)
_RAISE_TALLY = (
    update(tallies)
    .where(
        tallies.c.scope == "bot",
        tallies.c.amount == bindparam("of_amount"),
        tallies.c.counted_at > bindparam("since", type_=Instant),
        tallies.c.counted_at <= bindparam("now", type_=Instant),
        tallies.c.at_most + bindparam("price") <= tallies.c.amount,
    )
    .values(at_most=tallies.c.at_most + bindparam("price"))
    .returning(tallies.c.at_most)
)
_SET_TALLY = text(
    "INSERT INTO tallies (scope, amount, at_most, counted_at)"
    " VALUES ('bot', :amount, :at_most, :now) ON CONFLICT (scope) DO UPDATE SET"
    " amount = excluded.amount, at_most = excluded.at_most, counted_at = excluded.counted_at"
).bindparams(bindparam("now", type_=Instant))
_SO_FAR = func.sum(charges.c.price).over(order_by=charges.c.ordered_at)
_SUMS = select(charges.c.ordered_at, _SO_FAR.label("price")).where(_IS_ORDERED).subquery()
_OLDEST = (
    select(_SUMS.c.ordered_at, _SUMS.c.price)
    .where(_SUMS.c.price >= bindparam("price"))
    .order_by(_SUMS.c.ordered_at)
    .limit(1)
)
_SETTLE_ALLOWANCE = update(reservations).where(
    reservations.c.task_id == bindparam("of_task"), reservations.c.state == Allowance.RESERVED
)
_BILL_OF_TASK = update(charges).where(charges.c.task_id == bindparam("of_task"))
_SETTLE_BILL = _BILL_OF_TASK.where(charges.c.state == Bill.EXPECTED)
_REDUCE = _BILL_OF_TASK.where(charges.c.price > bindparam("at_most"))
_CHARGE = _BILL_OF_TASK.where(charges.c.state.in_((Bill.EXPECTED, Bill.POSSIBLE)))


def _is_right() -> ColumnElement[bool]:
    """Whether a task's entries fit its state. A lost task's late video bills the operator only."""
    allowance, bill = reservations.c.state, charges.c.state
    film = and_(
        tasks.c.state == State.COMPLETED,
        allowance.in_((Allowance.SETTLED, Allowance.REFUNDED)),
        bill == Bill.CHARGED,
    )
    no_film = and_(
        tasks.c.state.in_(OUTCOMES - {State.COMPLETED}),
        allowance == Allowance.REFUNDED,
        bill.in_(_CLOSED),
    )
    unfinished = and_(
        ~tasks.c.state.in_(OUTCOMES), allowance == Allowance.RESERVED, bill == Bill.EXPECTED
    )
    same = and_(reservations.c.price == tasks.c.price, charges.c.price == tasks.c.price)
    is_dated = charges.c.ordered_at.is_(None) == tasks.c.submitted_at.is_(None)
    returned_in_part = and_(
        no_film,
        bill == Bill.CHARGED,
        reservations.c.price == tasks.c.price,
        charges.c.price < tasks.c.price,
    )
    return and_(is_dated, or_(and_(or_(film, no_film, unfinished), same), returned_in_part))


_WRONG = (
    select(
        tasks.c.id,
        tasks.c.state,
        tasks.c.price,
        reservations.c.state,
        reservations.c.price,
        charges.c.state,
        charges.c.price,
    )
    .outerjoin_from(tasks, reservations, reservations.c.task_id == tasks.c.id)
    .outerjoin(charges, charges.c.task_id == tasks.c.id)
    .where(not_(func.coalesce(_is_right(), false())))
    .order_by(tasks.c.created_at, tasks.c.id)
)


class LedgerSqlBooks:
    """Scopes, allowances and bills in one transaction."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def lock(self, scopes: Iterable[str]) -> None:
        self.connection.execute(_TOUCH, [{"name": name} for name in sorted(set(scopes))])

    def uses(self, user_id: int, *, since: datetime) -> Sequence[Use]:
        """A person's uses after `since`, which itself is excluded."""
        rows = self.connection.execute(_USES, {"user_id": user_id, "since": since})
        return [_use(row) for row in rows]

    def ordered(self, *, since: datetime, server_id: int | None = None) -> int:
        values: dict[str, object] = {"since": since}
        if server_id is None:
            return int(self.connection.execute(_ORDERED, values).scalar_one())
        of_server = values | {"server_id": server_id}
        return int(self.connection.execute(_ORDERED_IN_SERVER, of_server).scalar_one())

    def billed(self, *, since: datetime, amount: int, server_id: int | None = None) -> Billed:
        values: dict[str, object] = {"since": since, "amount": amount}
        if server_id is None:
            row = self.connection.execute(_BILLED, values).one()
        else:
            of_server = values | {"server_id": server_id}
            row = self.connection.execute(_BILLED_IN_SERVER, of_server).one()
        return Billed(ordered=int(row[0]), waiting=int(row[1]))

    def raise_tally(self, price: int, *, amount: int, since: datetime, now: datetime) -> int | None:
        values = {"price": price, "of_amount": amount, "since": since, "now": now}
        at_most: int | None = self.connection.execute(_RAISE_TALLY, values).scalar()
        return at_most

    def set_tally(self, at_most: int, *, amount: int, now: datetime) -> None:
        values = {"amount": amount, "at_most": at_most, "now": now}
        self.connection.execute(_SET_TALLY, values)

    def oldest_orders(self, price: int, *, since: datetime) -> Charges | None:
        row = self.connection.execute(_OLDEST, {"price": price, "since": since}).first()
        return None if row is None else Charges(at=row[0], price=int(row[1]))

    def settle(self, task_id: str, allowance: Allowance, bill: Bill) -> None:
        """Close both entries of a task; closed entries stay, so a second call does nothing.

        Only a bill that was possibly spent may still become charged.
        """
        settle_bill = _CHARGE if bill is Bill.CHARGED else _SETTLE_BILL
        self.connection.execute(_SETTLE_ALLOWANCE, {"of_task": task_id, "state": allowance})
        self.connection.execute(settle_bill, {"of_task": task_id, "state": bill})

    def reduce_bill(self, task_id: str, price: int) -> None:
        values = {"of_task": task_id, "at_most": price, "price": price}
        self.connection.execute(_REDUCE, values)

    def discrepancies(self) -> Sequence[str]:
        """One line for each task whose entries do not fit its state or its price."""
        return [_line(row) for row in self.connection.execute(_WRONG)]


def _use(row: Sequence[Any]) -> Use:
    at, price, seconds, server_id, is_returned = row
    return Use(
        at=at,
        price=price,
        seconds=seconds,
        server_id=server_id,
        is_returned=bool(is_returned),
    )


def _line(row: Sequence[Any]) -> str:
    task_id, state, price, allowance, reserved, bill, charged = row
    allowance = f"{allowance}, {reserved}" if allowance else "none"
    bill = f"{bill}, {charged}" if bill else "none"
    return f"task {task_id} ({state}, {price}): allowance {allowance}; bill {bill}"
