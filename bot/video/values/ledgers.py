"""What people used, and what the operator was billed."""

from datetime import datetime
from enum import StrEnum

from msgspec import Struct


class Bill(StrEnum):
    """The state of a charge on the operator's account."""

    EXPECTED = "expected"
    CHARGED = "charged"
    RELEASED = "released"  # with proof: never accepted, or the API said so
    POSSIBLE = "possible"  # possibly spent: no proof either way


class Allowance(StrEnum):
    """The state of a person's reservation."""

    RESERVED = "reserved"
    SETTLED = "settled"
    REFUNDED = "refunded"


class Use(Struct, frozen=True, kw_only=True):
    """One video that counts against a person's allowance, or failed and may have been charged all
    the same."""

    at: datetime
    price: int  # 1/10,000 credit
    seconds: int
    server_id: int = 0
    is_returned: bool = False  # given back to the person; counts in the second allowance only


class Charges(Struct, frozen=True, kw_only=True):
    """A part of the bill, added up."""

    at: datetime  # of the latest one
    price: int  # 1/10,000 credit


class Billed(Struct, frozen=True, kw_only=True):
    """What counts against a cap or a budget, in 1/10,000 credit."""

    ordered: int
    waiting: int

    @property
    def total(self) -> int:
        """Everything together."""
        return self.ordered + self.waiting
