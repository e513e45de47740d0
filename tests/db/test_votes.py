"""Votes for a storyboard's takes: one each, however many vote at once, and gone with the board."""

import asyncio
from collections.abc import Callable
from datetime import timedelta

import pytest
from msgspec.structs import replace

from bot.db.books import SqlBooks
from bot.db.unit_of_work import SqlStore
from bot.errors import Refusal
from bot.video.doors.votes import vote
from bot.video.values.boards import Board, BoardState
from bot.video.values.videos import State, VideoRequest, VideoTask
from tests.db.boards import BOARD_ID, NOON, new_board

CROWD = range(1, 61)


@pytest.fixture
def takes(new_task: Callable[..., VideoTask]) -> list[VideoTask]:
    states = (State.COMPLETED, State.COMPLETED, State.FAILED)
    return [
        new_task(state=state, created_at=NOON + timedelta(minutes=minute))
        for minute, state in enumerate(states)
    ]


@pytest.fixture
async def board(
    store: SqlStore, takes: list[VideoTask], new_request: Callable[[VideoTask], VideoRequest]
) -> Board:
    """A board with two finished takes and one that failed."""

    def order(books: SqlBooks) -> None:
        books.add_board(new_board())
        for task in takes:
            books.add_request(replace(new_request(task), board_id=BOARD_ID))
            books.add_task(task, seconds=5)

    await store.tx(order)
    return new_board()


async def test_a_crowd_that_votes_at_once_has_one_vote_each(
    store: SqlStore, board: Board, takes: list[VideoTask]
) -> None:
    first, second, _ = takes
    await asyncio.gather(*(store.tx(vote, board, first.id, who, NOON) for who in CROWD))
    await asyncio.gather(*(store.tx(vote, board, second.id, who, NOON) for who in CROWD[:20]))
    taken_back = await store.tx(vote, board, first.id, CROWD[-1], NOON)

    counts = await store.tx(lambda books: books.votes(BOARD_ID))
    assert counts == {first.id: 39, second.id: 20}
    assert taken_back is None


async def test_only_finished_takes_of_an_open_board_can_be_voted_for(
    store: SqlStore, board: Board, takes: list[VideoTask]
) -> None:
    with pytest.raises(Refusal, match="take_gone"):
        await store.tx(vote, board, takes[2].id, 1, NOON)
    with pytest.raises(Refusal, match="take_gone"):
        await store.tx(vote, board, "film0000000000000009", 1, NOON)
    with pytest.raises(Refusal, match="board_closed"):
        await store.tx(vote, replace(board, state=BoardState.CLOSED), takes[0].id, 1, NOON)

    assert await store.tx(lambda books: books.votes(BOARD_ID)) == {}


async def test_votes_go_with_their_board(
    store: SqlStore, board: Board, takes: list[VideoTask]
) -> None:
    await store.tx(vote, board, takes[0].id, 1, NOON)
    closed = replace(board, state=BoardState.CLOSED, version=2)
    await store.tx(lambda books: books.save_board(closed))

    await store.tx(
        lambda books: books.drop_boards(changed_before=NOON + timedelta(days=1), limit=9)
    )

    assert await store.tx(lambda books: books.votes(BOARD_ID)) == {}
