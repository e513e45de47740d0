"""Statements on "thinking" messages, as a protocol."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Protocol

from bot.video.values.deferrals import Deferral


class DeferralBooks(Protocol):
    """Rows of answers that were put off."""

    def keep_deferrals(self, deferrals: Iterable[Deferral]) -> None:
        """Add rows; keeps those that are there."""
        ...

    def drop_deferrals(self, interaction_ids: Iterable[int]) -> None:
        """Remove rows: their messages were replaced."""
        ...

    def take_up_deferral(self, interaction_id: int) -> bool:
        """Remove a row to act for its person; False if it is gone, or was given up."""
        ...

    def give_up_deferrals(self, *, now: datetime, again_at: datetime) -> Sequence[Deferral]:
        """The rows that are due, or due later than anything waits; due again at `again_at`."""
        ...

    def hurry_deferrals(self, now: datetime) -> None:
        """Make all rows due, and all cards that were to take the place of "thinking": no process
        lives that could be at it."""
        ...
