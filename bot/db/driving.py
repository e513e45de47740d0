"""Whether the process that drives videos still may: told by its own changes, not asked apart."""

from sqlalchemy import Connection, bindparam, exists

from bot.db import processes as statements
from bot.db.tables import processes

# In what a change returns: no other process has ended the one that makes it.
IS_ALIVE = exists().where(processes.c.owner == bindparam("driver"), ~processes.c.ended)
WRITTEN = "written"  # with a connection: whether its transaction has changed anything


class DrivingBooks:
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
