"""Changing a server's settings: at once, in one transaction, audited, undone by the audit entry.

Who may is checked by whoever offers it; which paths and values make sense is `bot.ui.panel`'s."""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

from bot.errors import Refusal
from bot.video.limits.measures import AuditEntry
from bot.video.ports.books import Books
from bot.video.servers import audit

CHANGED, UNDONE = "setting_changed", "setting_undone"


def change(
    books: Books,
    server_id: int,
    path: str,
    value: Any,
    *,
    by: int,
    choose: Callable[[str], str],
    now: datetime,
) -> AuditEntry:
    """Set what stands at a path; None is as if it was never set. Returns what undoes it.

    Raises ValueError for a value that the setting cannot have.
    """
    before = _put(books, server_id, path, value, by=by, now=now)
    return audit.record(
        books,
        CHANGED,
        choose=choose,
        now=now,
        server_id=server_id,
        actor_id=by,
        setting=path,
        before=before,
        after=value,
    )


def undo(
    books: Books,
    server_id: int,
    entry_id: str,
    *,
    by: int,
    choose: Callable[[str], str],
    now: datetime,
) -> AuditEntry:
    """Put back what stood there before a change. Raises `Refusal` when it was changed since."""
    entry = books.audit_entry(entry_id)
    if entry is None or entry.server_id != server_id or entry.action not in (CHANGED, UNDONE):
        raise Refusal("unknown_change")
    was = json.loads(entry.details)
    books.lock([f"server:{server_id}"])
    if books.settings_document(server_id).at(was["setting"]) != was["after"]:
        raise Refusal("changed_since")
    _put(books, server_id, was["setting"], was["before"], by=by, now=now)
    return audit.record(
        books,
        UNDONE,
        choose=choose,
        now=now,
        server_id=server_id,
        actor_id=by,
        setting=was["setting"],
        before=was["after"],
        after=was["before"],
    )


def path_of(entry: AuditEntry) -> str:
    """Which setting an entry of a change is about."""
    return str(json.loads(entry.details)["setting"])


def _put(books: Books, server_id: int, path: str, value: Any, *, by: int, now: datetime) -> Any:
    """The scope is the one that letting people in holds too: a film sees all of a change or none.

    Returns what stood there before.
    """
    books.lock([f"server:{server_id}"])
    stored = books.settings_document(server_id)
    if not books.save_settings(server_id, stored.changed(path, value), by=by, at=now):
        raise Refusal("changed_since")
    return stored.at(path)
