"""The statement behind monitoring: how everything stands."""

from datetime import datetime
from typing import Protocol

from bot.video.values.standing import Standing


class StandingBooks(Protocol):
    """Reads how everything stands, in one transaction."""

    def standing(self, now: datetime) -> Standing:
        """Counts of what is under way; its cost does not grow with what is over."""
        ...
