"""Statements on storyboards: documents read and written whole, with a version."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from msgspec import convert, to_builtins
from sqlalchemy import Connection, Select, bindparam, delete, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from bot.db.server_tables import boards, votes
from bot.db.tables import requests, tasks
from bot.video.values.boards import Board, BoardShot, BoardState
from bot.video.values.videos import VideoSpec, VideoTask

_TASK = tuple(column.name for column in tasks.c)
_COLUMNS = tuple(column.name for column in boards.c)
_BOARD = tuple(name for name in _COLUMNS if name != "document")

_ADD = insert(boards)
_IS_OPEN = boards.c.state.in_((BoardState.OPEN, BoardState.LOCKED))
_BY_ID = select(boards).where(boards.c.id == bindparam("id"))
_NEWEST = (
    select(boards)
    .where(boards.c.server_id == bindparam("server_id"))
    .order_by(boards.c.created_at.desc(), boards.c.id)
    .limit(1)
)
_OPEN = (
    select(boards)
    .where(boards.c.channel_id == bindparam("channel_id"), _IS_OPEN)
    .order_by(boards.c.created_at.desc(), boards.c.id)
    .limit(1)
)
_UNCLOSED = select(boards).where(_IS_OPEN).order_by(boards.c.created_at, boards.c.id)
_UNCLOSED_OF = _UNCLOSED.where(
    boards.c.server_id + 0 == bindparam("server_id"),  # not by an index: the opener has one
    boards.c.opener_id == bindparam("opener_id"),
)
_OPENED = (
    select(boards.c.created_at)
    .where(
        boards.c.server_id == bindparam("server_id"), boards.c.opener_id == bindparam("opener_id")
    )
    .order_by(boards.c.created_at.desc())
    .limit(1)
    .offset(bindparam("back"))
)
_UNCLOSED_IN = _UNCLOSED.where(boards.c.channel_id == bindparam("channel_id"))
_SAVE = (
    update(boards)
    .where(boards.c.id == bindparam("board_id"), boards.c.version == bindparam("known"))
    .returning(boards.c.version)
)
_TAKES = (
    select(tasks)
    .join(requests, tasks.c.request_id == requests.c.id)
    .where(requests.c.board_id == bindparam("board_id"))
    .order_by(tasks.c.created_at, tasks.c.request_id, tasks.c.take, tasks.c.id)
)


_VOTE = upsert(votes)
_VOTE = _VOTE.on_conflict_do_update(
    index_elements=["board_id", "user_id"],
    set_={"task_id": _VOTE.excluded.task_id, "voted_at": _VOTE.excluded.voted_at},
)
_VOTE_OF = select(votes.c.task_id).where(
    votes.c.board_id == bindparam("board_id"), votes.c.user_id == bindparam("user_id")
)
_UNVOTE = delete(votes).where(
    votes.c.board_id == bindparam("board_id"), votes.c.user_id == bindparam("user_id")
)
_VOTES = (
    select(votes.c.task_id, func.count())
    .where(votes.c.board_id == bindparam("board_id"))
    .group_by(votes.c.task_id)
)


class BoardSqlBooks:
    """The storyboards in one transaction."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def add_board(self, board: Board) -> None:
        self.connection.execute(_ADD, _row(board))

    def find_board(self, board_id: str) -> Board | None:
        return _board(self.connection.execute(_BY_ID, {"id": board_id}).first())

    def open_board(self, channel_id: int) -> Board | None:
        return _board(self.connection.execute(_OPEN, {"channel_id": channel_id}).first())

    def newest_board(self, server_id: int) -> Board | None:
        return _board(self.connection.execute(_NEWEST, {"server_id": server_id}).first())

    def open_boards(self, server_id: int, opener_id: int) -> Sequence[Board]:
        values = {"server_id": server_id, "opener_id": opener_id}
        return self._boards(_UNCLOSED_OF, values)

    def opened_at(self, server_id: int, opener_id: int, *, back: int) -> datetime | None:
        values = {"server_id": server_id, "opener_id": opener_id, "back": back}
        at: datetime | None = self.connection.execute(_OPENED, values).scalar()
        return at

    def boards_in(self, channel_id: int) -> Sequence[Board]:
        return self._boards(_UNCLOSED_IN, {"channel_id": channel_id})

    def save_board(self, board: Board) -> bool:
        values = {"board_id": board.id, "known": board.version - 1, **_row(board)}
        return self.connection.execute(_SAVE, values).first() is not None

    def takes(self, board_id: str) -> Sequence[VideoTask]:
        rows = self.connection.execute(_TAKES, {"board_id": board_id})
        return [VideoTask(**dict(zip(_TASK, row, strict=True))) for row in rows]

    def vote(self, board_id: str, user_id: int, task_id: str, at: datetime) -> None:
        values = {"board_id": board_id, "user_id": user_id, "task_id": task_id, "voted_at": at}
        self.connection.execute(_VOTE, values)

    def vote_of(self, board_id: str, user_id: int) -> str | None:
        values = {"board_id": board_id, "user_id": user_id}
        task_id: str | None = self.connection.execute(_VOTE_OF, values).scalar()
        return task_id

    def drop_vote(self, board_id: str, user_id: int) -> None:
        self.connection.execute(_UNVOTE, {"board_id": board_id, "user_id": user_id})

    def votes(self, board_id: str) -> Mapping[str, int]:
        found = self.connection.execute(_VOTES, {"board_id": board_id})
        return {task_id: count for task_id, count in found}

    def _boards(self, which: Select[Any], values: dict[str, int]) -> Sequence[Board]:
        rows = self.connection.execute(which, values)
        return [found for row in rows if (found := _board(row)) is not None]


def _row(board: Board) -> dict[str, Any]:
    values = {name: getattr(board, name) for name in _BOARD}
    return values | {
        "document": json.dumps(
            {
                "locale": board.locale,
                "number": board.number,
                "best": board.best,
                "parent_id": board.parent_id,
                "shots": to_builtins(board.shots),
                "options": to_builtins(board.options),
            }
        )
    }


def _board(row: Sequence[Any] | None) -> Board | None:
    if row is None:
        return None
    values = dict(zip(_COLUMNS, row, strict=True))
    document = json.loads(values.pop("document"))
    return Board(
        **values | {"state": BoardState(values["state"])},
        locale=document["locale"],
        number=document.get("number", 0),
        best=document.get("best"),
        parent_id=document["parent_id"],
        shots=convert(document["shots"], tuple[BoardShot, ...]),
        options=convert(document["options"], VideoSpec),
    )
