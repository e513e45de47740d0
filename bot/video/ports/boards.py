"""The port of statements on storyboards. `bot.db.boards` implements it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from bot.video.values.boards import Board
from bot.video.values.videos import VideoTask


class BoardBooks(Protocol):
    """Boards, their takes and their messages."""

    def add_board(self, board: Board) -> None: ...

    def find_board(self, board_id: str) -> Board | None: ...

    def open_board(self, channel_id: int) -> Board | None:
        """The one of a channel that is not closed; the newest of several."""
        ...

    def open_boards(self, server_id: int, opener_id: int) -> int:
        """How many boards of a person in a server are not closed."""
        ...

    def opened_at(self, server_id: int, opener_id: int, *, back: int) -> datetime | None:
        """When a person opened, in a server, the board that many before their newest one."""
        ...

    def boards_in(self, channel_id: int) -> int:
        """How many boards of a channel are not closed."""
        ...

    def save_board(self, board: Board) -> bool:
        """Compare-and-set: False when another version than the one before it is stored."""
        ...

    def takes(self, board_id: str) -> Sequence[VideoTask]:
        """The films that were ordered of a board, oldest first."""
        ...

    def owe_card(self, board_id: str, at: datetime) -> None:
        """A board's message is to be edited; nothing where it is not there (yet, or any more)."""
        ...
