"""Statements on posts: the messages we owe or have sent."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Connection,
    Text,
    bindparam,
    case,
    exists,
    or_,
    select,
    type_coerce,
    update,
)
from sqlalchemy.dialects.postgresql import insert  # SQLite's way is the same

from bot.db.columns import Instant
from bot.db.contents import read_content, written
from bot.db.driving import IS_ALIVE, DrivingSqlBooks
from bot.db.tables import posts, processes, tasks
from bot.video.values.posts import UNSETTLED, Post, PostKind, PostState, Rung

_POST = tuple(column.name for column in posts.c)
_DELIVERY = frozenset(
    {"state", "rung", "message_id", "sent_to", "attempts", "is_doubted", "due_at", "token"}
)

_ADD = insert(posts).on_conflict_do_nothing(index_elements=["nonce"]).returning(posts.c.id)
_BY_ID = select(posts).where(posts.c.id == bindparam("id"))
_BY_ID_HELD = _BY_ID.with_for_update()
_OF_TASK = select(posts).where(posts.c.task_id == bindparam("task_id")).order_by(posts.c.id)
_OF_TASK_AND_KIND = select(posts).where(
    posts.c.task_id == bindparam("task_id"), posts.c.kind == bindparam("kind")
)
_OF_MODERATORS = select(posts).where(
    posts.c.kind.in_((PostKind.APPROVAL, PostKind.REPORT, PostKind.QUEUE)),
    posts.c.server_id == bindparam("server_id"),
    posts.c.rung == Rung.CHANNEL,
)
_CHANGE = update(posts).where(posts.c.id == bindparam("post_id")).returning(posts, IS_ALIVE)
_KIND = type_coerce(posts.c.kind, Text) + ""  # not by an index
_IS_THERE = posts.c.state == PostState.THERE
_own = tasks.alias("own")
_REQUEST = select(_own.c.request_id).where(_own.c.id == bindparam("of_task")).scalar_subquery()
# It also locks those that are not there: what it waits for may have put one there.
_OWE_EDITS = (
    update(posts)
    .where(
        posts.c.task_id.in_(select(tasks.c.id).where(tasks.c.request_id == _REQUEST)),
        _KIND.in_(bindparam("kinds", expanding=True)),
    )
    .values(
        state=case((_IS_THERE, PostState.DUE), else_=posts.c.state),
        due_at=case((_IS_THERE, bindparam("at", type_=Instant)), else_=posts.c.due_at),
    )
)
IS_FREE = or_(
    posts.c.owner == bindparam("of_owner"),
    ~exists().where(processes.c.owner == posts.c.owner, ~processes.c.ended),
)
_CLAIM = (
    update(posts)
    .where(posts.c.id == bindparam("post_id"), IS_FREE)
    .values(owner=bindparam("of_owner"))
    .returning(posts)
)
_INBOX = (
    select(posts)
    .outerjoin(tasks, posts.c.task_id == tasks.c.id)
    .where(posts.c.state == PostState.INBOX, posts.c.user_id == bindparam("user_id"))
    .order_by(tasks.c.created_at.desc(), posts.c.id)
)


class PostSqlBooks(DrivingSqlBooks):
    """Posts in one transaction."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def add_post(self, post: Post) -> bool:
        values = {name: getattr(post, name) for name in _POST}
        values["content"] = written(post.content)
        if post.task_id is None:
            values["first_due_at"] = post.due_at or post.token_until
        return self.connection.execute(_ADD, values).first() is not None

    def post(self, post_id: str) -> Post:
        return _only(self.connection.execute(_BY_ID, {"id": post_id}).first(), post_id)

    def hold_post(self, post_id: str) -> Post:
        return _only(self.connection.execute(_BY_ID_HELD, {"id": post_id}).first(), post_id)

    def look_up_post(self, post_id: str) -> Post | None:
        row = self.connection.execute(_BY_ID, {"id": post_id}).first()
        return None if row is None else read_post(row)

    def moderators_cards(self, server_id: int) -> Sequence[Post]:
        rows = self.connection.execute(_OF_MODERATORS, {"server_id": server_id})
        return [read_post(row) for row in rows]

    def posts(self, task_id: str) -> Sequence[Post]:
        return [read_post(row) for row in self.connection.execute(_OF_TASK, {"task_id": task_id})]

    def find_post(self, task_id: str, kind: PostKind) -> Post | None:
        which = {"task_id": task_id, "kind": kind}
        row = self.connection.execute(_OF_TASK_AND_KIND, which).first()
        return None if row is None else read_post(row)

    def change_post(self, post_id: str, **changes: Any) -> Post:
        if unknown := changes.keys() - set(_POST):
            raise TypeError(f"a post has no {', '.join(sorted(unknown))}")
        values = {"post_id": post_id, **changes}
        if "content" in changes:
            values["content"] = written(changes["content"])
        if changes.get("state", PostState.DUE) not in UNSETTLED:
            values["owner"] = 0  # whoever hears the next news delivers it
        row = self.connection.execute(_CHANGE, values | {"driver": self.driver}).first()
        if row is None:
            raise KeyError(post_id)
        *columns, is_alive = row
        self._note_alive(is_alive)
        return read_post(columns)

    def owe_edits(self, task_id: str, kinds: Collection[PostKind], at: datetime) -> None:
        self.connection.execute(
            _OWE_EDITS, {"of_task": task_id, "kinds": [each.value for each in kinds], "at": at}
        )

    def mark_delivery(self, post_id: str, **changes: Any) -> Post:
        if unknown := changes.keys() - _DELIVERY:
            raise TypeError(f"delivery does not change {', '.join(sorted(unknown))}")
        return self.change_post(post_id, **changes)

    def claim_post(self, post_id: str, owner: int) -> Post | None:
        row = self.connection.execute(_CLAIM, {"post_id": post_id, "of_owner": owner}).first()
        return None if row is None else read_post(row)

    def inbox(self, user_id: int) -> Sequence[Post]:
        """What waits for a person, the newest video first."""
        return [read_post(row) for row in self.connection.execute(_INBOX, {"user_id": user_id})]


def _only(row: Sequence[Any] | None, post_id: str) -> Post:
    if row is None:
        raise KeyError(post_id)
    return read_post(row)


def read_post(row: Sequence[Any]) -> Post:
    """A post from all columns."""
    values = dict(zip(_POST, row, strict=True))
    return Post(**values | {"content": read_content(values["content"], values["kind"])})
