"""Where a message goes when Discord refuses it for good, and otherwise how long to wait. Pure."""

from datetime import datetime, timedelta
from typing import Any

from msgspec.structs import replace

from bot.video.values.contents import FilmContent
from bot.video.values.posts import CARDS, Post, PostKind, Rung

# Discord's JSON error codes (docs: topics/opcodes-and-status-codes).
# Too large as a file, as a request, or in a server whose uploads Discord limits for a while.
FILE_TOO_LARGE = frozenset({413, 40005, 50045, 400001})
DEAD_TOKEN = frozenset({10015, 10062, 50027})
FILTERED = frozenset({200000, 240000})  # AutoMod checks edits by token, but not the bot's own

CHANNEL_LADDER = {Rung.CHANNEL: Rung.PARENT, Rung.PARENT: Rung.DM}
TOKEN_MARGIN = timedelta(minutes=1)  # an interaction's token lives 15 minutes; we use 14
FIRST_WAIT = 2.0
LONGEST_WAIT = 300.0
LONGEST_ASKED = 3600.0  # seconds; a later due time counts as now: the clock was set


def next_rung(post: Post, code: int) -> dict[str, Any] | None:
    """The changes before the next attempt, or None if no rung is left."""
    if post.kind is PostKind.REPLY:
        has_token = post.rung is Rung.TOKEN and bool(post.token)
        is_open = has_token and code in DEAD_TOKEN | FILTERED
        return {"rung": Rung.MESSAGE, "token": ""} if is_open else None
    if post.kind in CARDS:
        return None  # it belongs to its channel
    rung = CHANNEL_LADDER.get(post.rung)
    if rung is None or post.user_id == 0:  # meant for a channel, not for a person
        return None
    return {"rung": rung}


def is_refused_file(post: Post, code: int) -> bool:
    """Whether Discord refused only the video's file, so that the message can be sent without it."""
    is_film = isinstance(post.content, FilmContent) and not post.content.is_too_large
    return is_film and code in FILE_TOO_LARGE


def backoff(attempts: int, retry_after: float | None) -> timedelta:
    """How long to wait after `attempts` failures; Discord's own request comes first."""
    if retry_after is not None:
        return timedelta(seconds=min(retry_after, LONGEST_ASKED))
    return timedelta(seconds=min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(attempts, 10)))


def is_due(post: Post, now: datetime) -> bool:
    """Whether a post is due; no post is ever delayed beyond the longest wait."""
    if post.due_at is None:
        return False
    return not now < post.due_at <= now + timedelta(seconds=LONGEST_ASKED)


def by_living_token(post: Post, now: datetime) -> Post:
    """The reply as it can be edited now: with its token until minute 14, then as the bot."""
    if post.token and post.token_until is not None and now < post.token_until - TOKEN_MARGIN:
        return post
    return replace(post, rung=Rung.MESSAGE, token="")
