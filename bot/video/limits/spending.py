"""Whether a waiting video may be ordered now: the final check of the operator's cap and the budget.

Other waiting videos do not count here: each is checked when its turn comes."""

from collections.abc import Callable
from datetime import datetime

from bot.video.limits.budget import TICK, Budget, month_of
from bot.video.limits.ceiling import DAY, OperatorCap, opening
from bot.video.limits.effective import Limits
from bot.video.ports.books import Books
from bot.video.values.limits import Purse, Shortage
from bot.video.values.prices import CREDIT
from bot.video.values.settings import ServerSettings


class Spending:
    """What was ordered, within one transaction; each sum is read once, when first needed.
    `settings` reads a server's, if the caller knows them already."""

    def __init__(
        self,
        books: Books,
        limits: Limits,
        now: datetime,
        settings: Callable[[int], ServerSettings] | None = None,
    ) -> None:
        self._books = books
        self._settings = settings or books.settings
        self._limits = limits
        self._now = now
        self._ceilings: list[OperatorCap | None] = []
        self._budgets: dict[int, Budget | None] = {}

    def lacks(self, server_id: int, price: int) -> Purse | None:
        """The purse that cannot pay for a video of this price; None if all can."""
        budget = self._budget(server_id)
        if budget is not None and price > budget.left:
            return Purse.SERVER
        ceiling = self._ceiling()
        return Purse.BOT if ceiling is not None and price > ceiling.left else None

    def shortage(self, server_id: int, price: int) -> Shortage | None:
        """The purse that cannot pay, and when it can; None if all can."""
        purse = self.lacks(server_id, price)
        budget, ceiling = self._budget(server_id), self._ceiling()
        match purse:
            case Purse.SERVER if budget is not None:
                opens_at = budget.opens_at(price)
            case Purse.BOT if ceiling is not None:
                opens_at = opening(self._books, ceiling, price, self._now).opens_at
            case _:
                return None
        return Shortage(purse=purse, opens_at=opens_at)

    def _ceiling(self) -> OperatorCap | None:
        if not self._ceilings:
            self._ceilings.append(self._read_ceiling())
        return self._ceilings[0]

    def _read_ceiling(self) -> OperatorCap | None:
        amount = self._limits.bot_daily
        if amount is None:
            return None
        return OperatorCap(amount=amount, billed=self._books.ordered(since=self._now - DAY))

    def _budget(self, server_id: int) -> Budget | None:
        if server_id not in self._budgets:
            self._budgets[server_id] = self._read_budget(server_id)
        return self._budgets[server_id]

    def _read_budget(self, server_id: int) -> Budget | None:
        credits = self._settings(server_id).budget
        if credits is None:
            return None
        start, end = month_of(self._now)
        ordered = self._books.ordered(since=start - TICK, server_id=server_id)
        return Budget(amount=credits * CREDIT, billed=ordered, ends_at=end)
