"""The account's money: reserved when a task is accepted, charged or released at its end."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from bot.playground.evolink.values import Refused


class Charge(StrEnum):
    """What became of a task's credits."""

    RESERVED = "reserved"
    CHARGED = "charged"
    RELEASED = "released"


@dataclass(kw_only=True)
class Entry:
    """The credits of one task."""

    credits: Decimal
    charge: Charge = Charge.RESERVED
    released_at: datetime | None = None

    def settle(self) -> None:
        self._leave_reserved(Charge.CHARGED)

    def release(self, now: datetime) -> None:
        self._leave_reserved(Charge.RELEASED)
        self.released_at = now

    def _leave_reserved(self, charge: Charge) -> None:
        if self.charge is not Charge.RESERVED:
            raise RuntimeError(f"credits already {self.charge}")
        self.charge = charge


class Ledger:
    """All entries of an account that started with `balance` credits."""

    def __init__(self, balance: Decimal) -> None:
        self.balance = balance
        self.entries: list[Entry] = []

    @property
    def reserved(self) -> Decimal:
        return self._total(Charge.RESERVED)

    @property
    def charged(self) -> Decimal:
        return self._total(Charge.CHARGED)

    @property
    def released(self) -> Decimal:
        return self._total(Charge.RELEASED)

    @property
    def remaining(self) -> Decimal:
        """The most a new task may cost."""
        return self.balance - self.reserved - self.charged

    def reserve(self, credits: Decimal) -> Entry:
        """Raises `Refused` (402) if `credits` exceed the remainder."""
        if credits > self.remaining:
            message = f"the task needs {credits} credits, {self.remaining} remain"
            raise Refused(402, "insufficient_quota", message, "insufficient_quota")
        entry = Entry(credits=credits)
        self.entries.append(entry)
        return entry

    def _total(self, charge: Charge) -> Decimal:
        return sum((entry.credits for entry in self.entries if entry.charge is charge), Decimal(0))
