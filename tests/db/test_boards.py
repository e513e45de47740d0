"""Storyboards in the database: many people write at once, and nothing is lost.

Hypothesis lets every change be overtaken between its read and its write."""

from collections.abc import Callable

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from msgspec.structs import replace
from sqlalchemy import create_engine

from bot.db.books import SqlBooks
from bot.db.tables import metadata
from bot.db.unit_of_work import SqlStore
from bot.errors import Refusal
from bot.video.doors.storyboards import Intent, change
from bot.video.outbox import new_posts
from bot.video.outbox.owed import owe_board
from bot.video.storyboards import edits
from bot.video.storyboards.rights import Hand
from bot.video.values.boards import Board, BoardShot, BoardState
from bot.video.values.posts import PostState
from bot.video.values.videos import VideoRequest, VideoTask
from tests.db.boards import BOARD_ID, NOON, OPENER, new_board

AUTHOR, MODERATOR = Hand(user_id=2), Hand(user_id=3, may_moderate=True)


def new_shot(number: int, seconds: int | None, author: Hand) -> BoardShot:
    return BoardShot(
        id=f"shot{number:016}",
        prompt=f"shot {number}",
        author_id=author.user_id,
        seconds=seconds or 0,
        is_fixed=seconds is not None,
    )


class Overtaken(SqlBooks):
    """Books in which somebody else is faster, once: between the read and the write."""

    faster: Callable[[], None] | None = None

    def save_board(self, board: Board) -> bool:
        if (faster := self.faster) is not None:
            self.faster = None
            faster()
        return super().save_board(board)


hands = st.sampled_from([OPENER, AUTHOR, MODERATOR])
lengths = st.none() | st.integers(1, 15)
places = st.integers(0, 5)


class ManyHands(RuleBasedStateMachine):
    """Two people at once at each step, and forms that were opened long ago."""

    def __init__(self) -> None:
        super().__init__()
        engine = create_engine("sqlite://")
        metadata.create_all(engine)
        self.connection = engine.connect()
        self.books = Overtaken(self.connection)
        self.books.add_board(new_board())
        self.words: dict[str, str] = {}
        self.set_by_hand: dict[str, int | None] = {}
        self.forms: list[BoardShot] = []
        self.changes = 0
        self.version = 1
        self.numbers = iter(range(1, 10**6))

    def teardown(self) -> None:
        self.connection.close()
        self.connection.engine.dispose()

    @property
    def board(self) -> Board:
        found = self.books.find_board(BOARD_ID)
        assert found is not None
        return found

    def do(self, intent: Intent, then: Callable[[], None]) -> None:
        """A refusal leaves nothing behind; an accepted change happens once."""
        try:
            change(self.books, BOARD_ID, 1, intent, NOON)
        except Refusal:
            return
        self.changes += 1
        then()

    @rule(by=hands, seconds=lengths, others=hands, other_seconds=lengths)
    def two_add_at_once(
        self, by: Hand, seconds: int | None, others: Hand, other_seconds: int | None
    ) -> None:
        self.books.faster = lambda: self.add(others, other_seconds)
        self.add(by, seconds)
        self.books.faster = None

    def add(self, by: Hand, seconds: int | None) -> None:
        shot = new_shot(next(self.numbers), seconds, by)

        def noted() -> None:
            self.words[shot.id], self.set_by_hand[shot.id] = shot.prompt, seconds

        self.do(lambda it: edits.add(it, [shot], by=by), noted)

    @rule(place=places)
    def open_a_form(self, place: int) -> None:
        self.forms += self.board.shots[place : place + 1]

    @rule(by=hands, place=places, seconds=lengths, others=hands)
    def send_an_old_form_while_somebody_adds(
        self, by: Hand, place: int, seconds: int | None, others: Hand
    ) -> None:
        for form in self.forms[place : place + 1]:
            words = f"rewritten {next(self.numbers)}"

            def noted(id: str = form.id, was: str = form.prompt, words: str = words) -> None:
                assert self.words[id] == was, "somebody else's words were written over"
                self.words[id], self.set_by_hand[id] = words, seconds

            self.books.faster = lambda: self.add(others, None)
            self.do(
                lambda it, form=form, words=words: edits.edit(
                    it, form.id, prompt=words, seconds=seconds, edition=form.edition, by=by
                ),
                noted,
            )
            self.books.faster = None

    @rule(by=hands, place=places, step=st.integers(-5, 5), other=places)
    def move_while_somebody_removes(self, by: Hand, place: int, step: int, other: int) -> None:
        for shot in self.board.shots[place : place + 1]:
            self.books.faster = lambda: self.remove(MODERATOR, other)
            self.do(
                lambda it, id=shot.id: edits.move(it, id, step, by=by),
                lambda: None,
            )
            self.books.faster = None

    def remove(self, by: Hand, place: int) -> None:
        for shot in self.board.shots[place : place + 1]:

            def noted(id: str = shot.id) -> None:
                del self.words[id], self.set_by_hand[id]

            self.do(lambda it, id=shot.id: edits.remove(it, id, by=by), noted)

    @rule(by=hands, is_locked=st.booleans())
    def lock_while_the_author_adds(self, by: Hand, is_locked: bool) -> None:
        self.books.faster = lambda: self.add(AUTHOR, None)
        self.do(lambda it: edits.lock(it, by=by, is_locked=is_locked), lambda: None)
        self.books.faster = None

    @invariant()
    def no_shot_is_lost(self) -> None:
        assert {shot.id: shot.prompt for shot in self.board.shots} == self.words

    @invariant()
    def versions_rise_by_one_a_change(self) -> None:
        assert self.board.version >= self.version
        self.version = self.board.version
        assert self.version == 1 + self.changes

    @invariant()
    def sums_are_right(self) -> None:
        shots = self.board.shots
        fixed = [each for each in self.set_by_hand.values() if each is not None]
        shared = len(shots) - len(fixed)
        assert all(shot.seconds >= 1 for shot in shots)
        assert all(shot.seconds == self.set_by_hand[shot.id] for shot in shots if shot.is_fixed)
        if shared:
            rest = sum(fixed) + shared
            assert self.board.seconds == max(rest, min(15, max(3, sum(fixed) + 3 * shared)))
        assert (edits.problem(self.board) is None) is (3 <= self.board.seconds <= 15)


