"""Statements on requests and tasks: insert, find, move by compare-and-set.

`search.py` looks through them."""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Update,
    bindparam,
    exists,
    insert,
    or_,
    select,
    update,
)

from bot.db.changes import Change
from bot.db.columns import PLANNED_ANEW
from bot.db.driving import IS_ALIVE, DrivingSqlBooks
from bot.db.tables import charges, posts, requests, reservations, tasks
from bot.video.ports.tasks import Begun
from bot.video.values.ledgers import Allowance, Bill
from bot.video.values.posts import PostState
from bot.video.values.videos import UNDER_WAY, WAITING, State, VideoRequest, VideoSpec, VideoTask

# Statements are built once: building one costs several times what running it does.
_SPEC = VideoSpec.__struct_fields__
TASK = tuple(column.name for column in tasks.c)
ASKED = tuple(column for column in requests.c if column.name != "sought")
_REQUEST = tuple(column.name for column in ASKED)

_ADD_REQUEST = insert(requests)
_ADD_TASK = insert(tasks)
_ADD_RESERVATION = insert(reservations)
_ADD_CHARGE = insert(charges)

_REQUEST_BY_ID = select(*ASKED).where(requests.c.id == bindparam("id"))
_BY_ID = select(tasks).where(tasks.c.id == bindparam("id"))
_TAKES_OF = select(tasks).where(tasks.c.request_id == bindparam("id")).order_by(tasks.c.take)
_BY_REMOTE_ID = select(tasks).where(tasks.c.remote_id == bindparam("remote_id"))
_NOTE = update(tasks).where(tasks.c.id == bindparam("task_id")).returning(tasks, IS_ALIVE)
_SECONDS = (
    select(reservations.c.seconds).where(reservations.c.task_id == tasks.c.id).scalar_subquery()
)
_HAS_INBOX = exists().where(posts.c.state == PostState.INBOX, posts.c.user_id == tasks.c.user_id)
_BEGIN_UNDO = _NOTE.where(tasks.c.ready_at.is_(None)).returning(_HAS_INBOX)
_MOVE = (
    _NOTE.returning(_SECONDS)
    .where(
        tasks.c.state == bindparam("known_state"),
        tasks.c.owner == bindparam("known_owner"),
        tasks.c.epoch == bindparam("known_epoch"),
    )
    .values(epoch=tasks.c.epoch + 1)
)

_REPRICE_RESERVATION = update(reservations).where(reservations.c.task_id == bindparam("of_task"))


def _under_way(*whose: ColumnElement[bool]) -> Select[Any]:
    """Found by state before they are sorted: by date, an index would read what is over as well."""
    found = select(tasks.c.id).where(tasks.c.state.in_(UNDER_WAY), *whose)
    return (
        select(tasks)
        .where(tasks.c.id.in_(found))
        .order_by(tasks.c.created_at, tasks.c.id)
        .limit(bindparam("count"))
        .offset(bindparam("skipped"))
        .execution_options(**PLANNED_ANEW)
    )


_OF_PERSON = tasks.c.user_id == bindparam("user_id")
_IN_SERVER = tasks.c.server_id == bindparam("server_id")
_ALSO_IN_SERVER = tasks.c.server_id + 0 == bindparam("server_id")  # not by an index
_earlier = tasks.alias("earlier")
_ENTRIES = _under_way(_IN_SERVER).where(
    or_(
        tasks.c.take <= 1,
        ~tasks.c.state.in_(WAITING),
        ~exists(
            select(_earlier.c.id).where(
                _earlier.c.request_id == tasks.c.request_id,
                _earlier.c.take < tasks.c.take,
                _earlier.c.state == tasks.c.state,
            )
        ),
    )
)
_UNDER_WAY_OF = {
    frozenset({"server_id"}): _under_way(_IN_SERVER),
    frozenset({"server_id", "user_id"}): _under_way(_OF_PERSON, _ALSO_IN_SERVER),
    frozenset({"user_id"}): _under_way(_OF_PERSON),
}
_DATE_CHARGE = update(charges).where(charges.c.task_id == bindparam("of_task"))
_REPRICE_CHARGE = update(charges).where(charges.c.task_id == bindparam("of_task"))
_IN_STATE = (
    select(tasks)
    .where(tasks.c.state == bindparam("state"), tasks.c.owner == bindparam("owner"))
    .order_by(tasks.c.created_at, tasks.c.id)
)


