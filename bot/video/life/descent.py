"""What follows when Discord refuses a post: another try, the next rung, or the end.

Runs inside a transaction; `ladder.py` chooses the next rung."""

from datetime import datetime, timedelta

from msgspec.structs import replace

from bot.errors import Fate, PostError
from bot.video.life.settling import REPLIED, owe_links, settle_carried
from bot.video.outbox import new_posts, owed
from bot.video.outbox.film_post import note_file
from bot.video.outbox.ladder import backoff, is_refused_file, next_rung
from bot.video.outbox.takes import carried, takes_of
from bot.video.ports.books import Books
from bot.video.values.boards import BoardState
from bot.video.values.contents import BoardContent
from bot.video.values.posts import UNSETTLED, Post, PostKind, PostState
from bot.video.values.videos import State

LOOK_AFTER = timedelta(seconds=5)  # after an unknown outcome
KEPT = frozenset({PostKind.FILM, PostKind.OUTCOME, PostKind.PERSON})  # these go to a person's inbox
ARCHIVED = 50083  # Discord's code for an archived thread; the next message reopens it


def failed(books: Books, post: Post, error: PostError, now: datetime) -> datetime | None:
    """When to try a failed post again; None if nothing of it is owed any more."""
    current = books.hold_post(post.id)
    if current.state not in UNSETTLED:
        return None
    if current.nonce != post.nonce:
        return current.due_at  # owed to another channel by now
    if current.kind is PostKind.OUTCOME and error.fate is not Fate.REFUSED:
        owe_links(books, current)  # it says all itself until this is there
    match error.fate:
        case Fate.UNKNOWN:
            due_at = now + max(LOOK_AFTER, backoff(current.attempts, error.retry_after))
            return books.mark_delivery(post.id, due_at=due_at).due_at
        case Fate.LATER:
            due_at = now + backoff(current.attempts, error.retry_after)
            # Keep the state of before: that nothing happened now does not settle an older doubt.
            attempts = current.attempts + 1
            books.mark_delivery(post.id, state=post.state, due_at=due_at, attempts=attempts)
            return due_at
        case Fate.REFUSED:
            return _descend(books, current, error, now)


def _descend(books: Books, post: Post, error: PostError, now: datetime) -> datetime | None:
    """Go to the next rung after a definite refusal, and do what follows if there is none."""
    is_unseen = post.message_id is None or post.state is PostState.SENDING
    if post.kind is PostKind.REPLY and is_unseen and post.task_id is not None:
        owed.withdraw(books, post.task_id, now)  # but the response may be there, so edit it
        _replace_reply(books, post.task_id, now)
        return None
    if post.content.is_purged:
        return post.due_at  # purged while it was being sent: nothing left to deliver
    if post.kind is PostKind.BOARD and error.code == ARCHIVED and post.message_id is not None:
        books.mark_delivery(post.id, state=PostState.THERE, due_at=None)
        return None
    if is_refused_file(post, error.code):
        for each in [post, *carried(books, post)]:
            note_file(books, each.id, is_too_large=True)
        return books.mark_delivery(post.id, state=PostState.DUE, due_at=now).due_at
    step = next_rung(post, error.code)
    if step is None:
        _end(books, post, now)
        return None
    return books.mark_delivery(post.id, state=PostState.DUE, due_at=now, **step).due_at


def _end(books: Books, post: Post, now: datetime) -> None:
    """No rung is left: a video or the truth goes to the inbox, a lost reply is replaced, a board is
    closed."""
    state = PostState.INBOX if post.kind in KEPT and post.user_id else PostState.GONE
    ended = books.mark_delivery(post.id, state=state, due_at=None, token="")
    if post.kind is PostKind.FILM:
        settle_carried(books, ended)
    if post.kind in REPLIED and post.task_id is not None:
        owe_links(books, post)
    if post.kind is PostKind.REPLY and post.task_id is not None:
        _replace_reply(books, post.task_id, now)
    if isinstance(post.content, BoardContent):
        _close(books, post.content.board_id, now)


def _close(books: Books, board_id: str, now: datetime) -> None:
    board = books.find_board(board_id)
    if board is not None and board.state is not BoardState.CLOSED:
        closed = replace(board, state=BoardState.CLOSED, version=board.version + 1, changed_at=now)
        books.save_board(closed)


def _replace_reply(books: Books, task_id: str, now: datetime) -> None:
    """The reply is gone. A video needs no other message; any other outcome gets one."""
    task = books.task(task_id)
    takes = takes_of(books, task)
    is_over = all(each.is_over for each in takes)
    if is_over and not any(each.state is State.COMPLETED for each in takes):
        request = books.request(task.request_id)
        books.add_post(new_posts.outcome(request, task_id, now=now))
