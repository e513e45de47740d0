"""The moderators' channel: what is open there follows when another one is set.

A card in a channel that is gone, or is theirs no longer, is read by nobody."""

import json
from collections.abc import Callable
from datetime import datetime

from bot.video.outbox.notices import once, owe_notice
from bot.video.ports.books import Books
from bot.video.servers.audit import Act
from bot.video.values.posts import Post, PostState, Rung
from bot.video.values.videos import State, new_id

SETTING = "moderators_channel"


def move(
    books: Books, post_id: str, channel_id: int, *, choose: Callable[[str], str], now: datetime
) -> None:
    """Owe a card to a channel anew; whatever is under way to another one counts no more."""
    books.change_post(
        post_id,
        state=PostState.DUE,
        rung=Rung.CHANNEL,
        nonce=new_id(choose),
        channel_id=channel_id,
        message_id=None,
        sent_to=None,
        attempts=0,
        is_doubted=False,
        due_at=now,
    )


def is_lost(card: Post, channel_id: int) -> bool:
    """Whether a card is not where the moderators of now read it."""
    return card.state is PostState.GONE or card.channel_id != channel_id


def follow(books: Books, act: Act) -> None:
    """Another channel was set: what is open goes there, or nowhere where none is set."""
    channel_id = books.settings(act.server_id).moderators_channel
    for found in books.moderators_cards(act.server_id):
        card = books.hold_post(found.id)
        if channel_id is None:
            books.change_post(card.id, state=PostState.GONE, due_at=None)
        elif is_lost(card, channel_id) and _is_open(books, card):
            move(books, card.id, channel_id, choose=act.choose, now=act.now)


def tell_manager(
    books: Books,
    *,
    user_id: int,
    server_id: int,
    server: str,
    locale: str,
    channel_id: int,
    now: datetime,
) -> None:
    """Owe who manages a server a line, once, that nobody reads what goes to this channel."""
    nonce = once(f"unread:{server_id}:{channel_id}")
    facts = {"server": server, "locale": locale}
    owe_notice(
        books,
        "person.moderators_gone",
        facts,
        post_id=f"person.{nonce}",
        nonce=nonce,
        at=now,
        server_id=server_id,
        user_id=user_id,
    )


def _is_open(books: Books, card: Post) -> bool:
    """Whether it waits for a decision; the queue always does."""
    if card.task_id is None:
        return card.state is not PostState.GONE
    task, said = books.task(card.task_id), json.loads(card.content)
    if "reports" in said:
        return "dismissed_by" not in said and task.deleted_by is None
    return task.state is State.HELD
