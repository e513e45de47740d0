"""The one way to change a message that is owed or shown: while nobody else changes it.

Whoever reads it first and writes it afterwards loses, on PostgreSQL, what came in between."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

from bot.video.ports.books import Books
from bot.video.values.contents import Content
from bot.video.values.posts import Post, PostState, Rung
from bot.video.values.videos import new_id

C = TypeVar("C", bound=Content)


def change(
    books: Books,
    post_id: str,
    say: Content | Callable[[Content], Content] | None = None,
    *,
    at: datetime | None = None,
    **columns: Any,
) -> Post:
    """Let a message say something else, or be another one's; where it is shown and `at` is given,
    an edit of it is due then. Raises KeyError, and what `say` raises."""
    post = books.hold_post(post_id)
    if say is not None:
        columns["content"] = say if isinstance(say, Content) else say(post.content)
    if at is not None and post.state is PostState.THERE:
        columns = {"state": PostState.DUE, "due_at": at} | columns
    return books.change_post(post_id, **columns) if columns else post


def saying(shape: type[C], say: Callable[[C], Content]) -> Callable[[Content], Content]:
    """`say` for messages of this shape; others stay as they are."""
    return lambda content: say(content) if isinstance(content, shape) else content


def let_go(books: Books, post_id: str, **columns: Any) -> Post:
    """Nothing more is owed of a message; it is left where it is."""
    return change(books, post_id, state=PostState.GONE, due_at=None, **columns)


def move(
    books: Books, post_id: str, channel_id: int, *, choose: Callable[[str], str], now: datetime
) -> Post:
    """Owe a card to a channel again; whatever is on its way to another one counts no more."""
    return change(
        books,
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
