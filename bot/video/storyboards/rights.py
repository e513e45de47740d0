"""Who may change a storyboard."""

from msgspec import Struct

from bot.errors import Refusal
from bot.video.values.boards import Board, BoardShot, BoardState


class Hand(Struct, frozen=True, kw_only=True):
    """The person who acts on a board."""

    user_id: int
    may_moderate: bool = False


def may_change(board: Board, shot: BoardShot, by: Hand) -> bool:
    """Whether a person may change a shot."""
    if board.state is BoardState.LOCKED:
        return may_run(board, by)
    return board.state is BoardState.OPEN and (shot.author_id == by.user_id or may_run(board, by))


def may_run(board: Board, by: Hand) -> bool:
    """Whether a person runs the board: its owner, or a moderator."""
    return by.may_moderate or by.user_id == board.opener_id


def check_may_write(board: Board, by: Hand) -> None:
    """Raises `Refusal` if the person may not write on the board."""
    check_open(board)
    if board.state is BoardState.LOCKED and not may_run(board, by):
        raise Refusal("board_locked", board=board.name)


def check_may_run(board: Board, by: Hand) -> None:
    """Raises `Refusal` unless the person runs the board and it is open."""
    check_open(board)
    if not may_run(board, by):
        raise Refusal("not_your_board", board=board.name)


def check_open(board: Board) -> None:
    """Raises `Refusal` for a closed board."""
    if board.state is BoardState.CLOSED:
        raise Refusal("board_closed", board=board.name)
