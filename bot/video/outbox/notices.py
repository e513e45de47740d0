"""Lines that are owed to a channel, to a person or to the operator. Their words are `bot.ui`'s."""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime, timedelta

from bot.video.ports.books import Books
from bot.video.values.posts import Post, PostKind, PostState, Rung

QUIET = timedelta(hours=1)  # between two lines to the operator of one cause


def once(seed: str) -> str:
    """The nonce of what is said once: of two posts with one nonce the second is not kept."""
    return hashlib.sha256(seed.encode()).hexdigest()[:24]


def owe_notice(
    books: Books,
    subject: str,
    facts: Mapping[str, object],
    *,
    post_id: str,
    nonce: str,
    at: datetime,
    server_id: int = 0,
    channel_id: int = 0,
    user_id: int = 0,
) -> None:
    """Owe a line about `subject`: to `user_id` in a direct message, else to `channel_id`, and
    without either to the operator."""
    books.add_post(
        Post(
            id=post_id,
            kind=PostKind.NOTICE,
            state=PostState.DUE,
            rung=Rung.DM if user_id else Rung.CHANNEL,
            nonce=nonce,
            subject=subject,
            content=json.dumps(facts),
            server_id=server_id,
            channel_id=channel_id,
            user_id=user_id,
            due_at=at,
        )
    )


def tell_operator(books: Books, cause: str, /, *, now: datetime, **facts: object) -> None:
    """Owe the operator a line, unless there was one of this cause within the last hour."""
    told = books.fact(f"told.{cause}")
    if told is not None and abs(now - datetime.fromisoformat(told)) < QUIET:
        return  # a time to come is no reason: the clock was wrong then
    books.set_fact(f"told.{cause}", now.isoformat())
    nonce = once(f"{cause}:{told}")  # the same for another process that looked at the same time
    owe_notice(books, f"operator.{cause}", facts, post_id=f"operator.{nonce}", nonce=nonce, at=now)
