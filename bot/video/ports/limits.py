"""Statements on limits, grants, resets and offers. `bot.db.limits` implements them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from msgspec import Struct

from bot.video.values.limits import Grant, Limit
from bot.video.values.settings import SettingsDocument


class Granted(Struct, frozen=True, kw_only=True):
    """A grant, and what videos took from it, in the grant's own measure."""

    grant: Grant
    used: int
    wasted: int = 0  # given back, though it may have been charged

    @property
    def left(self) -> int:
        """What it still pays for. What was given back can be wasted only once more."""
        amount = self.grant.amount
        return max(0, min(amount - self.used, 2 * amount - self.used - self.wasted))


class Active(Struct, frozen=True, kw_only=True):
    """A person's videos in progress, neither over nor held; and those that wait for a moderator."""

    here: int  # in this server
    anywhere: int
    held: int  # in this server


class Terms(Struct, frozen=True, kw_only=True):
    """What a server has decided about one of its members, in one read.

    Most servers set little, and what a flag rules out need not be read.
    """

    settings: SettingsDocument
    is_paused: bool  # the whole bot, by the operator
    is_blocked: bool  # maybe no longer: the block may be over
    has_rules: bool
    has_limits: bool
    has_grants: bool
    reset_at: datetime | None  # usage before this does not count


class LimitBooks(Protocol):
    """Limits, grants, resets, and requests that wait for a button."""

    def terms(self, server_id: int, user_id: int) -> Terms: ...

    def active(self, server_id: int, user_id: int, *, most: int | None = None) -> Active:
        """Counts a person's videos, at `most` so many that are queued."""
        ...

    def limits(self, server_id: int) -> Sequence[Limit]:
        """All limits of a server, for everyone, roles and persons, in a fixed order."""
        ...

    def put_limit(self, limit: Limit) -> None:
        """Set a limit; replaces the one for the same subject, measure and window."""
        ...

    def drop_limit(self, limit_id: str) -> bool:
        """Remove a limit; False if it is gone already."""
        ...

    def grants(self, server_id: int, user_id: int) -> Sequence[Granted]:
        """All grants of a person, oldest first."""
        ...

    def add_grant(self, grant: Grant) -> None: ...

    def drop_grant(self, grant_id: str) -> bool: ...

    def reset_at(self, server_id: int, user_id: int) -> datetime | None:
        """Usage before this time does not count; None: everything counts."""
        ...

    def put_reset(self, server_id: int, user_id: int, *, by: int, at: datetime) -> None: ...

    def drop_reset(self, server_id: int, user_id: int) -> None: ...

    def drop_draft(self, request_id: str) -> bool:
        """Remove a request that never had a task; False if there is none."""
        ...
