"""All named statements on storage, within one transaction. `bot.db.books` implements them.

Statements decide nothing; their callers do."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Protocol

from bot.video.ports.bill import BillBooks
from bot.video.ports.boards import BoardBooks
from bot.video.ports.deferrals import DeferralBooks
from bot.video.ports.driving import DrivingBooks
from bot.video.ports.facts import FactBooks
from bot.video.ports.ledgers import LedgerBooks
from bot.video.ports.limits import LimitBooks
from bot.video.ports.moderation import ModerationBooks
from bot.video.ports.posts import PostBooks
from bot.video.ports.presets import PresetBooks
from bot.video.ports.queue import QueueBooks
from bot.video.ports.retention import RetentionBooks
from bot.video.ports.servers import ServerBooks
from bot.video.ports.sheets import SheetBooks
from bot.video.ports.standing import StandingBooks
from bot.video.ports.surveys import SurveyBooks
from bot.video.ports.tasks import TaskBooks


class Books(
    TaskBooks,
    QueueBooks,
    SurveyBooks,
    DrivingBooks,
    LedgerBooks,
    PostBooks,
    FactBooks,
    LimitBooks,
    ModerationBooks,
    ServerBooks,
    BoardBooks,
    BillBooks,
    PresetBooks,
    DeferralBooks,
    RetentionBooks,
    SheetBooks,
    StandingBooks,
    Protocol,
):
    """All named statements of one transaction."""

    def lock(self, scopes: Iterable[str]) -> None:
        """Lock each scope until the commit; always in sorted order, which avoids deadlocks."""
        ...

    def move_times(
        self, owner: int, by: timedelta, *, since: datetime, now: datetime, is_alone: bool
    ) -> None:
        """Move times by a step of the clock to `now`: all that this process waits for, and what it
        (if alone, any process) booked since `since`. Past events stay past."""
        ...
