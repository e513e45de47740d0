"""The port of statements on what is kept of people's words. `bot.db.privacy` implements it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from bot.video.limits.measures import AuditEntry
from bot.video.models import Post, VideoTask


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

    def blank_words_of(self, user_id: int, *, asked_before: datetime) -> list[str]:
        """Blank the words of a person's films, and of others' in which they wrote a shot, that
        have an outcome; their requests."""
        ...

    def made_of(self, request_ids: Sequence[str]) -> Sequence[VideoTask]:
        """The films of some requests."""
        ...

    def audit_with_words(
        self, *, before: datetime, server_id: int | None, limit: int
    ) -> Sequence[AuditEntry]:
        """Older entries that say what a rule matched; by server as for films."""
        ...

    def audit_about(self, user_id: int) -> Sequence[AuditEntry]:
        """What was done to a person, and what they reported."""
        ...

    def change_audit(self, entry_id: str, **changes: Any) -> None: ...

    def drop_audit(self, entry_id: str) -> None: ...

    def reports_by(self, user_id: int) -> Sequence[Post]:
        """The cards about reported films on which a person's report stands."""
        ...

    def films_shown_to(self, user_id: int) -> Sequence[Post]:
        """The messages with a person's videos that are not owed any more."""
        ...

    def drop_boards(self, *, changed_before: datetime, server_id: int | None = None) -> int:
        """Remove storyboards that were closed and last changed earlier; how many."""
        ...

    def boards_of(self, user_id: int) -> Sequence[str]:
        """The storyboards that a person opened or wrote a shot of."""
        ...

    def forget_traces_of(self, user_id: int) -> None:
        """Take away what names a person beyond films and ledgers: links, reasons, old messages."""
        ...

    def unfinished(self, user_id: int, *, asked_before: datetime) -> int:
        """How many films with words of a person, in all servers, have no outcome."""
        ...

    def rows_of(self, user_id: int) -> Mapping[str, Sequence[Mapping[str, Any]]]:
        """Everything kept of a person, by table; without secrets and without other people."""
        ...

    def to_forget(self) -> Mapping[int, datetime]:
        """Whose words are to go as soon as their films have ended, with when they asked for it."""
        ...

    def forget_later(self, user_id: int, at: datetime) -> None: ...

    def forgotten(self, user_id: int) -> None:
        """Nothing is left to be forgotten later."""
        ...
