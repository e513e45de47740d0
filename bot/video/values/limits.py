"""Stored words of limits and moderation: enums and frozen values, no decisions."""

from datetime import datetime, timedelta
from enum import StrEnum

from msgspec import Struct


class Subject(StrEnum):
    """Whom a limit applies to."""

    EVERYONE = "everyone"
    ROLE = "role"
    PERSON = "person"


class Measure(StrEnum):
    """What a limit counts. Credits are stored in units of 1/10,000."""

    FILMS = "films"
    SECONDS = "seconds"
    CREDITS = "credits"
    AT_ONCE = "at_once"


class Window(StrEnum):
    """How far back a limit counts; the limit on videos at once has no window."""

    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"  # 30 days
    NOW = "now"

    @property
    def length(self) -> timedelta:
        """The length of the rolling window; zero for videos at once."""
        return _LENGTHS[self]


_LENGTHS = {
    Window.HOUR: timedelta(hours=1),
    Window.DAY: timedelta(days=1),
    Window.WEEK: timedelta(days=7),
    Window.MONTH: timedelta(days=30),
    Window.NOW: timedelta(),
}


class Limit(Struct, frozen=True, kw_only=True):
    """A limit a moderator set; `amount` None is unlimited, 0 is none at all."""

    id: str
    server_id: int
    subject: Subject
    subject_id: int  # 0 for everyone
    measure: Measure
    window: Window
    amount: int | None
    set_by: int
    set_at: datetime


class Grant(Struct, frozen=True, kw_only=True):
    """A one-time extra: videos that use it count against none of the person's other limits."""

    id: str
    server_id: int
    user_id: int
    measure: Measure
    amount: int
    reason: str
    given_by: int
    given_at: datetime


class Purse(StrEnum):
    """A source that must pay for a video; all three must."""

    PERSON = "person"
    SERVER = "server"
    BOT = "bot"


class Shortage(Struct, frozen=True, kw_only=True):
    """The purse that cannot pay for a waiting video, and when it can (None: never)."""

    purse: Purse
    opens_at: datetime | None
