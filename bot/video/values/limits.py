"""The words of limits and moderation that are stored: enums and frozen values, no decisions."""

from datetime import datetime, timedelta
from enum import StrEnum

from msgspec import Struct


class Subject(StrEnum):
    """Whom a limit holds for."""

    EVERYONE = "everyone"
    ROLE = "role"
    PERSON = "person"


class Measure(StrEnum):
    """What a limit counts. Credits are kept in units of 1/10,000."""

    FILMS = "films"
    SECONDS = "seconds"
    CREDITS = "credits"
    AT_ONCE = "at_once"


class Window(StrEnum):
    """How far back a limit looks; films at the same time have no window."""

    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"  # 30 days
    NOW = "now"

    @property
    def length(self) -> timedelta:
        """The length of a rolling window; zero for films at the same time."""
        return _LENGTHS[self]


_LENGTHS = {
    Window.HOUR: timedelta(hours=1),
    Window.DAY: timedelta(days=1),
    Window.WEEK: timedelta(days=7),
    Window.MONTH: timedelta(days=30),
    Window.NOW: timedelta(),
}


class Limit(Struct, frozen=True, kw_only=True):
    """What a moderator set; `amount` None is unlimited, 0 is none at all."""

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
    """Extra once: films that use it count against none of the person's other limits."""

    id: str
    server_id: int
    user_id: int
    measure: Measure
    amount: int
    reason: str
    given_by: int
    given_at: datetime


class Purse(StrEnum):
    """What a film is paid from, all three at once."""

    PERSON = "person"
    SERVER = "server"
    BOT = "bot"


class Shortage(Struct, frozen=True, kw_only=True):
    """What does not pay for a video that waits, and from when on it does; None: never, as it is."""

    purse: Purse
    opens_at: datetime | None
