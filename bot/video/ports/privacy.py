"""Statements on people's words that are kept. `bot.db.privacy` implements them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from msgspec import Struct

from bot.video.values.moderation import AuditEntry
from bot.video.values.videos import VideoTask


class Trace(StrEnum):
    """A place that may hold traces of a person."""

    WORDS = "words"  # videos that ended: the person's, or with a shot by them
    OLD_DRAFTS = "old_drafts"  # anyone's requests without a video
    AUDIT = "audit"
    POSTS = "posts"  # messages to them, and cards with a report by them
    LINKS = "links"  # videos that ended and owe nothing
    GRANTS = "grants"  # with a reason
    BLOCKS = "blocks"  # with a reason; by server
    BOARDS = "boards"
    VOTES = "votes"  # by board
    OFFERS = "offers"
    PRESETS = "presets"
    SCOPES = "scopes"


class Whose(Struct, frozen=True, kw_only=True):
    """Whose traces to look for, and from before when."""

    before: datetime
    user_id: int = 0


class Piece(Struct, frozen=True, kw_only=True):
    """What one page contained, by key."""

    keys: Sequence[Any]
    last: Any  # the next page begins after this key; None at the end


class Kept(StrEnum):
    """What is kept of a person, by kind, named as in an export."""

    REQUESTS = "requests"
    TASKS = "tasks"
    RESERVATIONS = "reservations"
    POSTS = "posts"
    GRANTS = "grants"
    RESETS = "resets"
    BLOCKS = "blocks"
    AUDIT = "audit"
    LIMITS = "limits"
    BOARDS = "boards"
    PRESETS = "presets"
    VOTES = "votes"
    REPORTS = "reports"
    SPENT = "spent"  # sums of videos that were deleted


class Page(Struct, frozen=True, kw_only=True):
    """What one page holds about a person."""

    rows: Sequence[Mapping[str, Any]]
    last: Any  # the next page begins after this key; None at the end


class PrivacyBooks(Protocol):
    """Blanking, forgetting and exporting."""

    def servers_with_settings(self) -> Sequence[int]: ...

    def blank_words(
        self, *, ended_before: datetime, server_id: int | None = None, limit: int
    ) -> list[str]:
        """Blank prompts, shots and errors of videos that ended earlier; returns their requests.

        Without a server: in all servers that have no settings of their own.
        """
        ...

    def walk(self, trace: Trace, whose: Whose, *, after: Any, limit: int) -> Piece:
        """Look at the next `limit` rows of a kind, by key."""
        ...

    def blank_requests(self, trace: Trace, whose: Whose, ids: Sequence[str]) -> Sequence[str]:
        """Blank the words of requests that still qualify, and return those; drafts are deleted."""
        ...

    def drop_drafts(self, ids: Sequence[str]) -> frozenset[str]:
        """Delete requests that never became a video; returns their ids."""
        ...

    def drop_links(self, whose: Whose, task_ids: Sequence[str]) -> None:
        """Remove the links to videos, and the messages of failures."""
        ...

    def audit_by_id(self, ids: Sequence[str]) -> Sequence[AuditEntry]: ...

    def drop_grant_reasons(self, ids: Sequence[str]) -> None: ...

    def drop_block_reasons(self, user_id: int, server_ids: Sequence[int]) -> None: ...

    def drop_facts(self, names: Sequence[str]) -> None: ...

    def drop_scopes(self, names: Sequence[str]) -> None: ...

    def made_of(self, request_ids: Sequence[str]) -> Sequence[VideoTask]:
        """The videos made from these requests."""
        ...

    def audit_with_words(
        self, *, before: datetime, server_id: int | None, limit: int
    ) -> Sequence[AuditEntry]:
        """Older entries that say what a rule matched; servers as in `blank_words`."""
        ...

    def change_audit(self, entry_id: str, **changes: Any) -> None: ...

    def drop_audit(self, entry_id: str) -> None: ...

    def drop_boards(
        self, *, changed_before: datetime, server_id: int | None = None, limit: int
    ) -> int:
        """Delete boards that were closed and last changed earlier, with their votes; returns their
        number."""
        ...

    def unfinished(self, user_id: int, *, asked_before: datetime) -> int:
        """How many videos with a person's words, in all servers, have no outcome."""
        ...

    def is_owed(self, user_id: int, *, asked_before: datetime) -> bool:
        """Whether a message to a person, or an edit of one, is still to be sent."""
        ...

    def kept_of(self, kind: Kept, user_id: int, *, after: Any, limit: int) -> Page:
        """What the next `limit` rows of a kind hold about a person, without secrets and without
        other people."""
        ...

    def to_forget(self) -> Mapping[int, datetime]:
        """People to forget once their videos have ended, and when they asked."""
        ...

    def forget_later(self, user_id: int, at: datetime) -> None: ...

    def forgotten(self, user_id: int, at: datetime) -> None:
        """Remove the wish of that time, now that nothing is left; a later one stays."""
        ...
