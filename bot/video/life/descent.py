"""What follows when Discord did not take a post: another try, the next rung, or its end.

All of it runs inside a transaction; which rung is next is `ladder.py`'s rule."""

from datetime import datetime, timedelta

from bot.errors import Fate, PostError
from bot.video.life.settling import UNSETTLED, Owed, owe_reply
from bot.video.outbox import owed
from bot.video.outbox.ladder import backoff, next_rung
from bot.video.ports.books import Books
from bot.video.values.posts import Post, PostKind, PostState
from bot.video.values.videos import State

LOOK_AFTER = timedelta(seconds=5)  # after an unknown outcome


def failed(books: Books, post: Post, error: PostError, now: datetime) -> datetime | None:
    """When to try a post again that went wrong; None when nothing of it is owed any more."""
    current = books.hold_post(post.id)
    if current.state not in UNSETTLED:
        return None
    if current.nonce != post.nonce:
        return current.due_at  # owed to another channel since
    match error.fate:
        case Fate.UNKNOWN:
            due_at = now + max(LOOK_AFTER, backoff(current.attempts, error.retry_after))
            return books.change_post(post.id, due_at=due_at).due_at
        case Fate.LATER:
            due_at = now + backoff(current.attempts, error.retry_after)
            # As before this try: an older doubt is not settled by what did not happen now.
            attempts = current.attempts + 1
            books.change_post(post.id, state=post.state, due_at=due_at, attempts=attempts)
            return due_at
        case Fate.REFUSED:
            return _descend(books, current, error, now)


def _descend(books: Books, post: Post, error: PostError, now: datetime) -> datetime | None:
    """The next rung after a definite refusal, and what it means where there is none."""
    if post.kind is PostKind.REPLY and post.message_id is None and post.task_id is not None:
        owed.withdraw(books, post.task_id, now)  # but the response may be there, so tell them
        _replace_reply(books, post.task_id, now)
        return None
    if Owed(post=post, card=None).is_to_go:
        return post.due_at  # purged while it was sent: there is nothing left to deliver
    step = next_rung(post, error.code)
    if step is None:
        _end(books, post, now)
        return None
    return books.change_post(post.id, state=PostState.DUE, due_at=now, **step).due_at


def _end(books: Books, post: Post, now: datetime) -> None:
    """Nowhere left: a film and the truth go to the person's inbox, a lost reply is replaced."""
    is_owed = post.kind in (PostKind.FILM, PostKind.NOTICE) and post.user_id != 0
    state = PostState.INBOX if is_owed else PostState.GONE
    books.change_post(post.id, state=state, due_at=None, token="")
    if post.kind is PostKind.FILM:
        owe_reply(books, post)
    if post.kind is PostKind.REPLY and post.task_id is not None:
        _replace_reply(books, post.task_id, now)


def _replace_reply(books: Books, task_id: str, now: datetime) -> None:
    """The reply is gone. A film speaks for itself; any other outcome is told by a message."""
    task = books.task(task_id)
    if task.state is not State.COMPLETED and task.is_over:
        request = books.request(task.request_id)
        books.add_post(owed.channel_post(request, task_id, PostKind.NOTICE, now=now))
