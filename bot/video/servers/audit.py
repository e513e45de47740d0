"""The audit: every act of a moderator and every refusal by a rule, stored and announced.

An entry and the line for the audit channel are written in the act's own transaction."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from msgspec import Struct

from bot.errors import RuleRefusal
from bot.video.outbox.notices import once, tell_audit
from bot.video.ports.books import Books
from bot.video.servers.trail import message_of
from bot.video.values.contents import AuditContent
from bot.video.values.moderation import AuditEntry
from bot.video.values.videos import ID_LENGTH, Origin, new_id

REFUSED = "refused"
LINK_PATIENCE = timedelta(seconds=3)  # until the message that a line links to is sent


class Act(Struct, frozen=True, kw_only=True):
    """An authorised person's act: who, when and where; `choose` picks letters for ids."""

    server_id: int
    by: int
    now: datetime
    choose: Callable[[str], str]

    def record(
        self,
        books: Books,
        action: str,
        *,
        user_id: int = 0,
        task_id: str | None = None,
        **details: Any,
    ) -> AuditEntry:
        """Record the act in the server's audit."""
        return record(
            books,
            action,
            choose=self.choose,
            now=self.now,
            server_id=self.server_id,
            actor_id=self.by,
            user_id=user_id,
            task_id=task_id,
            **details,
        )


def record(
    books: Books,
    action: str,
    *,
    choose: Callable[[str], str],
    now: datetime,
    server_id: int,
    actor_id: int,
    user_id: int = 0,
    task_id: str | None = None,
    **details: object,
) -> AuditEntry:
    """Record who did what to whom (0: the bot, nobody), and owe the audit channel a line.

    `details` must fit in JSON. The catalogue words the line as `audit.<action>`.
    """
    entry = AuditEntry(
        id=new_id(choose),
        server_id=server_id,
        at=now,
        actor_id=actor_id,
        action=action,
        user_id=user_id,
        task_id=task_id,
        details=json.dumps(details),
    )
    books.add_audit(entry)
    _announce(books, entry, nonce=f"{entry.id}a")
    return entry


def record_refusal(
    books: Books,
    origin: Origin,
    refusal: RuleRefusal,
    choose: Callable[[str], str],
    now: datetime,
) -> None:
    """Record that a rule refused a request. Repeats within an hour share one entry, with their
    number (`times`) and the latest one; the channel is told once."""
    details = {"reason": refusal.reason, "channel": origin.channel_id, **refusal.facts}
    if refusal.retry_at is not None:
        details["until"] = refusal.retry_at.timestamp()
    seed = f"{origin.server_id}:{origin.user_id}:{refusal.reason}:{now:%Y%m%d%H}"
    entry_id = once(f"{seed}:{refusal.facts.get('rule')}")[:ID_LENGTH]
    books.lock([f"server:{origin.server_id}"])
    if (known := books.audit_entry(entry_id)) is not None:
        details["times"] = json.loads(known.details).get("times", 1) + 1
        books.change_audit(entry_id, at=now, details=json.dumps(details, default=str))
        return
    entry = AuditEntry(
        id=entry_id,
        server_id=origin.server_id,
        at=now,
        actor_id=0,
        action=REFUSED,
        user_id=origin.user_id,
        details=json.dumps(details, default=str),
    )
    books.add_audit(entry)
    _announce(books, entry, nonce=once(seed))


def _announce(books: Books, entry: AuditEntry, *, nonce: str) -> None:
    settings = books.settings(entry.server_id)
    if settings.audit_channel is None:
        return
    line = AuditContent(
        action=entry.action,
        actor=entry.actor_id,
        user=entry.user_id,
        task=entry.task_id,
        message=message_of(books, entry.task_id),
        locale=settings.language,
        details=json.loads(entry.details),
    )
    tell_audit(
        books,
        line,
        entry_id=entry.id,
        nonce=nonce,
        server_id=entry.server_id,
        channel_id=settings.audit_channel,
        at=entry.at if line.message or not entry.task_id else entry.at + LINK_PATIENCE,
    )
