"""The starts of the program, and which of them drives a task."""

from datetime import datetime

from sqlalchemy import bindparam, delete, exists, insert, or_, select, update

from bot.db.columns import among
from bot.db.connection import Connection
from bot.db.tables import posts, processes, tasks
from bot.video.values.posts import PostState
from bot.video.values.videos import OUTCOMES

_ENDED = select(processes.c.owner).where(processes.c.ended)
_DRIVING = select(processes.c.owner).where(
    processes.c.owner == bindparam("owner"), ~processes.c.ended
)
_OWED = exists().where(
    posts.c.task_id == tasks.c.id, among(posts.c.state, (PostState.DUE, PostState.SENDING))
)
_FREE = select(tasks.c.id).where(
    tasks.c.owner == 0,
    or_(~among(tasks.c.state, OUTCOMES), tasks.c.due_at.is_not(None), _OWED),
)
_HAND_OVER = update(tasks).values(owner=bindparam("to"), epoch=tasks.c.epoch + 1)
_CLAIM = _HAND_OVER.where(tasks.c.id.in_(_FREE.with_for_update(skip_locked=True))).returning(
    tasks.c.id
)


def begin(connection: Connection, *, now: datetime) -> int:
    """Registers this start; its number is higher than any before."""
    added = insert(processes).values(started_at=now, ended=False).returning(processes.c.owner)
    owner: int = connection.execute(added).scalar()
    return owner


def drives(connection: Connection, owner: int) -> bool:
    """Whether no other process has ended this one."""
    return connection.execute(_DRIVING, {"owner": owner}).first() is not None


def end(connection: Connection, owner: int) -> None:
    """What this start drove may be adopted by others."""
    connection.execute(update(processes).where(processes.c.owner == owner).values(ended=True))


def end_others(connection: Connection, owner: int) -> None:
    """For whoever holds the database alone: nothing but `owner` drives anything any more."""
    connection.execute(delete(processes).where(processes.c.owner != owner))
    connection.execute(update(tasks).where(~among(tasks.c.owner, (0, owner))).values(owner=0))


def adopt(connection: Connection, owner: int) -> list[str]:
    """Frees what ended processes drove, then claims what is free and not done with: its ids.

    A number of a process is never given twice, so the list of ended ones stays true; all else
    that a claim depends on is in the locked row itself. A join here would claim rows twice.
    """
    ended = [owner for (owner,) in connection.execute(_ENDED)]
    connection.execute(_HAND_OVER.where(among(tasks.c.owner, ended)), {"to": 0})
    return [task_id for (task_id,) in connection.execute(_CLAIM, {"to": owner})]
