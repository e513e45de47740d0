"""A storyboard's message: only one, right in the end, and not edited too often."""

import itertools
import random
from datetime import timedelta
from typing import Any

import pytest

from bot.db.sqlite import FileLease
from bot.errors import Fate, PostError, Refusal
from bot.video.doors.settings import change as change_setting
from bot.video.doors.storyboards import Storyboards
from bot.video.life import settling
from bot.video.outbox.new_posts import board_post_id
from bot.video.privacy.forgetting import forget
from bot.video.storyboards import edits
from bot.video.storyboards.rights import Hand
from bot.video.values.asker import Asker
from bot.video.values.boards import Board, BoardCard, BoardState
from bot.video.values.moderation import PromptRule, RuleAction
from bot.video.values.posts import PostState
from tests.fakes import settle
from tests.video.harness import Harness, Start

MAYA = Hand(user_id=101)
ASKER = Asker(user_id=101, channel_id=11)


def storyboards(harness: Harness) -> Storyboards:
    return Storyboards(
        videos=harness.videos,
        store=harness.store,
        clock=harness.clock,
        choose=random.Random(5).choice,
        notify=harness.engine.notify,
    )


async def opened(harness: Harness, title: str = "Fox at dawn") -> Board:
    board = await storyboards(harness).open(
        server_id=1, asker=ASKER, channel_id=11, title=title, locale="en-US"
    )
    await harness.clock.advance(1)
    return board


async def added(harness: Harness, board: Board, words: str = "a fox wakes") -> Board:
    room = storyboards(harness)
    shot = room.new_shot(words, author_id=MAYA.user_id)
    kept = await room.write(
        board.id, 1, lambda it: edits.add(it, [shot], by=MAYA), asker=ASKER, words=words
    )
    await settle()
    return kept


async def post_of(harness: Harness, board: Board) -> Any:
    return await harness.store.tx(lambda books: books.post(board_post_id(board.id)))


async def test_a_board_is_posted_at_once_and_edited_when_it_changes(harness: Harness) -> None:
    board = await opened(harness)
    await added(harness, board)
    await harness.clock.advance(4)

    (sent,), (edit,) = harness.announcer.of("board"), harness.announcer.of("edit")
    assert sent.board.board.title == "Fox at dawn"
    assert [each.prompt for each in edit.board.board.shots] == ["a fox wakes"]


async def test_a_channel_reads_once_of_a_board_in_a_thread_and_again_only_when_it_is_forgotten(
    harness: Harness,
) -> None:
    board = await storyboards(harness).open(
        server_id=1, asker=ASKER, channel_id=12, title="Dawn", locale="en-US", announce_in=11
    )
    await harness.clock.advance(1)
    sent = [each.post.channel_id for each in harness.announcer.of("board")]
    await added(harness, board)
    await harness.clock.advance(4)
    changed = [each.post.channel_id for each in harness.announcer.of("edit")]
    await forget(harness.store.read, harness.store.tx, MAYA.user_id, harness.clock.now())
    harness.engine.notify("")
    await harness.clock.advance(20)
    edits = harness.announcer.of("edit")[1:]

    assert sorted(sent) == [11, 12]
    assert changed == [12]
    assert sorted(each.post.channel_id for each in edits) == [11, 12]
    assert all(each.board.board.title == "" for each in edits)


async def test_many_changes_are_one_edit_in_three_seconds(harness: Harness) -> None:
    board = await opened(harness)
    for words in ("one", "two", "three", "four"):
        await added(harness, board, words)
        await harness.clock.advance(0.5)
    await harness.clock.advance(10)

    edits = harness.announcer.of("edit")
    moments = [harness.announcer.of("board")[0].at, *(each.at for each in edits)]
    gaps = [later - earlier for earlier, later in itertools.pairwise(moments)]
    assert all(gap >= timedelta(seconds=3) for gap in gaps)
    assert len(edits[-1].board.board.shots) == 4
    assert len(edits) <= 2


async def test_a_message_in_doubt_is_looked_for_and_not_sent_twice(harness: Harness) -> None:
    harness.announcer.script["board"] = [PostError(Fate.UNKNOWN)]
    board = await opened(harness)
    await harness.clock.advance(30)

    assert len(harness.announcer.of("board")) == 1
    assert (await post_of(harness, board)).state is PostState.THERE


async def test_a_message_that_never_arrived_is_sent_again(harness: Harness) -> None:
    harness.announcer.takes_unknown = False
    harness.announcer.script["board"] = [PostError(Fate.UNKNOWN), PostError(Fate.LATER)]
    board = await opened(harness)
    await harness.clock.advance(60)

    assert len(harness.announcer.of("board")) == 1
    assert (await post_of(harness, board)).state is PostState.THERE


