"""The program's starts, and which of them drives a task."""

from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, exists, insert, or_, select, update

from bot.db.tables import posts, processes, tasks
from bot.video.values.posts import PostState
from bot.video.values.videos import OUTCOMES

_ENDED = select(processes.c.owner).where(processes.c.ended)
_DRIVING = select(processes.c.owner).where(
    processes.c.owner == bindparam("owner"), ~processes.c.ended
)
_OWED = exists().where(
    posts.c.task_id == tasks.c.id, posts.c.state.in_((PostState.DUE, PostState.SENDING))
)
_FREE = select(tasks.c.id).where(
    tasks.c.owner == 0,
    or_(~tasks.c.state.in_(OUTCOMES), tasks.c.due_at.is_not(None), _OWED),
)
_HAND_OVER = update(tasks).values(owner=bindparam("to"), epoch=tasks.c.epoch + 1)
_CLAIM = _HAND_OVER.where(tasks.c.id.in_(_FREE.with_for_update(skip_locked=True))).returning(
    tasks.c.id
)


def begin(connection: Connection, *, now: datetime) -> int:
    """Register this start and return its number, higher than any before."""
    added = insert(processes).values(started_at=now, ended=False).returning(processes.c.owner)
    owner: int = connection.execute(added).scalar_one()
    return owner


def drives(connection: Connection, owner: int) -> bool:
    """Whether this process still drives its tasks: no other one has ended it."""
    return connection.execute(_DRIVING, {"owner": owner}).first() is not None


def end(connection: Connection, owner: int) -> None:
    """Let others adopt what this start drove."""
    connection.execute(update(processes).where(processes.c.owner == owner).values(ended=True))


def end_others(connection: Connection, owner: int) -> None:
    """End all other processes; for the one that has locked the whole database."""
    connection.execute(delete(processes).where(processes.c.owner != owner))
    connection.execute(update(tasks).where(~tasks.c.owner.in_((0, owner))).values(owner=0))


def adopt(connection: Connection, owner: int) -> list[str]:
    """Free the tasks of ended processes, claim every free task that needs work, return their ids.

    Process numbers are never reused, so the list of ended ones stays true; all other conditions
    are in the locked row itself. A join here would claim rows twice.
    """
    ended = [owner for (owner,) in connection.execute(_ENDED)]
    connection.execute(_HAND_OVER.where(tasks.c.owner.in_(ended)), {"to": 0})
    return [task_id for (task_id,) in connection.execute(_CLAIM, {"to": owner})]
