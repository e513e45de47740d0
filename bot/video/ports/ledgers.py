"""Statements on both ledgers: what people used, and what the operator has to pay."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from bot.video.values.ledgers import Allowance, Bill, Billed, Charges, Use


class LedgerBooks(Protocol):
    """Reservations and charges."""

    def uses(self, user_id: int, *, since: datetime) -> Sequence[Use]:
        """What counts against a person's allowances in all servers, oldest first; without uses paid
        by grants."""
        ...

    def ordered(self, *, since: datetime, server_id: int | None = None) -> int:
        """What was ordered after `since` and not released, in 1/10,000 credit."""
        ...

    def billed(self, *, since: datetime, amount: int, server_id: int | None = None) -> Billed:
        """Like `ordered`, plus everything that waits and costs at most `amount`: what costs more
        will never be ordered."""
        ...

    def raise_tally(self, price: int, *, amount: int, since: datetime, now: datetime) -> int | None:
        """Add a price to what the whole bot's bill is at most, if a cap of `amount` surely leaves
        room for it; returns the sum. None if not, or if the bill was not counted for this cap
        after `since`."""
        ...

    def set_tally(self, at_most: int, *, amount: int, now: datetime) -> None:
        """Save what the whole bot's bill is at most, as counted now."""
        ...

    def oldest_orders(self, price: int, *, since: datetime) -> Charges | None:
        """The oldest orders that add up to a price; None if all together do not."""
        ...

    def settle(self, task_id: str, allowance: Allowance, bill: Bill) -> None:
        """Close both entries of a task."""
        ...

    def reduce_bill(self, task_id: str, price: int) -> None:
        """Bill a task that ended without a video at most this much, in 1/10,000 credit."""
        ...

    def discrepancies(self) -> Sequence[str]:
        """One line for each task whose ledgers disagree with it; empty if the books are right."""
        ...
