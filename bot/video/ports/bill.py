"""Statements on what a server's videos cost, by person. `bot.db.bill` implements them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from msgspec import Struct


class Ordered(Struct, frozen=True, kw_only=True):
    """One person's videos, and what they cost together."""

    user_id: int
    films: int
    price: int  # 1/10,000 credit


class BillBooks(Protocol):
    """What is billed to a server, and whose videos it was."""

    def ordered_by_person(
        self, server_id: int, *, since: datetime, until: datetime
    ) -> Sequence[Ordered]:
        """What was ordered after `since`, up to `until`, and not released."""
        ...

    def waiting_by_person(self, server_id: int, *, amount: int) -> Sequence[Ordered]:
        """What waits and costs at most `amount`, in 1/10,000 credit."""
        ...
