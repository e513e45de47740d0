"""The named statements of one transaction: `bot.video.books.Books` on SQLAlchemy Core.

The same text for SQLite and PostgreSQL; where a statement locks, SQLite needs no lock."""

from bot.db.boards import BoardSqlBooks
from bot.db.ledgers import LedgerBooks
from bot.db.limits import LimitSqlBooks
from bot.db.moderation import ModerationSqlBooks
from bot.db.posts import PostBooks
from bot.db.servers import ServerSqlBooks
from bot.db.tasks import TaskBooks


class SqlBooks(
    TaskBooks,
    LedgerBooks,
    PostBooks,
    LimitSqlBooks,
    ModerationSqlBooks,
    ServerSqlBooks,
    BoardSqlBooks,
):
    """All statements on one connection."""
