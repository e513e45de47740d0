"""The server's budget: credits per calendar month, counted when ordered, with warnings on the way.

Bills are by UTC month, so budgets are too."""

from datetime import UTC, datetime, timedelta

from msgspec import Struct

from bot.video.outbox.notices import once, tell_budget
from bot.video.ports.books import Books
from bot.video.values.contents import BudgetContent
from bot.video.values.prices import CREDIT
from bot.video.values.settings import ServerSettings

NOTICES = (50, 80)  # percent; a third one when the rest pays for no video
TICK = timedelta(milliseconds=1)  # the precision of stored times


class Budget(Struct, frozen=True, kw_only=True):
    """A month's budget, the bill so far, and all that waits, in 1/10,000 credit."""

    amount: int
    billed: int
    ends_at: datetime
    waiting: int = 0  # what is not ordered by then counts next month

    @property
    def used(self) -> int:
        """What was ordered; the rest of the bill is reserved by what waits."""
        return max(0, self.billed - self.waiting)

    @property
    def left(self) -> int:
        """What can still be spent this month."""
        return max(0, self.amount - self.billed)

    def opens_at(self, price: int) -> datetime | None:
        """When a video fits that does not fit now; None: unknown."""
        return self.ends_at if price + self.waiting <= self.amount else None


def month_of(now: datetime) -> tuple[datetime, datetime]:
    """The first moments of this month and the next (UTC)."""
    now = now.astimezone(UTC)
    start = now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return start, (start + timedelta(days=32)).replace(day=1)


def budget_of(
    books: Books, server_id: int, settings: ServerSettings, now: datetime
) -> Budget | None:
    """The budget with the present bill; None if the server set none."""
    if settings.budget is None:
        return None
    start, end = month_of(now)
    amount = settings.budget * CREDIT
    billed = books.billed(since=start - TICK, amount=amount, server_id=server_id)
    return Budget(amount=amount, billed=billed.total, waiting=billed.waiting, ends_at=end)


def tell_of_budget(
    books: Books, server_id: int, settings: ServerSettings, *, cheapest: int, now: datetime
) -> None:
    """Owe a line when a share of the budget is used, once per share and month.

    It goes to the moderators' channel, or without one to the operator. `cheapest` is the price of
    the cheapest video: with less left than that, the budget counts as used up.
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
    said = BudgetContent(
        share=share, spent=budget.billed, budget=budget.amount, locale=settings.language
    )
    tell_budget(
        books,
        said,
        nonce=nonce,
        server_id=server_id,
        channel_id=settings.moderators_channel,
        at=at,
    )
