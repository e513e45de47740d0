"""Statements on a server's settings and its audit."""

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    bindparam,
    insert,
    or_,
    select,
    text,
)

from bot.db.columns import PLANNED_ANEW, Instant
from bot.db.privacy import PrivacySqlBooks
from bot.db.server_tables import audit, settings
from bot.video.values.moderation import AuditEntry, AuditSearch
from bot.video.values.settings import ServerSettings, SettingsDocument

LOOKED_THROUGH = 10_000  # newest entries; searching more takes too long
_ENTRY = tuple(column.name for column in audit.c)

_DOCUMENT = select(settings.c.document, settings.c.version).where(
    settings.c.server_id == bindparam("server_id")
)
_SAVE = text(
    "INSERT INTO settings (server_id, document, version, changed_by, changed_at)"
    " VALUES (:server_id, :document, :version, :changed_by, :changed_at)"
    " ON CONFLICT (server_id) DO UPDATE SET document = excluded.document,"
    " version = excluded.version, changed_by = excluded.changed_by,"
    " changed_at = excluded.changed_at WHERE settings.version = excluded.version - 1"
    " RETURNING version"
).bindparams(bindparam("changed_at", type_=Instant))
_ADD_AUDIT = insert(audit)
_AUDIT_BY_ID = select(audit).where(audit.c.id == bindparam("id"))
_AUDIT = (
    select(audit)
    .where(audit.c.server_id == bindparam("server_id"))
    .order_by(audit.c.at.desc(), audit.c.id.desc())
    .limit(bindparam("count"))
    .offset(bindparam("skipped"))
)


class ServerSqlBooks(PrivacySqlBooks):
    """Settings and audit in one transaction."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def settings(self, server_id: int) -> ServerSettings:
        return self.settings_document(server_id).read()

    def settings_document(self, server_id: int) -> SettingsDocument:
        row = self.connection.execute(_DOCUMENT, {"server_id": server_id}).first()
        if row is None:
            return SettingsDocument()
        document, version = row
        return SettingsDocument(document=json.loads(document), version=version)

    def save_settings(
        self, server_id: int, document: SettingsDocument, *, by: int, at: datetime
    ) -> bool:
        """Save a new version; False if another change came first. A first version must be 1."""
        values = {
            "server_id": server_id,
            "document": json.dumps(document.document),
            "version": document.version,
            "changed_by": by,
            "changed_at": at,
        }
        return self.connection.execute(_SAVE, values).first() is not None

    def add_audit(self, entry: AuditEntry) -> None:
        self.connection.execute(_ADD_AUDIT, {name: getattr(entry, name) for name in _ENTRY})

    def audit_entry(self, entry_id: str) -> AuditEntry | None:
        row = self.connection.execute(_AUDIT_BY_ID, {"id": entry_id}).first()
        return None if row is None else _entry(row)

    def seek_audit(self, search: AuditSearch) -> Sequence[AuditEntry]:
        found = _in_time(search)
        if _is_narrowed(search):
            newest = found.limit(LOOKED_THROUGH).subquery()
            found = (
                select(newest)
                .where(*_narrowed(newest.c, search))
                .order_by(newest.c.at.desc(), newest.c.id.desc())
            )
        page = found.limit(search.limit).offset(search.offset)
        return [_entry(row) for row in self.connection.execute(page)]

    def is_audit_cut(self, search: AuditSearch) -> bool:
        if not _is_narrowed(search):
            return False
        older = _in_time(search).offset(LOOKED_THROUGH).limit(1)
        found = self.connection.execute(older, execution_options=PLANNED_ANEW)
        return found.first() is not None

    def audit(self, server_id: int, *, limit: int, offset: int = 0) -> Sequence[AuditEntry]:
        values = {"server_id": server_id, "count": limit, "skipped": offset}
        return [_entry(row) for row in self.connection.execute(_AUDIT, values)]


def _in_time(search: AuditSearch) -> Select[Any]:
    """A server's entries in a period, newest first; uses the index."""
    found = select(audit).where(audit.c.server_id == search.server_id)
    if search.since is not None:
        found = found.where(audit.c.at >= search.since)
    if search.until is not None:
        found = found.where(audit.c.at < search.until)
    if search.after is not None:
        at, id_ = search.after
        older = or_(audit.c.at < at, and_(audit.c.at == at, audit.c.id < id_))
        found = found.where(audit.c.at <= at, older)  # the first of the two finds it by the index
    return found.order_by(audit.c.at.desc(), audit.c.id.desc())


def _is_narrowed(search: AuditSearch) -> bool:
    """Whether by more than there is an index for."""
    return search.person is not None or bool(search.actions)


def _narrowed(columns: Any, search: AuditSearch) -> Iterator[ColumnElement[bool]]:
    if search.person is not None:
        yield or_(columns.actor_id == search.person, columns.user_id == search.person)
    if search.actions:
        yield columns.action.in_(search.actions)


def _entry(row: Sequence[Any]) -> AuditEntry:
    return AuditEntry(**dict(zip(_ENTRY, row, strict=True)))
