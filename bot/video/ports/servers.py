"""Statements on a server's settings and its audit. `bot.db.servers` implements them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from bot.video.ports.privacy import PrivacyBooks
from bot.video.values.moderation import AuditEntry, AuditSearch
from bot.video.values.settings import ServerSettings, SettingsDocument


class ServerBooks(PrivacyBooks, Protocol):
    """Settings and audit."""

    def settings(self, server_id: int) -> ServerSettings:
        """A server's settings; defaults where nothing is set."""
        ...

    def settings_document(self, server_id: int) -> SettingsDocument: ...

    def save_settings(
        self, server_id: int, document: SettingsDocument, *, by: int, at: datetime
    ) -> bool:
        """Compare-and-set: False if the stored version is not the one before."""
        ...

    def add_audit(self, entry: AuditEntry) -> None: ...

    def audit_entry(self, entry_id: str) -> AuditEntry | None: ...

    def audit(self, server_id: int, *, limit: int, offset: int = 0) -> Sequence[AuditEntry]:
        """A server's entries, newest first."""
        ...

    def seek_audit(self, search: AuditSearch) -> Sequence[AuditEntry]:
        """Newest first; for a person or acts, among the newest 10,000 entries in that period."""
        ...

    def is_audit_cut(self, search: AuditSearch) -> bool:
        """Whether there are older entries, which `seek_audit` does not search."""
        ...