TestManyHands = ManyHands.TestCase
TestManyHands.settings = settings(max_examples=20, stateful_step_count=15)


async def test_a_board_comes_back_as_it_was_kept(store: SqlStore) -> None:
    shots = (new_shot(1, 4, AUTHOR), new_shot(2, None, OPENER))
    kept = edits.add(new_board(parent_id="film0000000000000001"), shots, by=OPENER)

    await store.tx(lambda books: books.add_board(kept))

    assert await store.tx(lambda books: books.find_board(BOARD_ID)) == kept


async def test_only_the_next_version_is_kept(store: SqlStore) -> None:
    await store.tx(lambda books: books.add_board(new_board()))

    async def save(version: int, title: str) -> bool:
        board = new_board(version=version, title=title)
        return await store.tx(lambda books: books.save_board(board))

    assert await save(2, "first")
    assert not await save(2, "late")
    assert not await save(1, "later")
    found = await store.tx(lambda books: books.find_board(BOARD_ID))
    assert found is not None
    assert (found.version, found.title) == (2, "first")


async def test_the_newest_board_of_a_channel_that_is_not_closed_is_the_open_one(
    store: SqlStore,
) -> None:
    later = NOON.replace(hour=13)
    closed = new_board(id="board000000000000003", state=BoardState.CLOSED, created_at=later)
    newer = new_board(id="board000000000000002", created_at=later, state=BoardState.LOCKED)
    for each in (new_board(), newer, closed):
        await store.tx(lambda books, board=each: books.add_board(board))

    found = await store.tx(lambda books: books.open_board(2))

    assert found == newer
    assert await store.tx(lambda books: books.open_board(3)) is None


async def test_takes_come_oldest_first(
    store: SqlStore,
    new_task: Callable[..., VideoTask],
    new_request: Callable[[VideoTask], VideoRequest],
) -> None:
    tasks = [new_task(created_at=NOON.replace(hour=hour)) for hour in (15, 14)]

    def order(books: SqlBooks) -> None:
        for task in tasks:
            books.add_request(replace(new_request(task), board_id=BOARD_ID))
            books.add_task(task, seconds=5)

    await store.tx(order)

    found = await store.tx(lambda books: books.takes(BOARD_ID))
    assert [task.id for task in found] == [tasks[1].id, tasks[0].id]


@pytest.mark.parametrize("state", PostState)
async def test_only_a_message_that_is_there_is_edited(store: SqlStore, state: PostState) -> None:
    post = replace(new_posts.board(BOARD_ID, server_id=1, channel_id=2, now=NOON), state=state)
    await store.tx(lambda books: books.add_post(post))

    await store.tx(lambda books: owe_board(books, BOARD_ID, NOON))

    now = await store.tx(lambda books: books.post(post.id))
    assert now.state is (PostState.DUE if state is PostState.THERE else state)
