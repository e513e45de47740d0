"""Storage: the middle's statements on SQLite and PostgreSQL, from one code base."""

from bot.db.heartbeat import LeaseTimes
from bot.db.store import backup, move, open_store, restore, upgrade
from bot.db.unit_of_work import InlineExecutor, SqlStore

__all__ = [
    "InlineExecutor",
    "LeaseTimes",
    "SqlStore",
    "backup",
    "move",
    "open_store",
    "restore",
    "upgrade",
]