class TaskSqlBooks(DrivingSqlBooks):
    """Requests and tasks in one transaction."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.changes: list[Change] = []  # changes of state since the store last took them

    def add_request(self, request: VideoRequest) -> None:
        values = {name: getattr(request, name) for name in _REQUEST if name not in _SPEC}
        values |= {name: getattr(request.spec, name) for name in _SPEC}
        texts = (request.spec.prompt, *(shot.prompt for shot in request.spec.shots))
        values["sought"] = folded("\n".join(texts))
        self.connection.execute(_ADD_REQUEST, values)

    def add_task(self, task: VideoTask, *, seconds: int, grant_id: str | None = None) -> None:
        entry = {"task_id": task.id, "server_id": task.server_id, "price": task.price}
        reserved = {
            "user_id": task.user_id,
            "at": task.created_at,
            "seconds": seconds,
            "state": Allowance.RESERVED,
            "grant_id": grant_id,
        }
        self.connection.execute(_ADD_TASK, _said(task, TASK))
        self.connection.execute(_ADD_RESERVATION, entry | reserved)
        charge = {"state": Bill.EXPECTED, "ordered_at": task.submitted_at}
        self.connection.execute(_ADD_CHARGE, entry | charge)
        self.changes.append(Change(task=task, seconds=seconds))

    def request(self, request_id: str) -> VideoRequest:
        row = self.connection.execute(_REQUEST_BY_ID, {"id": request_id}).first()
        if row is None:
            raise KeyError(request_id)
        return read_request(row)

    def task(self, task_id: str) -> VideoTask:
        if (task := self.find_task(task_id)) is None:
            raise KeyError(task_id)
        return task

    def find_task(self, task_id: str) -> VideoTask | None:
        return _first(self.connection.execute(_BY_ID, {"id": task_id}).first())

    def takes_of(self, request_id: str) -> Sequence[VideoTask]:
        rows = self.connection.execute(_TAKES_OF, {"id": request_id})
        return [read_task(row) for row in rows]

    def task_by_remote_id(self, remote_id: str) -> VideoTask | None:
        return _first(self.connection.execute(_BY_REMOTE_ID, {"remote_id": remote_id}).first())

    def move(self, task: VideoTask, to: State, **changes: Any) -> VideoTask | None:
        known = {"known_state": task.state, "known_owner": task.owner, "known_epoch": task.epoch}
        return self._change(_MOVE, task.id, {"state": to, **changes}, known)

    def move_from(
        self, task_id: str, states: Iterable[State], to: State, **changes: Any
    ) -> VideoTask | None:
        return self._change(_move_from(frozenset(states)), task_id, {"state": to, **changes}, {})

    def note(self, task_id: str, **changes: Any) -> VideoTask:
        if (task := self._change(_NOTE, task_id, changes, {})) is None:
            raise KeyError(task_id)
        return task

    def _change(
        self,
        statement: Update,
        task_id: str,
        changes: Mapping[str, Any],
        known: Mapping[str, Any],
    ) -> VideoTask | None:
        if unknown := changes.keys() - set(TASK):
            raise TypeError(f"a task has no {', '.join(sorted(unknown))}")
        values = {"task_id": task_id, "driver": self.driver, **known, **changes}
        row = self.connection.execute(statement, values).first()
        changed = _first(row)
        if row is not None:
            self._note_alive(row[len(TASK)])
        if row and changed and changes.get("state") not in (None, known.get("known_state")):
            self.changes.append(Change(task=changed, seconds=row[-1]))
        if changed is not None and "submitted_at" in changes:
            ordered = {"of_task": task_id, "ordered_at": changed.submitted_at}
            self.connection.execute(_DATE_CHARGE, ordered)
        return changed

    def begin_undo(self, task_id: str, until: datetime) -> Begun | None:
        values = {"task_id": task_id, "ready_at": until, "driver": self.driver}
        row = self.connection.execute(_BEGIN_UNDO, values).first()
        if row is None:
            return None
        return Begun(task=read_task(row[: len(TASK)]), has_inbox=bool(row[-1]))

    def under_way(
        self, server_id: int | None, *, limit: int, offset: int = 0, user_id: int | None = None
    ) -> Sequence[VideoTask]:
        whose = {"server_id": server_id, "user_id": user_id}
        known = {name: each for name, each in whose.items() if each is not None}
        values = known | {"count": limit, "skipped": offset}
        rows = self.connection.execute(_UNDER_WAY_OF[frozenset(known)], values)
        return [read_task(row) for row in rows]

    def entries(self, server_id: int, *, limit: int, offset: int = 0) -> Sequence[VideoTask]:
        values = {"server_id": server_id, "count": limit, "skipped": offset}
        return [read_task(row) for row in self.connection.execute(_ENTRIES, values)]

    def reprice(self, task_id: str, *, request_id: str, price: int, seconds: int) -> VideoTask:
        reserved = {"of_task": task_id, "price": price, "seconds": seconds}
        self.connection.execute(_REPRICE_RESERVATION, reserved)
        self.connection.execute(_REPRICE_CHARGE, {"of_task": task_id, "price": price})
        return self.note(task_id, request_id=request_id, price=price)

    def tasks_in(self, state: State, *, owner: int) -> Sequence[VideoTask]:
        rows = self.connection.execute(_IN_STATE, {"state": state, "owner": owner})
        return [read_task(row) for row in rows]


@cache
def _move_from(states: frozenset[State]) -> Update:
    moved = _NOTE.returning(_SECONDS).where(tasks.c.state.in_(states))
    return moved.values(epoch=tasks.c.epoch + 1)


def _said(value: object, names: Iterable[str]) -> dict[str, Any]:
    """Only the set fields: fewer columns insert faster."""
    found = ((name, getattr(value, name)) for name in names)
    return {name: each for name, each in found if each is not None}


def folded(text: str) -> str:
    """A text as it is searched: in one case, and with one form of each letter."""
    return unicodedata.normalize("NFKC", text).casefold()


def _first(row: Sequence[Any] | None) -> VideoTask | None:
    return None if row is None else read_task(row[: len(TASK)])


def read_task(row: Sequence[Any]) -> VideoTask:
    """A task from the columns `TASK`."""
    return VideoTask(**dict(zip(TASK, row, strict=True)))


def read_request(row: Sequence[Any]) -> VideoRequest:
    """A request from the columns `ASKED`."""
    values = dict(zip(_REQUEST, row, strict=True))
    spec = VideoSpec(**{name: values.pop(name) for name in _SPEC})
    return VideoRequest(**values, spec=spec)
