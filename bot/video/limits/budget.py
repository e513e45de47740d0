"""The server's budget: credits a calendar month, by what was ordered, and notices on its way.

Bills are by the month of UTC, so budgets are too."""

from datetime import UTC, datetime, timedelta

from msgspec import Struct

from bot.video.outbox.notices import once, owe_notice
from bot.video.ports.books import Books
from bot.video.values.prices import CREDIT
from bot.video.values.settings import ServerSettings

NOTICES = (50, 80)  # percent; a third one when the rest pays for no film
TICK = timedelta(milliseconds=1)  # what times are kept in


class Budget(Struct, frozen=True, kw_only=True):
    """A month's budget and the bill so far, with all that waits, in 1/10,000 credit."""

    amount: int
    billed: int
    ends_at: datetime
    waiting: int = 0  # as much of it will still count next month, if it is not ordered before

    @property
    def left(self) -> int:
        """What may still be spent this month."""
        return max(0, self.amount - self.billed)

    def opens_at(self, price: int) -> datetime | None:
        """When there is room for one more video that does not fit now; None: nobody knows."""
        return self.ends_at if price + self.waiting <= self.amount else None


def month_of(now: datetime) -> tuple[datetime, datetime]:
    """The first moments of this month and of the next one, UTC."""
    now = now.astimezone(UTC)
    start = now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return start, (start + timedelta(days=32)).replace(day=1)


def budget_of(
    books: Books, server_id: int, settings: ServerSettings, now: datetime
) -> Budget | None:
    """The budget as the bill stands; None where the server set none."""
    if settings.budget is None:
        return None
    start, end = month_of(now)
    amount = settings.budget * CREDIT
    billed = books.billed(since=start - TICK, amount=amount, server_id=server_id)
    return Budget(amount=amount, billed=billed.total, waiting=billed.waiting, ends_at=end)


def tell_of_budget(
    books: Books, server_id: int, settings: ServerSettings, *, cheapest: int, now: datetime
) -> None:
    """Owe a line when a share of the budget is used, each share once a month.

    It goes to the moderators' channel, without one to the operator. `cheapest` is the price of
    the cheapest film: with less than that left, the budget is as good as used up.
    """
    budget = budget_of(books, server_id, settings, now)
    if budget is None:
        return
    spent = budget.billed * 100 // budget.amount if budget.amount else 100
    reached = [share for share in NOTICES if spent >= share]
    if budget.left < cheapest:
        reached = [100]
    for share in reached[-1:]:
        _owe_notice(books, server_id, settings, budget, share, now)


def _owe_notice(
    books: Books, server_id: int, settings: ServerSettings, budget: Budget, share: int, at: datetime
) -> None:
    nonce = once(f"budget:{server_id}:{share}:{at.astimezone(UTC):%Y%m}")
    subject = "budget.spent" if share == 100 else "budget.share"
    facts = {
        "share": share,
        "spent": budget.billed,
        "budget": budget.amount,
        "locale": settings.language,
        "server": str(server_id),
    }
    channel_id = settings.moderators_channel
    owe_notice(
        books,
        subject if channel_id else f"operator.{subject}",
        facts,
        post_id=f"budget.{nonce}",
        nonce=nonce,
        at=at,
        server_id=server_id if channel_id else 0,
        channel_id=channel_id or 0,
    )
