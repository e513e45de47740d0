"""The only way to change an owed or shown message: while its row is locked.

On PostgreSQL, reading first and writing later would lose a change made in between."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, TypeVar

from msgspec.structs import replace

from bot.video.ports.books import Books
from bot.video.values.contents import Content
from bot.video.values.posts import Post, PostState, Rung
from bot.video.values.videos import new_id

C = TypeVar("C", bound=Content)
# Discord takes the answer to a press for 3 s (docs: interactions); it may be on its way even then.
PRESS = timedelta(seconds=5)


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


def leave_to_press(books: Books, post_id: str, now: datetime) -> Post:
    """Hold back the edits of a message that the answer to a press draws, as they could arrive
    before it. Without a word from `drawn`, for instance after a crash, one is due in `PRESS`."""
    post = books.hold_post(post_id)
    if not _is_shown(post):
        return post
    return books.change_post(post_id, state=PostState.DUE, due_at=now + PRESS)


def drawn(books: Books, post_id: str, now: datetime, *, is_last: bool = True) -> None:
    """The answer to a press has drawn a message. Unless more is to come, it is due for a last edit:
    news may have come meanwhile."""
    if _is_shown(books.hold_post(post_id)):
        state, due_at = (PostState.DUE, now) if is_last else (PostState.THERE, None)
        books.change_post(post_id, state=state, due_at=due_at)


def _is_shown(post: Post) -> bool:
    return post.message_id is not None and post.state in (PostState.DUE, PostState.THERE)


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
