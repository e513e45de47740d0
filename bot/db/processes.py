"""The program's starts, and which of them drives a task. What needs no driver any more is left as
it is, so that no start gets slower with the videos that are over."""

from collections.abc import Sequence
from datetime import datetime
from math import ceil
from os import getpid
from socket import gethostname

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    CompoundSelect,
    Connection,
    RowMapping,
    and_,
    bindparam,
    delete,
    exists,
    func,
    insert,
    literal_column,
    null,
    select,
    union,
    update,
)

from bot import __version__
from bot.db.columns import spelled
from bot.db.tables import posts, processes, tasks
from bot.video.values.posts import UNSETTLED
from bot.video.values.standing import WAITING, Peer, Process
from bot.video.values.videos import UNDER_WAY

_DRIVING = select(processes.c.owner).where(
    processes.c.owner == bindparam("owner"), ~processes.c.ended
)
_IS_UNDER_WAY = tasks.c.state.in_(UNDER_WAY)
_IS_DUE = tasks.c.due_at > spelled(0)  # SQLite's index knows no IS NOT NULL
_IS_OWED = and_(posts.c.state.in_(UNSETTLED), posts.c.task_id == tasks.c.id)
# Their numbers one by one, by the index: there may be many tasks, but few processes.
_lowest = select(func.min(tasks.c.owner).label("owner")).where(tasks.c.ended_at.is_(None))
_driving = _lowest.cte("driving", recursive=True)
_next = _lowest.where(tasks.c.owner > _driving.c.owner).correlate(_driving).scalar_subquery()
_driving = _driving.union_all(select(_next).where(_driving.c.owner.is_not(None)))
_needed = union(
    select(_driving.c.owner).where(_driving.c.owner.is_not(None)),
    select(tasks.c.owner).where(_IS_DUE),
    select(tasks.c.owner).join_from(posts, tasks, _IS_OWED),
).subquery()
_DEAD = select(_needed.c.owner).where(
    ~exists().where(processes.c.owner == _needed.c.owner, ~processes.c.ended)
)
_IS_FREE = tasks.c.owner.in_(bindparam("dead", type_=BigInteger, expanding=True))


def _to_be_driven(*which: ColumnElement[bool]) -> CompoundSelect[str]:
    return union(
        select(tasks.c.id).where(_IS_UNDER_WAY, *which),
        select(tasks.c.id).where(_IS_DUE, *which),
        select(tasks.c.id).join_from(posts, tasks, _IS_OWED).where(*which),
    )


_FREE = select(tasks.c.id).where(tasks.c.id.in_(_to_be_driven(_IS_FREE)), _IS_FREE)
_SHARE = _FREE.limit(bindparam("most")).with_for_update(of=tasks, skip_locked=True)
_COUNT_FREE = select(func.count()).select_from(_FREE.subquery())
IDLE = ("gateway", WAITING)  # the roles that drive nothing
_DRIVERS = select(func.count()).where(~processes.c.ended, processes.c.role.not_in(IDLE))
FEW = 20  # tasks that one process may as well claim alone
_CLAIM = (
    update(tasks)
    .where(tasks.c.id.in_(_SHARE))
    .values(owner=bindparam("to"), epoch=tasks.c.epoch + 1)
    .returning(tasks.c.id)
)
_IS_OTHERS = tasks.c.owner.not_in((0, bindparam("mine")))
_RELEASE_ALL = (
    update(tasks).where(tasks.c.id.in_(_to_be_driven(_IS_OTHERS)), _IS_OTHERS).values(owner=0)
)
# Only the database's clock compares processes.
_CLOCK: ColumnElement[int] = literal_column("CAST(extract(epoch FROM now()) * 1000 AS bigint)")
_LIVING = select(processes).where(~processes.c.ended).order_by(processes.c.owner)
_LIVING_ON_FILE, _LIVING_NOW = (_LIVING.add_columns(now.label("now")) for now in (null(), _CLOCK))


def begin(connection: Connection, *, now: datetime) -> int:
    """Register this start and return its number, higher than any before."""
    values = {
        "started_at": now,
        "ended": False,
        "version": __version__,
        "host": gethostname(),
        "pid": getpid(),
    }
    added = insert(processes).values(values).returning(processes.c.owner)
    owner: int = connection.execute(added).scalar_one()
    return owner


def drives(connection: Connection, owner: int) -> bool:
    """Whether this process still drives its tasks: no other one has ended it."""
    return connection.execute(_DRIVING, {"owner": owner}).first() is not None


def living(connection: Connection) -> Sequence[Process]:
    """The starts that have not ended."""
    is_file = connection.dialect.name == "sqlite"
    found = connection.execute(_LIVING_ON_FILE if is_file else _LIVING_NOW)
    return [_process(row) for row in found.mappings()]


def take_role(connection: Connection, owner: int, role: str) -> None:
    """Tell the others what this start does."""
    connection.execute(update(processes).where(processes.c.owner == owner).values(role=role))


def versions(connection: Connection) -> list[str]:
    """The versions of the processes that run."""
    found = select(processes.c.version).where(~processes.c.ended)
    return list(connection.execute(found).scalars())


def end(connection: Connection, owner: int) -> None:
    """Let others adopt what this start drove."""
    connection.execute(update(processes).where(processes.c.owner == owner).values(ended=True))


def end_others(connection: Connection, owner: int) -> None:
    """End all other processes; for the one that has locked the whole database."""
    connection.execute(delete(processes).where(processes.c.owner != owner))
    connection.execute(_RELEASE_ALL, {"mine": owner})


def adopt(connection: Connection, owner: int) -> list[str]:
    """Claim this process's share of the tasks that need a driver and have no living one; returns
    their ids.

    Process numbers are never reused, so a dead number stays dead. In the locked row itself only the
    number is compared: whoever claims it first changes that.
    """
    dead = [number for (number,) in connection.execute(_DEAD)]
    if not dead:
        return []
    free: int = connection.execute(_COUNT_FREE, {"dead": dead}).scalar_one()
    drivers: int = connection.execute(_DRIVERS).scalar_one()
    most = max(FEW, ceil(free / max(1, drivers)))
    claimed = connection.execute(_CLAIM, {"to": owner, "dead": dead, "most": most})
    return [task_id for (task_id,) in claimed]


def _process(row: RowMapping) -> Process:
    def since(column: str) -> float | None:
        return None if row[column] is None else (row["now"] - row[column]) / 1000

    heard = {Peer.API: since("api_at"), Peer.DISCORD: since("discord_at")}
    return Process(
        owner=row["owner"],
        started_at=row["started_at"],
        silent=since("beat_at"),
        role=row["role"],
        version=row["version"],
        is_leaving=row["leaving"],
        host=row["host"],
        pid=row["pid"],
        reached={peer: ago for peer, ago in heard.items() if ago is not None},
    )
