"""The posts a task owes, and the only way to end a task. Runs inside a transaction."""

from datetime import datetime, timedelta
from typing import Any

from bot.errors import Reason
from bot.video.outbox.change import change, let_go
from bot.video.outbox.new_posts import board_link_id, board_post_id, reply_id
from bot.video.outbox.takes import owe_news, takes_of
from bot.video.ports.books import Books
from bot.video.ports.tasks import Begun
from bot.video.values.ledgers import Allowance, Bill
from bot.video.values.posts import PostKind, PostState
from bot.video.values.videos import State, VideoRequest, VideoTask

CANCELLABLE = {State.HELD, State.QUEUED}
FOLLOWS = frozenset({PostKind.REPLY, PostKind.APPROVAL, PostKind.REPORT})  # edited with it
ALLOWANCE = {State.COMPLETED: Allowance.SETTLED}  # every other outcome refunds it


def owe_take(books: Books, request: VideoRequest, now: datetime) -> None:
    """If the request is a take, owe an edit to its board's message, which lists the takes."""
    if request.board_id is not None:
        owe_board(books, request.board_id, now)


def owe_board(books: Books, board_id: str, now: datetime) -> None:
    """Owe an edit to a board's message, if it has one: the board looks different now."""
    if books.look_up_post(board_post_id(board_id)) is not None:
        change(books, board_post_id(board_id), at=now)


def owe_link(books: Books, board_id: str, now: datetime) -> None:
    """Owe an edit to the line that leads to a board, if there is one."""
    if books.look_up_post(board_link_id(board_id)) is not None:
        change(books, board_link_id(board_id), at=now)


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
    """End a task as its driver: outcome, both ledgers and the owed posts, all or nothing."""
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
    """End a task that was never submitted: a person ended it, or no first response arrived."""
    moved = books.move_from(
        task_id, states, to, ended_at=now, due_at=None, reason=reason, **changes
    )
    return None if moved is None else _close(books, moved, bill, now)


def end_takes(
    books: Books,
    task: VideoTask,
    states: set[State],
    to: State,
    *,
    now: datetime,
    reason: Reason,
    **changes: Any,
) -> VideoTask | None:
    """Like `end_from`, for all takes of the request; None if none was in these states."""
    ended = [
        end_from(books, each.id, states, to, now=now, reason=reason, **changes)
        for each in takes_of(books, task)
    ]
    return next((each for each in ended if each is not None), None)


def redraw(books: Books, task: VideoTask, now: datetime) -> None:
    """Owe an edit to every message that shows this task."""
    books.owe_edits(task.id, FOLLOWS, now)


def mark_answered(
    books: Books, task_id: str, message_id: int, now: datetime, undo: timedelta
) -> Begun | None:
    """Store the reply's message id; the video may start once the undo seconds are over.

    Returns None if the undo seconds had started before.
    """
    begun = books.begin_undo(task_id, now + undo)
    for each in takes_of(books, begun.task)[1:] if begun else []:
        books.begin_undo(each.id, now + undo)
    if begun is None and books.hold_post(reply_id(task_id)).message_id is not None:
        return None
    is_over = (begun.task if begun else books.task(task_id)).is_over
    state, due_at = (PostState.DUE, now) if is_over else (PostState.THERE, None)
    books.change_post(reply_id(task_id), state=state, message_id=message_id, due_at=due_at)
    return begun


def withdraw(books: Books, task_id: str, now: datetime) -> None:
    """Undo a request whose first response never arrived, ledgers included."""
    let_go(books, reply_id(task_id), token="")
    why = Reason.WITHDRAWN
    end_takes(books, books.task(task_id), CANCELLABLE, State.CANCELLED, now=now, reason=why)


def _close(books: Books, task: VideoTask, bill: Bill, now: datetime) -> VideoTask:
    books.settle(task.id, ALLOWANCE.get(task.state, Allowance.REFUNDED), bill)
    request = books.request(task.request_id)
    if task.deleted_by is None or task.take:
        owe_news(books, task, request, now)
    owe_take(books, request, now)
    redraw(books, task, now)
    return task
