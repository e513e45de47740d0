"""The port of statements on what is kept of people's words. `bot.db.privacy` implements it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from msgspec import Struct

from bot.video.values.moderation import AuditEntry
from bot.video.values.posts import Post
from bot.video.values.videos import VideoTask


class Trace(StrEnum):
    """Where something of a person may stand."""

    WORDS = "words"  # of videos that ended: theirs, or with a shot of theirs
    OLD_DRAFTS = "old_drafts"  # requests of anybody without a video
    AUDIT = "audit"
    POSTS = "posts"  # messages to them, and cards with a report of theirs
    LINKS = "links"  # of videos that ended and owe nothing any more
    GRANTS = "grants"  # with a reason
    BLOCKS = "blocks"  # with a reason; by server
    BOARDS = "boards"
    OFFERS = "offers"
    SCOPES = "scopes"


class Whose(Struct, frozen=True, kw_only=True):
    """Whose traces are looked for, and from before when."""

    before: datetime
    user_id: int = 0


class Piece(Struct, frozen=True, kw_only=True):
    """What was found on one page, by its keys."""

    keys: Sequence[Any]
    last: Any  # the key that the next page begins after; None where there are no more rows


class Kept(StrEnum):
    """What is kept of a person, by kind, as an export calls it."""

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
    REPORTS = "reports"


class Page(Struct, frozen=True, kw_only=True):
    """What of a person stands on one page."""

    rows: Sequence[Mapping[str, Any]]
    last: Any  # the key that the next page begins after; None where there are no more rows


class PrivacyBooks(Protocol):
    """Blanking, forgetting and reading out."""

    def servers_with_settings(self) -> Sequence[int]: ...

    def blank_words(
        self, *, ended_before: datetime, server_id: int | None = None, limit: int
    ) -> list[str]:
        """Blank prompts, shots and error messages of films that ended earlier; their requests.

        Without a server, in all that have no settings of their own.
        """
        ...

    def walk(self, trace: Trace, whose: Whose, *, after: Any, limit: int) -> Piece:
        """Look at the next `limit` rows of a kind, by their keys."""
        ...

    def blank_requests(self, trace: Trace, whose: Whose, ids: Sequence[str]) -> Sequence[str]:
        """Blank the words of those that still are so, and give them; drafts go altogether."""
        ...

    def drop_drafts(self, ids: Sequence[str]) -> frozenset[str]:
        """Remove requests of which no video came; which."""
        ...

    def drop_links(self, whose: Whose, task_ids: Sequence[str]) -> None:
        """Take away where videos were found, and what was said of their failure."""
        ...

    def posts_by_id(self, ids: Sequence[str]) -> Sequence[Post]: ...

    def audit_by_id(self, ids: Sequence[str]) -> Sequence[AuditEntry]: ...

    def drop_grant_reasons(self, ids: Sequence[str]) -> None: ...

    def drop_block_reasons(self, user_id: int, server_ids: Sequence[int]) -> None: ...

    def drop_facts(self, names: Sequence[str]) -> None: ...

    def drop_scopes(self, names: Sequence[str]) -> None: ...

    def made_of(self, request_ids: Sequence[str]) -> Sequence[VideoTask]:
        """The films of some requests."""
        ...

    def audit_with_words(
        self, *, before: datetime, server_id: int | None, limit: int
    ) -> Sequence[AuditEntry]:
        """Older entries that say what a rule matched; by server as for films."""
        ...

    def change_audit(self, entry_id: str, **changes: Any) -> None: ...

    def drop_audit(self, entry_id: str) -> None: ...

    def drop_boards(self, *, changed_before: datetime, server_id: int | None = None) -> int:
        """Remove storyboards that were closed and last changed earlier; how many."""
        ...

    def unfinished(self, user_id: int, *, asked_before: datetime) -> int:
        """How many films with words of a person, in all servers, have no outcome."""
        ...

    def is_owed(self, user_id: int, *, asked_before: datetime) -> bool:
        """Whether a message to a person, or a change of one, is still to be sent."""
        ...

    def kept_of(self, kind: Kept, user_id: int, *, after: Any, limit: int) -> Page:
        """What is kept of a person on the next `limit` rows of a kind; without secrets and without
        other people."""
        ...

    def to_forget(self) -> Mapping[int, datetime]:
        """Whose words are to go as soon as their films have ended, with when they asked for it."""
        ...

    def forget_later(self, user_id: int, at: datetime) -> None: ...

    def forgotten(self, user_id: int, at: datetime) -> None:
        """Nothing is left of the wish of that time; a later one stays."""
        ...
