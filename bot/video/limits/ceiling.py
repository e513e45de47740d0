"""The operator's cap: the credits that the whole bot may order in a rolling day.

Every video checks what is left, and waiting videos count. When more is available is read only
for a refusal. The bill is rarely added up: only orders raise it, so what it was plus all orders
since is the most that it can be, and with a cap that is far away this is enough."""

from datetime import datetime, timedelta

from msgspec import Struct
from msgspec.structs import replace

from bot.video.limits.effective import Limits
from bot.video.ports.books import Books
from bot.video.values.ledgers import Charges
from bot.video.values.limits import Window

DAY = Window.DAY.length
RECOUNT = timedelta(minutes=10)  # then the bill is added up again


class OperatorCap(Struct, frozen=True, kw_only=True):
    """The cap and the bill: orders of the last day plus all that waits, in 1/10,000 credit."""

    amount: int
    billed: int
    ending: Charges | None = None  # the orders that stop counting first, if they were looked up

    @property
    def left(self) -> int:
        """What can still be spent."""
        return max(0, self.amount - self.billed)

    @property
    def opens_at(self) -> datetime | None:
        """When more is available, if that was looked up."""
        return None if self.ending is None else self.ending.at + DAY

    def at(self, later: datetime) -> "OperatorCap":
        """The cap at a later time, at worst, if nothing more is spent."""
        if self.ending is None or later < self.ending.at + DAY:
            return self
        return replace(self, billed=self.billed - self.ending.price, ending=None)


def ceiling_of(books: Books, limits: Limits, now: datetime) -> OperatorCap | None:
    """The cap with the present bill; None if the operator set none."""
    if limits.bot_daily is None:
        return None
    amount = limits.bot_daily
    return OperatorCap(amount=amount, billed=books.billed(since=now - DAY, amount=amount).total)


def ceiling_before(books: Books, limits: Limits, price: int, now: datetime) -> OperatorCap | None:
    """The cap before an order of this price, which counts from now on if it is accepted; its bill
    is too high rather than too low. Whole-bot scope locked."""
    if limits.bot_daily is None:
        return None
    amount = limits.bot_daily
    at_most = books.raise_tally(price, amount=amount, since=now - RECOUNT, now=now)
    if at_most is not None:
        return OperatorCap(amount=amount, billed=at_most - price)
    billed = books.billed(since=now - DAY, amount=amount).total
    if billed + price <= amount:
        books.set_tally(billed + price, amount=amount, now=now)
    return OperatorCap(amount=amount, billed=billed)


def opening(books: Books, ceiling: OperatorCap, price: int, now: datetime) -> OperatorCap:
    """The cap, plus the oldest orders that must stop counting until `price` fits."""
    if price > ceiling.amount:
        return ceiling
    missing = ceiling.billed + price - ceiling.amount
    return replace(ceiling, ending=books.oldest_orders(missing, since=now - DAY))
