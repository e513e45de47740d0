"""Votes for takes: one of each person on a board or request, moved or taken back by pressing."""

from datetime import datetime

from bot.errors import Refusal
from bot.video.outbox import owed
from bot.video.ports.books import Books
from bot.video.storyboards.edits import is_shown
from bot.video.storyboards.rights import check_open
from bot.video.values.boards import Board


def vote_for(books: Books, task_id: str, by: int, now: datetime) -> bool:
    """Vote for a take of a request; returns False if the vote was taken back. If the request
    belongs to a board, its board counts the votes. Raises `Refusal`."""
    task = books.find_task(task_id)
    if task is None or not is_shown(task):
        raise Refusal("unknown_film", id=task_id)
    request = books.request(task.request_id)
    board = books.find_board(request.board_id) if request.board_id else None
    if board is not None:
        return vote(books, board, task_id, by, now) is not None
    if books.vote_of(request.id, by) == task_id:
        books.drop_vote(request.id, by)
        return False
    books.vote(request.id, by, task_id, now)
    return True


def vote(books: Books, board: Board, take_id: str, by: int, now: datetime) -> int | None:
    """Vote for a finished take; returns its number, or None if the vote was taken back.

    Raises `Refusal` if the board is closed or the take is not on it any more.
    """
    check_open(board)
    takes = enumerate(books.takes(board.id), start=1)
    numbers = {take.id: number for number, take in takes if is_shown(take)}
    if take_id not in numbers:
        raise Refusal("take_gone", board=board.name)
    owed.owe_board(books, board.id, now)
    if books.vote_of(board.id, by) == take_id:
        books.drop_vote(board.id, by)
        return None
    books.vote(board.id, by, take_id, now)
    return numbers[take_id]
