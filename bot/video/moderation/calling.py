"""Pings the role that a server calls: for cards that come, and once after its quiet hours.

A card's content names the role, so that a repeat or an edit says the same."""

from datetime import datetime, timedelta

from bot.video.moderation.channel import is_open
from bot.video.outbox import new_posts
from bot.video.outbox.change import change, let_go
from bot.video.outbox.notices import once
from bot.video.ports.books import Books
from bot.video.values.contents import CallContent
from bot.video.values.posts import CARDS, Post, PostKind, PostState
from bot.video.values.settings import ServerSettings

CALM = timedelta(minutes=5)  # after a ping, further cards do not ping
STEP = timedelta(minutes=30)  # between looks; a time far ahead would count as a wrong clock


def role_to_call(books: Books, settings: ServerSettings, server_id: int, now: datetime) -> int:
    """The role that a new card pings; 0 for none. In quiet hours, owes one ping for their end."""
    calls = settings.calls
    if calls.role is None or settings.moderators_channel is None:
        return 0
    ends = calls.quiet_until(now)
    if ends is not None:
        _call_at(books, settings, server_id, ends, now)
        return 0
    name = f"called.{server_id}"
    called = books.fact(name)
    if called is not None and abs(now - datetime.fromisoformat(called)) < CALM:
        return 0
    books.set_fact(name, now.isoformat())
    return calls.role


def _call_at(
    books: Books, settings: ServerSettings, server_id: int, ends: datetime, now: datetime
) -> None:
    nonce = once(f"call:{server_id}:{int(ends.timestamp())}")
    post = new_posts.due(
        PostKind.BUDGET,
        CallContent(at=ends.timestamp(), locale=settings.language),
        post_id=f"call.{nonce}",
        nonce=nonce,
        at=min(ends, now + STEP),
        server_id=server_id,
        channel_id=settings.moderators_channel or 0,
    )
    books.add_post(post)  # one that is known already is not stored again


def wake(books: Books, post: Post, now: datetime) -> datetime | None:
    """Before a call is sent: when to look again, or None. The call then says how much waits; if
    nothing does, or nobody is to be called any more, it is dropped."""
    said = books.hold_post(post.id).content
    if not isinstance(said, CallContent) or post.state is not PostState.DUE:
        return None
    settings = books.settings(post.server_id)
    role, channel_id = settings.calls.role, settings.moderators_channel
    ends = settings.calls.quiet_until(now)
    if ends is not None and role is not None:  # also if other hours were chosen meanwhile
        return change(books, post.id, due_at=min(ends, now + STEP)).due_at
    waiting = _waiting(books, post.server_id)
    if role is None or channel_id is None or not waiting:
        let_go(books, post.id)
    else:
        told = CallContent(at=said.at, calls=role, waiting=waiting, locale=settings.language)
        change(books, post.id, told, channel_id=channel_id)
    return None


def _waiting(books: Books, server_id: int) -> int:
    """The cards that wait for a decision."""
    found = books.moderators_cards(server_id)
    return sum(
        each.kind in CARDS and each.task_id is not None and is_open(books, each) for each in found
    )
