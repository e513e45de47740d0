"""Statements that find and delete what is old. Of videos, their sums by day stay."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    BindParameter,
    Connection,
    Select,
    bindparam,
    case,
    delete,
    exists,
    func,
    or_,
    select,
    true,
    type_coerce,
    update,
)
from sqlalchemy.dialects.postgresql import insert  # SQLite's way is the same

from bot.db.columns import Instant
from bot.db.limits import USED, WASTED
from bot.db.server_tables import audit, boards, grants
from bot.db.tables import charges, interactions, posts, requests, reservations, scopes, spent, tasks
from bot.video.ports.retention import Aged, Old
from bot.video.values.ledgers import Bill
from bot.video.values.posts import UNSETTLED, PostKind
from bot.video.values.videos import OUTCOMES

_DAY = 24 * 60 * 60 * 1000  # milliseconds
EPOCH = date(1970, 1, 1)
_ORDERED_ON = (type_coerce(charges.c.ordered_at, BigInteger) // _DAY).label("day")
_POSSIBLE = case((charges.c.state == Bill.POSSIBLE, charges.c.price), else_=0)
# What was ordered and not released, by day, server and person.
SUMS = (
    select(
        _ORDERED_ON,
        charges.c.server_id,
        tasks.c.user_id,
        func.count(),
        func.sum(reservations.c.seconds),
        func.sum(charges.c.price),
        func.sum(_POSSIBLE),
    )
    .join(tasks, tasks.c.id == charges.c.task_id)
    .join(reservations, reservations.c.task_id == charges.c.task_id)
    .where(charges.c.state != Bill.RELEASED)
    .group_by(_ORDERED_ON, charges.c.server_id, tasks.c.user_id)
)

_KEYS: BindParameter[Any] = bindparam("keys", expanding=True)
_BEFORE = bindparam("before", type_=Instant)
_THESE = tasks.c.request_id.in_(_KEYS)
_TASK_IDS: BindParameter[Any] = bindparam("task_ids", expanding=True)


def _oldest(at: Any, id: Any, server_id: Any, key: Any, *which: Any) -> Select[Any]:
    found = select(at, id, server_id, key).where(*which, at < _BEFORE)
    return found.order_by(at, id).limit(bindparam("count"))


_AGED: dict[Old, Select[Any]] = {
    Old(state.value): _oldest(
        tasks.c.created_at,
        tasks.c.id,
        tasks.c.server_id,
        tasks.c.request_id,
        tasks.c.state == state,
    )
    for state in OUTCOMES
} | {
    Old.ENTRIES: _oldest(audit.c.at, audit.c.id, audit.c.server_id, audit.c.id),
    Old.LINES: _oldest(
        posts.c.first_due_at, posts.c.id, posts.c.server_id, posts.c.id, posts.c.task_id.is_(None)
    ),
}


def _later(found: Select[Any]) -> Select[Any]:
    """Also after the last one seen; the first of the two conditions uses the index."""
    at, id = [*found.selected_columns][:2]
    seen_at = bindparam("seen_at", type_=Instant)
    seen: BindParameter[str] = bindparam("seen")
    return found.where(at >= seen_at, or_(at > seen_at, id > seen))


_AGED_LATER = {old: _later(found) for old, found in _AGED.items()}

_HOLD_TASKS = select(tasks.c.id).where(_THESE).order_by(tasks.c.id).with_for_update()
_HOLD_POSTS = (
    select(posts.c.id).where(posts.c.task_id.in_(_TASK_IDS)).order_by(posts.c.id).with_for_update()
)
_MAY_CHANGE = or_(
    tasks.c.state.not_in(OUTCOMES),
    tasks.c.due_at.is_not(None),
    tasks.c.ended_at.is_(None),
    tasks.c.ended_at >= _BEFORE,
    charges.c.state == Bill.EXPECTED,
    exists(select(true()).where(posts.c.task_id == tasks.c.id, posts.c.state.in_(UNSETTLED))),
)
_KEPT = (
    select(tasks.c.request_id)
    .outerjoin(charges, charges.c.task_id == tasks.c.id)
    .where(_THESE, _MAY_CHANGE)
    .union(
        select(requests.c.id)
        .join(boards, boards.c.id == requests.c.board_id)
        .where(requests.c.id.in_(_KEYS))
    )
)
_WHOSE = select(tasks.c.id, tasks.c.user_id).where(_THESE)
_SUMS = SUMS.where(charges.c.task_id.in_(_TASK_IDS), charges.c.ordered_at.is_not(None))
_ADDED = insert(spent).from_select([column.name for column in spent.c], _SUMS)
_ADD_SUMS = _ADDED.on_conflict_do_update(
    index_elements=[*spent.primary_key],
    set_={
        name: spent.c[name] + _ADDED.excluded[name]
        for name in ("videos", "seconds", "price", "possible")
    },
)
_GRANTED = (
    select(
        grants.c.id,
        USED,
        WASTED,
    )
    .join(reservations, reservations.c.grant_id == grants.c.id)
    .join(charges, charges.c.task_id == reservations.c.task_id)
    .where(reservations.c.task_id.in_(_TASK_IDS))
    .group_by(grants.c.id)
)
_NOTE_GRANT = (
    update(grants)
    .where(grants.c.id == bindparam("of_grant"))
    .values(used=grants.c.used + bindparam("more"), wasted=grants.c.wasted + bindparam("lost"))
)
_DROP = (
    *(delete(each).where(each.c.task_id.in_(_TASK_IDS)) for each in (posts, reservations, charges)),
    delete(tasks).where(tasks.c.id.in_(_TASK_IDS)),
)
_DROP_REQUESTS = delete(requests).where(requests.c.id.in_(_KEYS))
_HAS_VIDEOS = select(tasks.c.id).where(tasks.c.user_id == bindparam("user_id")).limit(1)
_DROP_SCOPES = delete(scopes).where(scopes.c.name.in_(_KEYS))
_DROP_ENTRIES = delete(audit).where(audit.c.id.in_(_KEYS), audit.c.at < _BEFORE)
_DROP_LINES = delete(posts).where(
    posts.c.id.in_(_KEYS),
    posts.c.task_id.is_(None),
    posts.c.first_due_at < _BEFORE,
    posts.c.state.not_in(UNSETTLED),
    or_(posts.c.kind != PostKind.QUEUE, posts.c.id.startswith("desk.")),
    # Of the two that an id may lead, `board.` and `board_link.`, at most one is a board's.
    ~exists(
        select(true()).where(
            posts.c.kind == PostKind.BOARD,
            boards.c.id.in_((func.substr(posts.c.id, 7), func.substr(posts.c.id, 12))),
        )
    ),
)
_DROP_SUMS = delete(spent).where(spent.c.day < bindparam("before"))
_NEWEST = select(func.max(interactions.c.id))


class RetentionSqlBooks:
    """What is old, in one transaction."""

    connection: Connection

    def aged(self, old: Old, *, before: datetime, after: Aged | None, limit: int) -> Sequence[Aged]:
        values: dict[str, Any] = {"before": before, "count": limit}
        found = _AGED[old]
        if after is not None:
            found, values = _AGED_LATER[old], values | {"seen_at": after.at, "seen": after.id}
        return [
            Aged(at=at, id=id, server_id=server_id, key=key)
            for at, id, server_id, key in self.connection.execute(found, values)
        ]

    def drop_videos(self, request_ids: Sequence[str], *, before: datetime) -> int:
        keys = self._old(request_ids, before)
        owners = self.connection.execute(_WHOSE, {"keys": keys}).all()
        of_tasks = {"task_ids": [task_id for task_id, _ in owners]}
        self._keep_sums(of_tasks)
        for drop in _DROP:
            self.connection.execute(drop, of_tasks)
        self.connection.execute(_DROP_REQUESTS, {"keys": keys})
        self._drop_scopes({user_id for _, user_id in owners})
        return len(owners)

    def _old(self, request_ids: Sequence[str], before: datetime) -> list[str]:
        """Those that nothing keeps, held until the commit."""
        these = {"keys": list(request_ids)}
        held = self.connection.execute(_HOLD_TASKS, these).scalars()
        self.connection.execute(_HOLD_POSTS, {"task_ids": list(held)})
        kept = set(self.connection.execute(_KEPT, these | {"before": before}).scalars())
        return [each for each in request_ids if each not in kept]

    def _keep_sums(self, of_tasks: dict[str, list[str]]) -> None:
        self.connection.execute(_ADD_SUMS, of_tasks)
        for grant_id, used, wasted in self.connection.execute(_GRANTED, of_tasks).all():
            more = {"of_grant": grant_id, "more": int(used), "lost": int(wasted)}
            self.connection.execute(_NOTE_GRANT, more)

    def _drop_scopes(self, people: set[int]) -> None:
        """Drop the locks of people without videos."""
        names = [f"person:{each}" for each in people if not self._has_videos(each)]
        self.connection.execute(_DROP_SCOPES, {"keys": names})

    def _has_videos(self, user_id: int) -> bool:
        return self.connection.execute(_HAS_VIDEOS, {"user_id": user_id}).first() is not None

    def drop_entries(self, ids: Sequence[str], *, before: datetime) -> None:
        self.connection.execute(_DROP_ENTRIES, {"keys": list(ids), "before": before})

    def drop_lines(self, ids: Sequence[str], *, before: datetime) -> None:
        self.connection.execute(_DROP_LINES, {"keys": list(ids), "before": before})

    def drop_sums(self, *, before: date) -> None:
        self.connection.execute(_DROP_SUMS, {"before": (before - EPOCH).days})

    def newest_interaction(self) -> int | None:
        newest: int | None = self.connection.execute(_NEWEST).scalar()
        return newest
