"""The only way to change an owed or shown message: while its row is locked.

On PostgreSQL, reading first and writing later would lose a change made in between."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

from msgspec.structs import replace

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
    """Change a post's content or columns; with `at`, a message that was sent is due for an edit
    then. Raises KeyError, or what `say` raises."""
    post = books.hold_post(post_id)
    if say is not None:
        columns["content"] = say if isinstance(say, Content) else say(post.content)
    if at is not None and post.state is PostState.THERE:
        columns = {"state": PostState.DUE, "due_at": at} | columns
    return books.change_post(post_id, **columns) if columns else post


def saying(shape: type[C], say: Callable[[C], Content]) -> Callable[[Content], Content]:
    """`say` for contents of this shape; other contents stay."""
    return lambda content: say(content) if isinstance(content, shape) else content


def let_go(books: Books, post_id: str, **columns: Any) -> Post:
    """Owe nothing more for a message, and leave it where it is."""
    return change(books, post_id, state=PostState.GONE, due_at=None, **columns)


def move(
    books: Books, post_id: str, channel_id: int, *, choose: Callable[[str], str], now: datetime
) -> Post:
    """Owe a card to another channel, without a ping; a message on its way to the old one no longer
    counts."""
    return change(
        books,
        post_id,
        lambda said: replace(said, calls=0),
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
