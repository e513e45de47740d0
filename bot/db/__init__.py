"""Storage: the middle's statements on SQLite and PostgreSQL, from the same code."""

from bot.db.store import backup, open_store
from bot.db.unit_of_work import InlineExecutor, SqlStore

__all__ = ["InlineExecutor", "SqlStore", "backup", "open_store"]
