"""Reads what cards are drawn from, in one statement."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, select

from bot.db.posts import read_post
from bot.db.tables import posts, requests, tasks
from bot.db.tasks import ASKED, TASK, read_request, read_task
from bot.video.values.cards import Sheet
from bot.video.values.posts import Post
from bot.video.values.videos import VideoTask

_own, _known = tasks.alias("own"), posts.alias("known")
_REQUEST_OF_TASK = select(_own.c.request_id).where(_own.c.id == bindparam("task_id"))
_REQUEST_OF_POST = (
    select(_own.c.request_id)
    .join(_known, _known.c.task_id == _own.c.id)
    .where(_known.c.id == bindparam("post_id"))
)
_SHEET = (
    select(tasks, *ASKED, posts)
    .join(requests, requests.c.id == tasks.c.request_id)
    .outerjoin(posts, posts.c.task_id == tasks.c.id)
    .order_by(tasks.c.take, posts.c.id)
)
_OF_TASK = _SHEET.where(tasks.c.request_id == _REQUEST_OF_TASK.scalar_subquery())
_OF_POST = _SHEET.where(tasks.c.request_id == _REQUEST_OF_POST.scalar_subquery())
_ENDS = len(TASK), len(TASK) + len(ASKED)  # of the task's and the request's columns


class SheetSqlBooks:
    """Sheets in one transaction."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def find_sheet(self, task_id: str) -> Sheet | None:
        rows = self.connection.execute(_OF_TASK, {"task_id": task_id}).all()
        return _sheet(rows, task_id) if rows else None

    def sheet(self, task_id: str) -> Sheet:
        if (found := self.find_sheet(task_id)) is None:
            raise KeyError(task_id)
        return found

    def sheet_with(self, post_id: str) -> Sheet | None:
        rows = self.connection.execute(_OF_POST, {"post_id": post_id}).all()
        found = {post.id: post for post in map(_post, rows) if post is not None}
        return _sheet(rows, str(found[post_id].task_id)) if rows else None


def _sheet(rows: Sequence[Sequence[Any]], task_id: str) -> Sheet:
    takes: dict[str, VideoTask] = {}
    found: dict[str, Post] = {}
    for row in rows:
        if row[0] not in takes:
            takes[row[0]] = read_task(row[: _ENDS[0]])
        if (post := _post(row)) is not None:
            found[post.id] = post
    return Sheet(
        task=takes[task_id],
        request=read_request(rows[0][_ENDS[0] : _ENDS[1]]),
        takes=tuple(takes.values()),
        posts=found,
    )


def _post(row: Sequence[Any]) -> Post | None:
    columns = row[_ENDS[1] :]
    return None if columns[0] is None else read_post(columns)
