"""Blocks, prompt rules and the audit, as stored."""

from datetime import datetime
from enum import StrEnum

from msgspec import Struct


class Block(Struct, frozen=True, kw_only=True):
    """A person blocked from making videos in a server; `until` None means until unblocked."""

    server_id: int
    user_id: int
    until: datetime | None
    reason: str
    blocked_by: int
    blocked_at: datetime


class RuleAction(StrEnum):
    """What happens to a prompt that a rule matches."""

    REFUSE = "refuse"
    HOLD = "hold"
    LOG = "log"


class PromptRule(Struct, frozen=True, kw_only=True):
    """A word, or a pattern for a linear-time engine, that a server watches for."""

    id: str
    server_id: int
    name: str
    pattern: str
    is_pattern: bool
    action: RuleAction
    set_by: int
    set_at: datetime


class AuditEntry(Struct, frozen=True, kw_only=True):
    """Who did what to whom; `details` is JSON."""

    id: str
    server_id: int
    at: datetime
    actor_id: int  # 0: the bot itself
    action: str
    user_id: int = 0
    task_id: str | None = None
    details: str = "{}"


class AuditSearch(Struct, frozen=True, kw_only=True):
    """The filters of a search in a server's audit, which returns the newest first."""

    server_id: int
    person: int | None = None  # who did it, or to whom
    actions: tuple[str, ...] = ()  # none: all
    since: datetime | None = None
    until: datetime | None = None  # before this
    after: tuple[datetime, str] | None = None  # only entries older than this one (its time and id)
    offset: int = 0
    limit: int = 10
