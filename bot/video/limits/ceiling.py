"""The operator's ceiling: credits that the whole bot may order in a rolling day.

Every film asks what is left of it, all that waits counting too; when more opens is a second look,
for who is refused."""

from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from bot.video.limits.effective import Limits
from bot.video.ports.books import Books, Charges
from bot.video.values.limits import Window

DAY = Window.DAY.length


class OperatorCap(Struct, frozen=True, kw_only=True):
    """The ceiling and the bill: what was ordered in the last day and what waits, in 1/10,000
    credit."""

    amount: int
    billed: int
    ending: Charges | None = None  # what stops counting first, where that was looked for

    @property
    def left(self) -> int:
        """What may still be spent."""
        return max(0, self.amount - self.billed)

    @property
    def opens_at(self) -> datetime | None:
        """When more opens, where that was looked for."""
        return None if self.ending is None else self.ending.at + DAY

    def at(self, later: datetime) -> "OperatorCap":
        """As it will be then at least, if nothing more is spent."""
        if self.ending is None or later < self.ending.at + DAY:
            return self
        return replace(self, billed=self.billed - self.ending.price, ending=None)


def ceiling_of(books: Books, limits: Limits, now: datetime) -> OperatorCap | None:
    """The ceiling as the bill stands; None where the operator set none."""
    if limits.bot_daily is None:
        return None
    amount = limits.bot_daily
    return OperatorCap(amount=amount, billed=books.billed(since=now - DAY, amount=amount).total)


def opening(books: Books, ceiling: OperatorCap, price: int, now: datetime) -> OperatorCap:
    """The same with what has to stop counting before a price fits that does not fit now."""
    if price > ceiling.amount:
        return ceiling
    missing = ceiling.billed + price - ceiling.amount
    return replace(ceiling, ending=books.oldest_orders(missing, since=now - DAY))