async def test_a_look_that_is_refused_does_not_close_the_board(harness: Harness) -> None:
    harness.announcer.takes_unknown = False
    harness.announcer.script["board"] = [PostError(Fate.UNKNOWN)]
    harness.announcer.script["find"] = [PostError(Fate.REFUSED, code=50001)]
    board = await opened(harness)
    await harness.clock.advance(60)

    assert len(harness.announcer.of("board")) == 1
    assert (await post_of(harness, board)).state is PostState.THERE
    assert (await storyboards(harness).board(board.id, 1)).state is BoardState.OPEN


async def test_an_edit_that_fails_for_now_is_made_later(harness: Harness) -> None:
    board = await opened(harness)
    harness.announcer.script["edit"] = [PostError(Fate.LATER, retry_after=7)]
    await added(harness, board)
    await harness.clock.advance(3)
    assert not harness.announcer.of("edit")

    await harness.clock.advance(20)

    assert len(harness.announcer.of("edit")) == 1


async def test_a_board_whose_message_was_deleted_is_closed(harness: Harness) -> None:
    board = await opened(harness)
    harness.announcer.script["edit"] = [PostError(Fate.REFUSED, code=10008)]
    await added(harness, board)
    await harness.clock.advance(10)

    assert (await storyboards(harness).board(board.id, 1)).state is BoardState.CLOSED
    with pytest.raises(Refusal, match="board_closed"):
        await added(harness, board)


async def test_a_sleeping_thread_keeps_its_board(harness: Harness) -> None:
    board = await opened(harness)
    harness.announcer.script["edit"] = [PostError(Fate.REFUSED, code=50083)]
    await added(harness, board)
    await harness.clock.advance(10)
    await added(harness, board, "it runs")
    await harness.clock.advance(10)

    (edit,) = harness.announcer.of("edit")
    assert len(edit.board.board.shots) == 2


async def test_a_board_that_was_owed_when_the_program_died_is_posted_once(start: Start) -> None:
    async with start() as harness:
        harness.announcer.script["board"] = [PostError(Fate.UNKNOWN)]
        board = await opened(harness)
    async with start() as harness:
        await harness.clock.advance(30)
        await added(harness, board)
        await harness.clock.advance(10)

        assert len(harness.announcer.of("board")) == 1
        assert len(harness.announcer.of("edit")[-1].board.board.shots) == 1


@pytest.fixture
def lease(monkeypatch: pytest.MonkeyPatch) -> dict[str, bool]:
    """`lease["held"]` says whether it is."""
    held = {"held": True}
    monkeypatch.setattr(FileLease, "is_held", lambda self: held["held"])
    return held


async def test_no_board_is_sent_when_the_lease_lapsed_since_it_was_marked(
    harness: Harness, lease: dict[str, bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    begin = settling.begin_sending

    def begin_and_lapse(*args: Any) -> Any:
        lease["held"] = False
        return begin(*args)

    monkeypatch.setattr(settling, "begin_sending", begin_and_lapse)
    board = await opened(harness)
    assert not harness.announcer.of("board")

    monkeypatch.setattr(settling, "begin_sending", begin)
    lease["held"] = True
    await harness.clock.advance(60)

    assert len(harness.announcer.of("board")) == 1
    assert (await post_of(harness, board)).state is PostState.THERE


async def test_no_board_is_edited_when_the_lease_lapsed_since_it_was_read(
    harness: Harness, lease: dict[str, bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    board = await opened(harness)
    await harness.clock.advance(10)
    look = BoardCard.look

    def look_and_lapse(card: BoardCard) -> str:
        lease["held"] = False
        return look(card)

    monkeypatch.setattr(BoardCard, "look", look_and_lapse)
    await added(harness, board)
    assert not harness.announcer.of("edit")

    monkeypatch.setattr(BoardCard, "look", look)
    lease["held"] = True
    await harness.clock.advance(60)

    assert len(harness.announcer.of("edit")) == 1


async def test_who_may_not_make_films_in_a_place_writes_no_shots_there(harness: Harness) -> None:
    board = await opened(harness)
    await harness.videos.moderate(change_setting, (1, 1), "channels", [12])

    with pytest.raises(Refusal, match="place_channels"):
        await added(harness, board)
    assert not (await storyboards(harness).board(board.id, 1)).shots


async def test_a_shot_that_a_rule_refuses_is_not_written_and_the_audit_knows(
    harness: Harness,
) -> None:
    board = await opened(harness)
    watched = PromptRule(
        id="rule0000000000000001", server_id=1, name="no wolves", pattern="wolf",
        is_pattern=False, action=RuleAction.REFUSE, set_by=1, set_at=harness.clock.now(),
    )  # fmt: skip
    await harness.store.tx(lambda books: books.add_rule(watched))

    with pytest.raises(Refusal, match="prompt_rule"):
        await added(harness, board, "a wolf howls")
    assert not (await storyboards(harness).board(board.id, 1)).shots
    (entry,) = await harness.store.tx(lambda books: books.audit(1, limit=5))
    assert entry.user_id == MAYA.user_id
