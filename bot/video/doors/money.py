"""What a server spends and may spend, for the people who look after its money."""

from msgspec import Struct

from bot.clock import Clock
from bot.video.limits.bill import ANY_PRICE, MonthlyBill, bill_of
from bot.video.limits.budget import TICK, Budget, budget_of, month_of
from bot.video.limits.ceiling import OperatorCap, ceiling_of
from bot.video.limits.effective import Limits
from bot.video.ports.books import Books
from bot.video.ports.edges import PatientStore
from bot.video.values.prices import Prices


class Purses(Struct, frozen=True, kw_only=True):
    """What pays for a server's videos besides personal limits; None: nothing is set."""

    budget: Budget | None
    billed: int  # this month, with everything that waits; 1/10,000 credit
    ceiling: OperatorCap | None  # the operator's, for the whole bot


class Money:
    """Reads bills and what is left; `limits` are the operator's own."""

    def __init__(
        self,
        *,
        store: PatientStore,
        clock: Clock,
        limits: Limits,
        prices: Prices,
    ) -> None:
        self._store = store
        self._clock = clock
        self._limits = limits
        self.ordinary, self.dearest = prices.ordinary(), prices.dearest()

    async def bill(self, server_id: int, *, last: bool = False) -> MonthlyBill:
        """The bill of this month, or with `last` of the one before."""
        return await bill_of(self._store, server_id, self._clock.now(), last=last)

    async def purses(self, server_id: int) -> Purses:
        """The purses as they are now, with everything that waits."""
        return await self._store.read(self._purses, server_id)

    def _purses(self, books: Books, server_id: int) -> Purses:
        now = self._clock.now()
        budget = budget_of(books, server_id, books.settings(server_id), now)
        since = month_of(now)[0] - TICK
        billed = books.billed(since=since, amount=ANY_PRICE, server_id=server_id).total
        return Purses(
            budget=budget,
            billed=billed if budget is None else budget.billed,
            ceiling=ceiling_of(books, self._limits, now),
        )
