"""Statements that delete what was kept long enough. `bot.db.retention` implements them."""

from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol

from msgspec import Struct


class Old(StrEnum):
    """What gets old: videos by how they ended, then what belongs to no video."""

    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"
    LOST = "lost"
    ENTRIES = "entries"  # of the audit
    LINES = "lines"  # messages about no video


class Aged(Struct, frozen=True, kw_only=True):
    """One old thing: of a video, its request."""

    at: datetime
    id: str
    server_id: int
    key: str  # what to delete


class RetentionBooks(Protocol):
    """Finding and deleting what is old."""

    def aged(self, old: Old, *, before: datetime, after: Aged | None, limit: int) -> Sequence[Aged]:
        """The next things of a kind from before a time, oldest first, after the last one seen."""
        ...

    def drop_videos(self, request_ids: Sequence[str], *, before: datetime) -> int:
        """Delete requests with all that belongs to them, and keep their sums; returns the number
        of videos. A request stays if any take ended later, if a message is owed, if it may still
        change, or if its board is there."""
        ...

    def drop_entries(self, ids: Sequence[str], *, before: datetime) -> None:
        """Delete entries of the audit."""
        ...

    def drop_lines(self, ids: Sequence[str], *, before: datetime) -> None:
        """Delete messages about no video that are not owed, not a server's queue, and not a
        board's that is there."""
        ...

    def drop_sums(self, *, before: date) -> None:
        """Delete the sums of earlier days."""
        ...

    def newest_interaction(self) -> int | None:
        """The highest id of the interactions kept: by it, Discord's clock says how late it is."""
        ...
