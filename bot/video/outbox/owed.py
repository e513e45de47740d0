"""The posts a task owes, and the one way a task ends. Runs inside a transaction."""

from datetime import datetime, timedelta
from typing import Any

from bot.errors import Reason
from bot.video.ports.books import Allowance, Bill, Books
from bot.video.values.posts import Post, PostKind, PostState, Rung
from bot.video.values.videos import State, VideoRequest, VideoTask

CANCELLABLE = {State.HELD, State.QUEUED}

# After so long without word of the first response, somebody looks whether it is there.
ANSWER_PATIENCE = timedelta(seconds=6)

ALLOWANCE = {State.COMPLETED: Allowance.SETTLED}  # any other outcome gives it back


def reply_id(task_id: str) -> str:
    """The id of the post that is the answer to the command."""
    return f"{task_id}.reply"


def board_post_id(board_id: str) -> str:
    """The id of the post that is a storyboard's message; also its subject."""
    return f"board.{board_id}"


def reply_post(
    request: VideoRequest,
    task_id: str,
    *,
    application_id: int,
    token: str,
    token_until: datetime,
    now: datetime,
) -> Post:
    """The reply, born `sending`: it is being answered as soon as this is committed."""
    return Post(
        id=reply_id(task_id),
        kind=PostKind.REPLY,
        state=PostState.SENDING,
        rung=Rung.TOKEN,
        nonce=f"{task_id}r",
        task_id=task_id,
        server_id=request.server_id,
        channel_id=request.channel_id,
        user_id=request.user_id,
        due_at=now + ANSWER_PATIENCE,
        application_id=application_id,
        token=token,
        token_until=token_until,
    )


def channel_post(request: VideoRequest, task_id: str, kind: PostKind, *, now: datetime) -> Post:
    """A message of its own in the request's channel: the film, or the truth about it."""
    return Post(
        id=f"{task_id}.{kind}",
        kind=kind,
        state=PostState.DUE,
        rung=Rung.CHANNEL,
        nonce=f"{task_id}{kind[0]}",
        task_id=task_id,
        subject="outcome" if kind is PostKind.NOTICE else "",
        server_id=request.server_id,
        channel_id=request.channel_id,
        user_id=request.user_id,
        due_at=now,
    )


def board_post(board_id: str, *, server_id: int, channel_id: int, now: datetime) -> Post:
    """The message of a storyboard. It belongs to its channel and goes nowhere else."""
    subject = board_post_id(board_id)
    return Post(
        id=subject,
        kind=PostKind.CARD,
        state=PostState.DUE,
        rung=Rung.CHANNEL,
        nonce=f"{board_id}b",
        subject=subject,
        server_id=server_id,
        channel_id=channel_id,
        due_at=now,
    )


def owe_take(books: Books, request: VideoRequest, now: datetime) -> None:
    """The board shows its takes: where the request is one, the board's message is edited."""
    if request.board_id is not None:
        books.owe_card(request.board_id, now)


def end(
    books: Books,
    task: VideoTask,
    to: State,
    *,
    reason: Reason | None,
    bill: Bill,
    now: datetime,
    **changes: Any,
) -> VideoTask | None:
    """End a task as its driver: outcome, both ledgers and the posts owed, all or nothing."""
    moved = books.move(task, to, ended_at=now, due_at=None, reason=reason, **changes)
    return None if moved is None else _close(books, moved, bill, now)


def end_from(
    books: Books,
    task_id: str,
    states: set[State],
    to: State,
    *,
    now: datetime,
    reason: Reason,
    bill: Bill = Bill.RELEASED,
    **changes: Any,
) -> VideoTask | None:
    """End a task that was never submitted, as a person or for the lack of a response."""
    moved = books.move_from(
        task_id, states, to, ended_at=now, due_at=None, reason=reason, **changes
    )
    return None if moved is None else _close(books, moved, bill, now)


def redraw(books: Books, task_id: str, now: datetime) -> None:
    """Owe an edit to every message about a task that changes with it."""
    for post in books.posts(task_id):
        is_edited = post.kind in (PostKind.REPLY, PostKind.CARD)
        if is_edited and books.hold_post(post.id).state is PostState.THERE:
            books.change_post(post.id, state=PostState.DUE, due_at=now)


def mark_answered(
    books: Books, task_id: str, message_id: int, now: datetime, undo: timedelta
) -> VideoTask | None:
    """Keep the reply's message id; the film may start when the undo seconds are over.

    None when the undo seconds had begun already.
    """
    begun = books.begin_undo(task_id, now + undo)
    reply = books.hold_post(reply_id(task_id))
    if begun is None and reply.message_id is not None:
        return None
    is_over = (begun or books.task(task_id)).is_over
    state, due_at = (PostState.DUE, now) if is_over else (PostState.THERE, None)
    books.change_post(reply.id, state=state, message_id=message_id, due_at=due_at)
    return begun


def withdraw(books: Books, task_id: str, now: datetime) -> None:
    """Forget a task whose first response never arrived, ledgers included."""
    books.change_post(reply_id(task_id), state=PostState.GONE, due_at=None, token="")
    end_from(books, task_id, CANCELLABLE, State.CANCELLED, now=now, reason=Reason.WITHDRAWN)


def _close(books: Books, task: VideoTask, bill: Bill, now: datetime) -> VideoTask:
    books.settle(task.id, ALLOWANCE.get(task.state, Allowance.REFUNDED), bill)
    request = books.request(task.request_id)
    if task.state is State.COMPLETED and task.deleted_by is None:
        books.add_post(channel_post(request, task.id, PostKind.FILM, now=now))
    owe_take(books, request, now)
    redraw(books, task.id, now)
    return task
