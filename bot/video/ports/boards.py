"""Statements on storyboards. `bot.db.boards` implements them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from bot.video.values.boards import Board
from bot.video.values.videos import VideoTask


class BoardBooks(Protocol):
    """Boards, their takes and their messages."""

    def add_board(self, board: Board) -> None: ...

    def find_board(self, board_id: str) -> Board | None: ...

    def open_board(self, channel_id: int) -> Board | None:
        """A channel's newest board that is not closed."""
        ...

    def newest_board(self, server_id: int) -> Board | None:
        """The board that was started last in a server."""
        ...

    def open_boards(self, server_id: int, opener_id: int) -> Sequence[Board]:
        """A person's boards in a server that are not closed, oldest first."""
        ...

    def opened_at(self, server_id: int, opener_id: int, *, back: int) -> datetime | None:
        """When a person started the board `back` places before their newest one in a server."""
        ...

    def boards_in(self, channel_id: int) -> Sequence[Board]:
        """A channel's boards that are not closed, oldest first."""
        ...

    def save_board(self, board: Board) -> bool:
        """Compare-and-set: False if the stored version is not the one before."""
        ...

    def vote(self, board_id: str, user_id: int, task_id: str, at: datetime) -> None:
        """Store a person's vote for a take of a board, in place of an earlier one."""
        ...

    def vote_of(self, board_id: str, user_id: int) -> str | None:
        """The take that a person votes for."""
        ...

    def drop_vote(self, board_id: str, user_id: int) -> None: ...

    def votes(self, board_id: str) -> Mapping[str, int]:
        """How many people vote for each take of a board; takes without a vote are left out."""
        ...

    def takes(self, board_id: str) -> Sequence[VideoTask]:
        """The videos ordered from a board, oldest first."""
        ...
