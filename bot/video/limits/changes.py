"""What moderators do to limits, in one transaction, with an audit entry that can be undone.

Callers check permissions."""

import json
from datetime import datetime
from typing import Any

from msgspec import Struct, convert, to_builtins

from bot.errors import Refusal
from bot.video.ports.books import Books
from bot.video.servers.audit import Act
from bot.video.values.limits import Grant, Limit, Measure, Subject, Window
from bot.video.values.moderation import AuditEntry
from bot.video.values.videos import new_id
from bot.video.values.visible import seen

SET, CLEARED, GRANTED, RESET, UNDONE = (
    "limit_set", "limit_cleared", "limit_granted", "limit_reset", "limit_undone",
)  # fmt: skip


def read_limit(row: object) -> Limit:
    """Read a limit that the audit stored."""
    return convert(row, Limit)


class Placed(Struct, frozen=True, kw_only=True):
    """A limit that was set, and what it replaced."""

    limit: Limit
    before: Limit | None
    ends_default: bool  # it replaces the operator's default
    entry: AuditEntry


def set_limit(
    books: Books,
    act: Act,
    *,
    subject: Subject,
    subject_id: int,
    measure: Measure,
    window: Window,
    amount: int | None,
) -> Placed:
    """Set a limit, replacing the one before; the limit on videos at once has no window."""
    _lock(books, act)
    limit = Limit(
        id=new_id(act.choose),
        server_id=act.server_id,
        subject=subject,
        subject_id=subject_id,
        measure=measure,
        window=Window.NOW if measure is Measure.AT_ONCE else window,
        amount=amount,
        set_by=act.by,
        set_at=act.now,
    )
    before, ends_default = _like(books, limit), _ends_default(books, limit)
    books.put_limit(limit)
    was = None if before is None else to_builtins(before)
    entry = act.record(books, SET, limit=to_builtins(limit), before=was)
    return Placed(limit=limit, before=before, ends_default=ends_default, entry=entry)


def clear_limits(
    books: Books,
    act: Act,
    *,
    subject: Subject,
    subject_id: int,
    measure: Measure | None,
    window: Window | None,
) -> tuple[list[Limit], AuditEntry]:
    """Remove a subject's limits, all or of one kind. Raises `Refusal`."""
    _lock(books, act)
    found = [
        each
        for each in books.limits(act.server_id)
        if (each.subject, each.subject_id) == (subject, subject_id)
        and measure in (None, each.measure)
        and window in (None, each.window)
    ]
    if not found:
        raise Refusal("no_such_limit")
    for each in found:
        books.drop_limit(each.id)
    return found, act.record(books, CLEARED, limits=[to_builtins(each) for each in found])


def give(
    books: Books, act: Act, *, user_id: int, measure: Measure, amount: int, reason: str
) -> tuple[Grant, AuditEntry]:
    """Give a person a one-time extra."""
    _lock(books, act)
    grant = Grant(
        id=new_id(act.choose),
        server_id=act.server_id,
        user_id=user_id,
        measure=measure,
        amount=amount,
        reason=seen(reason),
        given_by=act.by,
        given_at=act.now,
    )
    books.add_grant(grant)
    given: dict[str, Any] = {"measure": measure, "amount": amount, "reason": grant.reason}
    return grant, act.record(books, GRANTED, user_id=user_id, grant=grant.id, **given)


def reset(books: Books, act: Act, *, user_id: int) -> AuditEntry:
    """Reset a person's usage: nothing before now counts."""
    _lock(books, act)
    before = books.reset_at(act.server_id, user_id)
    books.put_reset(act.server_id, user_id, by=act.by, at=act.now)
    was = None if before is None else before.isoformat()
    return act.record(books, RESET, user_id=user_id, before=was, at=act.now.isoformat())


def undo(books: Books, act: Act, entry_id: str) -> AuditEntry:
    """Undo what an audit entry changed. Raises `Refusal` if it changed again since."""
    _lock(books, act)
    entry = books.audit_entry(entry_id)
    if entry is None or entry.server_id != act.server_id or entry.action not in _UNDO:
        raise Refusal("unknown_change")
    details = json.loads(entry.details)
    _UNDO[entry.action](books, act, entry, details)
    undone = {name: details[name] for name in _SAID if name in details}
    return act.record(books, UNDONE, user_id=entry.user_id, of=entry.id, was=entry.action, **undone)


def _undo_set(books: Books, act: Act, entry: AuditEntry, details: dict[str, Any]) -> None:
    if not books.drop_limit(details["limit"]["id"]):
        raise Refusal("changed_since")
    if details["before"] is not None:
        books.put_limit(read_limit(details["before"]))


def _undo_clear(books: Books, act: Act, entry: AuditEntry, details: dict[str, Any]) -> None:
    cleared = [read_limit(each) for each in details["limits"]]
    if any(_like(books, each) for each in cleared):
        raise Refusal("changed_since")
    for each in cleared:
        books.put_limit(each)


def _undo_grant(books: Books, act: Act, entry: AuditEntry, details: dict[str, Any]) -> None:
    given = {each.grant.id: each for each in books.grants(act.server_id, entry.user_id)}
    granted = given.get(details["grant"])
    if granted is None:
        raise Refusal("changed_since")
    if granted.used:
        raise Refusal("grant_used")
    books.drop_grant(granted.grant.id)


def _undo_reset(books: Books, act: Act, entry: AuditEntry, details: dict[str, Any]) -> None:
    found = books.reset_at(act.server_id, entry.user_id)
    if found != _at(details["at"]):
        raise Refusal("changed_since")
    if details["before"] is None:
        books.drop_reset(act.server_id, entry.user_id)
    else:
        before = datetime.fromisoformat(details["before"])
        books.put_reset(act.server_id, entry.user_id, by=act.by, at=before)


_UNDO = {SET: _undo_set, CLEARED: _undo_clear, GRANTED: _undo_grant, RESET: _undo_reset}
UNDOABLE = frozenset(_UNDO)
_SAID = ("limit", "limits", "grant", "measure", "amount", "reason")  # what a change was


def _at(text: str) -> datetime:
    """A time as stored, in whole milliseconds."""
    at = datetime.fromisoformat(text)
    return at.replace(microsecond=at.microsecond // 1000 * 1000)


def _lock(books: Books, act: Act) -> None:
    """Lock the scope that accepting videos also locks: each video sees all of a change or none."""
    books.lock([f"server:{act.server_id}"])


def _like(books: Books, limit: Limit) -> Limit | None:
    """The limit for the same subject, measure and window."""
    wanted = (limit.subject, limit.subject_id, limit.measure, limit.window)
    for each in books.limits(limit.server_id):
        if (each.subject, each.subject_id, each.measure, each.window) == wanted:
            return each
    return None


def _ends_default(books: Books, limit: Limit) -> bool:
    """Whether it ends the operator's default, as the first limit for everyone of its kind does."""
    is_count = limit.measure is Measure.AT_ONCE
    return limit.subject is Subject.EVERYONE and not any(
        each.subject is Subject.EVERYONE and (each.measure is Measure.AT_ONCE) is is_count
        for each in books.limits(limit.server_id)
    )
