"""Which starts of the program there are, and which of them drive nothing any more."""

from datetime import datetime

from sqlalchemy import Connection, delete, exists, insert, update

from bot.db.tables import processes, tasks


def begin(connection: Connection, *, now: datetime) -> int:
    """Registers this start; its number is higher than any before."""
    added = insert(processes).values(started_at=now, ended=False).returning(processes.c.owner)
    owner: int = connection.execute(added).scalar_one()
    return owner


def end(connection: Connection, owner: int) -> None:
    """What this start drove may be adopted by others."""
    connection.execute(update(processes).where(processes.c.owner == owner).values(ended=True))


def end_others(connection: Connection, owner: int) -> None:
    """For whoever holds the database alone: earlier starts are over, and forgotten in time."""
    others = processes.c.owner != owner
    connection.execute(update(processes).where(others).values(ended=True))
    owns = exists().where(tasks.c.owner == processes.c.owner)
    connection.execute(delete(processes).where(others, ~owns))
