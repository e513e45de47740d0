"""The port of statements on limits, grants, resets and offers. `bot.db.limits` implements it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from msgspec import Struct

from bot.video.values.limits import Grant, Limit
from bot.video.values.settings import SettingsDocument


class Granted(Struct, frozen=True, kw_only=True):
    """A grant and what films took of it, in the grant's own measure."""

    grant: Grant
    used: int
    wasted: int = 0  # given back, though it may have been charged

    @property
    def left(self) -> int:
        """What it still pays for: what was given back may be wasted once more, and no more."""
        amount = self.grant.amount
        return max(0, min(amount - self.used, 2 * amount - self.used - self.wasted))


class Terms(Struct, frozen=True, kw_only=True):
    """What one look shows of what a server decided for one of its people.

    Most servers set little: what is not there need not be looked for.
    """

    settings: SettingsDocument
    is_blocked: bool  # perhaps not any more
    has_rules: bool
    has_limits: bool
    has_grants: bool
    reset_at: datetime | None  # what a person used before this does not count
    active: int  # films of the person without an outcome
    active_anywhere: int = 0  # in all servers


class LimitBooks(Protocol):
    """Limits, grants, resets, and requests that wait for a press."""

    def terms(self, server_id: int, user_id: int) -> Terms: ...

    def limits(self, server_id: int) -> Sequence[Limit]:
        """All limits of a server: for everyone, for roles, for persons; in a fixed order."""
        ...

    def put_limit(self, limit: Limit) -> None:
        """In the place of the one for the same subject, measure and window."""
        ...

    def drop_limit(self, limit_id: str) -> bool:
        """False when it is not there any more."""
        ...

    def grants(self, server_id: int, user_id: int) -> Sequence[Granted]:
        """All grants of a person, oldest first."""
        ...

    def add_grant(self, grant: Grant) -> None: ...

    def drop_grant(self, grant_id: str) -> bool: ...

    def reset_at(self, server_id: int, user_id: int) -> datetime | None:
        """What a person used before this does not count; None: everything counts."""
        ...

    def put_reset(self, server_id: int, user_id: int, *, by: int, at: datetime) -> None: ...

    def drop_reset(self, server_id: int, user_id: int) -> None: ...

    def drop_draft(self, request_id: str) -> bool:
        """Remove a request that never had a task; False when there is none such."""
        ...
