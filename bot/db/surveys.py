"""What a process reads again and again, of all rows, in one statement."""

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from sqlalchemy import (
    CompoundSelect,
    Connection,
    Select,
    bindparam,
    case,
    func,
    literal,
    literal_column,
    null,
    select,
    union_all,
)

from bot.db.columns import EVER, Instant, spelled
from bot.db.posts import IS_FREE
from bot.db.queue import QUEUED, WAITING_LINE
from bot.db.tables import posts, tasks
from bot.video.values.posts import UNSETTLED, PostKind, PostState
from bot.video.values.surveys import Near, OwedPost, Survey

_OWED, _QUEUE, _NEAR = "owed", "queue", "near"


def _named(name: str) -> Any:
    return literal_column(f"'{name}'").label("what")


_due_at = func.coalesce(posts.c.due_at, literal(EVER, Instant), type_=Instant).label("at")
_ALL_OWED = select(_named(_OWED), posts.c.id, posts.c.kind, _due_at, posts.c.state).where(
    posts.c.state.in_(UNSETTLED)
)
_OWED_BY = _ALL_OWED.outerjoin(tasks, posts.c.task_id == tasks.c.id).where(
    case(
        (posts.c.task_id.is_(None), IS_FREE),
        else_=tasks.c.owner == bindparam("of_owner"),
    )
)
_OPEN_QUEUES = select(_named(_QUEUE), posts.c.id, posts.c.kind, null(), posts.c.state).where(
    posts.c.kind == PostKind.QUEUE, posts.c.state.in_({*UNSETTLED, PostState.THERE})
)


class SurveySqlBooks:
    """Surveys in one transaction."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def survey(self, *, owner: int | None = None, most: int = 0) -> Survey:
        whose = {} if owner is None else {"of_owner": owner}
        rows = self.connection.execute(_survey(owner is not None, most), whose).all()
        return Survey(
            owed=sorted(_owed(rows), key=lambda each: (each.at, each.post_id)),
            queues=sorted(each[1] for each in rows if each[0] == _QUEUE),
            near=[Near(task_id=each[1], ready_at=each[3]) for each in rows if each[0] == _NEAR],
        )


@cache
def _survey(is_shared: bool, most: int) -> CompoundSelect[Any]:
    first = select(tasks.c.state).where(QUEUED).order_by(tasks.c.created_at)
    counted = select(func.count()).select_from(first.limit(spelled(most + 1)).subquery())
    waiting = WAITING_LINE.limit(spelled(most)).subquery()
    near: Select[Any] = select(_named(_NEAR), waiting.c.id, null(), waiting.c.ready_at, null())
    near = near.where(counted.scalar_subquery() <= spelled(most))
    return union_all(_OWED_BY if is_shared else _ALL_OWED, _OPEN_QUEUES, near)


def _owed(rows: Iterable[Sequence[Any]]) -> Iterable[OwedPost]:
    for what, post_id, kind, at, state in rows:
        if what == _OWED:
            is_first = kind is PostKind.REPLY and state is PostState.SENDING
            yield OwedPost(post_id=post_id, kind=kind, at=at, is_first=is_first)
