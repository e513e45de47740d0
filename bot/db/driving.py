"""Which process drives what. Whether this one still may is told by its own changes, not asked
apart."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, exists, select

from bot.db import processes as statements
from bot.db.tables import processes, tasks

# In what a change returns: no other process has ended the one that makes it.
IS_ALIVE = exists().where(processes.c.owner == bindparam("driver"), ~processes.c.ended)
WRITTEN = "written"  # with a connection: whether its transaction has changed anything
_DUE = (
    select(tasks.c.id, tasks.c.due_at)
    .where(tasks.c.due_at.is_not(None), tasks.c.owner == bindparam("owner"))
    .order_by(tasks.c.due_at, tasks.c.id)
)


class DrivingSqlBooks:
    """The driver in one transaction."""

    connection: Connection
    driver = 0
    _is_alive: bool | None = None

    def drive_as(self, owner: int) -> None:
        self.driver, self._is_alive = owner, None

    def _note_alive(self, is_alive: bool) -> None:
        self._is_alive = is_alive

    def has_written(self) -> bool:
        return bool(self.connection.info.get(WRITTEN, True))

    def drives(self, owner: int) -> bool:
        if owner == self.driver and self._is_alive is not None:
            return self._is_alive
        return statements.drives(self.connection, owner)

    def due(self, *, owner: int) -> Sequence[tuple[str, datetime]]:
        rows = self.connection.execute(_DUE, {"owner": owner})
        return [(task_id, due_at) for task_id, due_at in rows]

    def versions(self) -> Sequence[str]:
        return statements.versions(self.connection)

    def adopt(self, owner: int) -> Sequence[str]:
        return statements.adopt(self.connection, owner)
