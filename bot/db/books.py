"""All named statements of a transaction: `bot.video.ports.books.Books`.

The SQL is the same for SQLite and PostgreSQL; SQLite needs no lock where PostgreSQL takes one."""

from bot.db.bill import BillSqlBooks
from bot.db.boards import BoardSqlBooks
from bot.db.deferrals import DeferralSqlBooks
from bot.db.facts import FactSqlBooks
from bot.db.ledgers import LedgerSqlBooks
from bot.db.limits import LimitSqlBooks
from bot.db.lines import LineSqlBooks
from bot.db.moderation import ModerationSqlBooks
from bot.db.posts import PostSqlBooks
from bot.db.presets import PresetSqlBooks
from bot.db.queue import QueueSqlBooks
from bot.db.retention import RetentionSqlBooks
from bot.db.search import SearchSqlBooks
from bot.db.servers import ServerSqlBooks
from bot.db.sheets import SheetSqlBooks
from bot.db.standing import StandingSqlBooks
from bot.db.surveys import SurveySqlBooks
from bot.db.tasks import TaskSqlBooks
from bot.db.times import TimeSqlBooks


class SqlBooks(
    TaskSqlBooks,
    SearchSqlBooks,
    QueueSqlBooks,
    LineSqlBooks,
    SurveySqlBooks,
    LedgerSqlBooks,
    PostSqlBooks,
    FactSqlBooks,
    DeferralSqlBooks,
    LimitSqlBooks,
    ModerationSqlBooks,
    ServerSqlBooks,
    BoardSqlBooks,
    BillSqlBooks,
    PresetSqlBooks,
    RetentionSqlBooks,
    SheetSqlBooks,
    StandingSqlBooks,
    TimeSqlBooks,
):
    """All statements on one connection."""
