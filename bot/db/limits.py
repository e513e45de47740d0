"""Statements on limits, grants, resets, and requests that wait for a button."""

import json
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    Connection,
    Select,
    and_,
    bindparam,
    case,
    delete,
    exists,
    func,
    insert,
    select,
    text,
    union_all,
)

from bot.db.columns import PLANNED_ANEW, Instant, spelled
from bot.db.queue import IS_PAUSED, paused_by_file
from bot.db.server_tables import blocks, grants, limits, resets, rules, settings
from bot.db.tables import charges, requests, reservations, tasks
from bot.video.ports.limits import Active, Granted, Terms
from bot.video.values.ledgers import Allowance, Bill
from bot.video.values.limits import Grant, Limit, Measure
from bot.video.values.settings import SettingsDocument
from bot.video.values.videos import AT_API, State

_LIMIT = tuple(column.name for column in limits.c)
_GRANT = Grant.__struct_fields__

_SERVER: BindParameter[int] = bindparam("server_id")
_PERSON: BindParameter[int] = bindparam("user_id")
_RESET = select(resets.c.reset_at).where(resets.c.server_id == _SERVER, resets.c.user_id == _PERSON)
_OF_PERSON = select(tasks.c.server_id).where(tasks.c.user_id == _PERSON, ~tasks.c.stalled)
_QUEUED = _OF_PERSON.where(tasks.c.state == State.QUEUED)
_AT_API = _OF_PERSON.where(tasks.c.state.in_(AT_API))


_HELD = select(func.count()).where(
    tasks.c.user_id == _PERSON,
    tasks.c.server_id == _SERVER,
    tasks.c.state == State.HELD,
    ~tasks.c.stalled,
)
_TERMS = select(
    select(settings.c.document).where(settings.c.server_id == _SERVER).scalar_subquery(),
    select(settings.c.version).where(settings.c.server_id == _SERVER).scalar_subquery(),
    IS_PAUSED,
    exists().where(blocks.c.server_id == _SERVER, blocks.c.user_id == _PERSON),
    exists().where(rules.c.server_id == _SERVER),
    exists().where(limits.c.server_id == _SERVER),
    exists().where(grants.c.server_id == _SERVER, grants.c.user_id == _PERSON),
    _RESET.scalar_subquery(),
)
_LIMITS = (
    select(limits)
    .where(limits.c.server_id == bindparam("server_id"))
    .order_by(limits.c.subject, limits.c.subject_id, limits.c.measure, limits.c.window)
)
_ADD_LIMIT = insert(limits)
_DROP_LIMIT = delete(limits).where(limits.c.id == bindparam("id")).returning(limits.c.id)
_DROP_LIKE = delete(limits).where(
    limits.c.server_id == bindparam("server_id"),
    limits.c.subject == bindparam("subject"),
    limits.c.subject_id == bindparam("subject_id"),
    limits.c.measure == bindparam("measure"),
    limits.c.window == bindparam("window"),
)
# Also compares person and server: those have the index on reservations.
_USED = and_(
    reservations.c.user_id == grants.c.user_id,
    reservations.c.server_id == grants.c.server_id,
    reservations.c.grant_id == grants.c.id,
)
TAKEN = case(
    (reservations.c.task_id.is_(None), 0),
    (grants.c.measure == Measure.FILMS, 1),
    (grants.c.measure == Measure.SECONDS, reservations.c.seconds),
    else_=reservations.c.price,
)
IS_RETURNED = reservations.c.state == Allowance.REFUNDED
IS_WASTED = and_(IS_RETURNED, charges.c.state != Bill.RELEASED)
USED = func.sum(case((IS_RETURNED, 0), else_=TAKEN))
WASTED = func.sum(case((IS_WASTED, TAKEN), else_=0))
_GRANTS = (
    select(
        *(grants.c[name] for name in _GRANT),
        grants.c.used + USED,
        grants.c.wasted + WASTED,
    )
    .outerjoin_from(grants, reservations, _USED)
    .outerjoin(charges, charges.c.task_id == reservations.c.task_id)
    .where(grants.c.server_id == bindparam("server_id"), grants.c.user_id == bindparam("user_id"))
    .group_by(grants.c.id)
    .order_by(grants.c.given_at, grants.c.id)
)
_ADD_GRANT = insert(grants)
_DROP_GRANT = delete(grants).where(grants.c.id == bindparam("id")).returning(grants.c.id)

