"""The port of statements on what a server set, and on its audit. `bot.db.servers` implements it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from bot.video.ports.privacy import PrivacyBooks
from bot.video.values.moderation import AuditEntry
from bot.video.values.settings import ServerSettings, SettingsDocument


class ServerBooks(PrivacyBooks, Protocol):
    """Settings and audit."""

    def settings(self, server_id: int) -> ServerSettings:
        """What holds in a server; all defaults where nothing is set."""
        ...

    def settings_document(self, server_id: int) -> SettingsDocument: ...

    def save_settings(
        self, server_id: int, document: SettingsDocument, *, by: int, at: datetime
    ) -> bool:
        """Compare-and-set: False when another version than the one before it is stored."""
        ...

    def add_audit(self, entry: AuditEntry) -> None: ...

    def audit_entry(self, entry_id: str) -> AuditEntry | None: ...

    def audit(self, server_id: int, *, limit: int, offset: int = 0) -> Sequence[AuditEntry]:
        """The entries of a server, newest first."""
        ...
