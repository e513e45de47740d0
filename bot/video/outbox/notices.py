"""Lines owed to a channel, a person or the operator. `bot.ui` words them."""

import hashlib
from datetime import datetime, timedelta

from bot.video.outbox import new_posts
from bot.video.ports.books import Books
from bot.video.values.contents import (
    AuditContent,
    BudgetContent,
    Content,
    OperatorContent,
    PersonContent,
)
from bot.video.values.posts import PostKind, Rung

QUIET = timedelta(hours=1)  # between two lines to the operator about one cause


def once(seed: str) -> str:
    """A nonce for something said once: a second post with the same nonce is not stored."""
    return hashlib.sha256(seed.encode()).hexdigest()[:24]


def audit_post_id(entry_id: str) -> str:
    """The id of an entry's line in the audit channel, if there is one."""
    return f"audit.{entry_id}"


def person_post_id(nonce: str) -> str:
    """The id of a line to a person."""
    return f"person.{nonce}"


def tell_person(
    books: Books,
    user_id: int,
    content: PersonContent,
    *,
    nonce: str,
    server_id: int,
    at: datetime,
    channel_id: int = 0,
) -> None:
    """Owe a person a direct message about a server; with `channel_id` only if Discord refuses it
    in that channel."""
    books.add_post(
        new_posts.due(
            PostKind.PERSON,
            content,
            post_id=person_post_id(nonce),
            nonce=nonce,
            at=at,
            server_id=server_id,
            channel_id=channel_id,
            user_id=user_id,
            rung=Rung.CHANNEL if channel_id else Rung.DM,
        )
    )


def tell_audit(
    books: Books,
    content: AuditContent,
    *,
    entry_id: str,
    nonce: str,
    server_id: int,
    channel_id: int,
    at: datetime,
) -> None:
    """Owe the audit channel a line. It belongs to no person, so it never goes to a direct
    message."""
    books.add_post(
        new_posts.due(
            PostKind.AUDIT,
            content,
            post_id=audit_post_id(entry_id),
            nonce=nonce,
            at=at,
            server_id=server_id,
            channel_id=channel_id,
        )
    )


def tell_budget(
    books: Books,
    content: BudgetContent,
    *,
    nonce: str,
    server_id: int,
    channel_id: int | None,
    at: datetime,
) -> None:
    """Owe a line about a server's budget to its moderators, or without their channel to the
    operator."""
    said: Content = content
    if channel_id is None:
        facts = {name: getattr(content, name) for name in ("share", "spent", "budget")}
        said = OperatorContent(cause=content.text_key, facts=facts | {"server": str(server_id)})
    books.add_post(
        new_posts.due(
            PostKind.OPERATOR if channel_id is None else PostKind.BUDGET,
            said,
            post_id=f"budget.{nonce}",
            nonce=nonce,
            at=at,
            server_id=server_id if channel_id else 0,
            channel_id=channel_id or 0,
        )
    )


def tell_operator(books: Books, cause: str, /, *, now: datetime, **facts: object) -> None:
    """Owe the operator a line, unless one about this cause was owed within the last hour."""
    told = books.fact(f"told.{cause}")
    if told is not None and abs(now - datetime.fromisoformat(told)) < QUIET:
        return  # a time in the future comes from a wrong clock
    books.set_fact(f"told.{cause}", now.isoformat())
    nonce = once(f"{cause}:{told}")  # equal in another process that looks at the same time
    said = OperatorContent(cause=cause, facts=facts)
    books.add_post(
        new_posts.due(PostKind.OPERATOR, said, post_id=f"operator.{nonce}", nonce=nonce, at=now)
    )
