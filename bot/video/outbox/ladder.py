"""Where a message goes when Discord refuses it for good, and how long to wait otherwise. Pure."""

from datetime import datetime, timedelta
from typing import Any

from msgspec.structs import replace

from bot.video.values.contents import FilmContent
from bot.video.values.posts import CARDS, Post, PostKind, Rung

# Discord's JSON error codes (docs: topics/opcodes-and-status-codes).
# Too large by its size, as a request, or in a server where Discord limits uploads for a while.
FILE_TOO_LARGE = frozenset({413, 40005, 50045, 400001})
DEAD_TOKEN = frozenset({10015, 10062, 50027})
FILTERED = frozenset({200000, 240000})  # AutoMod judges the token's edit, not the bot's own

CHANNEL_LADDER = {Rung.CHANNEL: Rung.PARENT, Rung.PARENT: Rung.DM}
TOKEN_MARGIN = timedelta(minutes=1)  # an interaction's token lives 15 minutes; used until 14
FIRST_WAIT = 2.0
LONGEST_WAIT = 300.0
LONGEST_ASKED = 3600.0  # what is due later than that is due now: the clock was set


def next_rung(post: Post, code: int) -> dict[str, Any] | None:
    """What to change before the next attempt; None: nowhere left."""
    if post.kind is PostKind.REPLY:
        has_token = post.rung is Rung.TOKEN and bool(post.token)
        is_open = has_token and code in DEAD_TOKEN | FILTERED
        return {"rung": Rung.MESSAGE, "token": ""} if is_open else None
    if post.kind in CARDS:
        return None  # it belongs to its channel
    rung = CHANNEL_LADDER.get(post.rung)
    if rung is None or post.user_id == 0:  # meant for a channel, and for nobody in particular
        return None
    return {"rung": rung}


def is_refused_file(post: Post, code: int) -> bool:
    """Whether Discord did not take a video's file, so that it can be sent without."""
    is_film = isinstance(post.content, FilmContent) and not post.content.is_too_large
    return is_film and code in FILE_TOO_LARGE


def backoff(attempts: int, retry_after: float | None) -> timedelta:
    """How long to wait after `attempts` that did not succeed; what Discord asks for comes first."""
    if retry_after is not None:
        return timedelta(seconds=min(retry_after, LONGEST_ASKED))
    return timedelta(seconds=min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(attempts, 10)))


def is_due(post: Post, now: datetime) -> bool:
    """Whether it is a post's time; nothing is ever put off for longer than the longest wait."""
    if post.due_at is None:
        return False
    return not now < post.due_at <= now + timedelta(seconds=LONGEST_ASKED)


def by_living_token(post: Post, now: datetime) -> Post:
    """A reply as it can be edited now: by its token until minute 14, then as the bot."""
    if post.token and post.token_until is not None and now < post.token_until - TOKEN_MARGIN:
        return post
    return replace(post, rung=Rung.MESSAGE, token="")