_PUT_RESET = text(
    "INSERT INTO resets (server_id, user_id, reset_by, reset_at)"
    " VALUES (:server_id, :user_id, :reset_by, :reset_at)"
    " ON CONFLICT (server_id, user_id) DO UPDATE"
    " SET reset_by = excluded.reset_by, reset_at = excluded.reset_at"
).bindparams(bindparam("reset_at", type_=Instant))
_DROP_RESET = delete(resets).where(resets.c.server_id == _SERVER, resets.c.user_id == _PERSON)

_NEVER_BEGUN = ~select(tasks.c.id).where(tasks.c.request_id == requests.c.id).exists()
_DROP_DRAFT = (
    delete(requests).where(requests.c.id == bindparam("id"), _NEVER_BEGUN).returning(requests.c.id)
)


class LimitSqlBooks:
    """Limits, grants, resets and offers in one transaction."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def terms(self, server_id: int, user_id: int) -> Terms:
        whose = {"server_id": server_id, "user_id": user_id}
        row = self.connection.execute(_TERMS, whose).one()
        document, version, by_fact, *there, reset_at = row
        is_blocked, has_rules, has_limits, has_grants = map(bool, there)
        by_file = paused_by_file(self.connection)
        return Terms(
            settings=SettingsDocument(document=json.loads(document or "{}"), version=version or 0),
            is_paused=bool(by_fact) if by_file is None else by_file,
            is_blocked=is_blocked,
            has_rules=has_rules,
            has_limits=has_limits,
            has_grants=has_grants,
            reset_at=reset_at,
        )

    def active(self, server_id: int, user_id: int, *, most: int | None = None) -> Active:
        whose = {"server_id": server_id, "user_id": user_id}
        here, anywhere, held = self.connection.execute(_active(most), whose).one()
        return Active(here=here, anywhere=anywhere, held=held)

    def limits(self, server_id: int) -> Sequence[Limit]:
        rows = self.connection.execute(_LIMITS, {"server_id": server_id})
        return [Limit(**dict(zip(_LIMIT, row, strict=True))) for row in rows]

    def put_limit(self, limit: Limit) -> None:
        values = {name: getattr(limit, name) for name in _LIMIT}
        self.connection.execute(_DROP_LIKE, values)
        self.connection.execute(_ADD_LIMIT, values)

    def drop_limit(self, limit_id: str) -> bool:
        return self.connection.execute(_DROP_LIMIT, {"id": limit_id}).first() is not None

    def grants(self, server_id: int, user_id: int) -> Sequence[Granted]:
        rows = self.connection.execute(_GRANTS, {"server_id": server_id, "user_id": user_id})
        return [_granted(row) for row in rows]

    def add_grant(self, grant: Grant) -> None:
        self.connection.execute(_ADD_GRANT, {name: getattr(grant, name) for name in _GRANT})

    def drop_grant(self, grant_id: str) -> bool:
        return self.connection.execute(_DROP_GRANT, {"id": grant_id}).first() is not None

    def reset_at(self, server_id: int, user_id: int) -> datetime | None:
        whose = {"server_id": server_id, "user_id": user_id}
        at: datetime | None = self.connection.execute(_RESET, whose).scalar()
        return at

    def put_reset(self, server_id: int, user_id: int, *, by: int, at: datetime) -> None:
        values = {"server_id": server_id, "user_id": user_id, "reset_by": by, "reset_at": at}
        self.connection.execute(_PUT_RESET, values)

    def drop_reset(self, server_id: int, user_id: int) -> None:
        self.connection.execute(_DROP_RESET, {"server_id": server_id, "user_id": user_id})

    def drop_draft(self, request_id: str) -> bool:
        return self.connection.execute(_DROP_DRAFT, {"id": request_id}).first() is not None


def _granted(row: Sequence[Any]) -> Granted:
    *columns, used, wasted = row
    grant = Grant(**dict(zip(_GRANT, columns, strict=True)))
    return Granted(grant=grant, used=int(used), wasted=int(wasted))


@cache
def _active(most: int | None) -> Select[int, int, int]:
    # In the order of their index, or PostgreSQL might look through all their videos for the first.
    first = _QUEUED if most is None else _QUEUED.order_by(tasks.c.server_id).limit(spelled(most))
    found = union_all(select(first.subquery()), _AT_API).subquery()
    return select(
        func.count(case((found.c.server_id == _SERVER, 1))),
        func.count(),
        _HELD.scalar_subquery(),
    ).execution_options(**PLANNED_ANEW)
