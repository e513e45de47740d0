"""Storyboards as values: permissions, how seconds are shared out, stale edits."""

from datetime import UTC, datetime
from typing import Any

import pytest
from msgspec.structs import replace

from bot.errors import Refusal
from bot.video.storyboards import edits
from bot.video.storyboards.rights import Hand
from bot.video.values.boards import Board, BoardShot, BoardState
from bot.video.values.catalogue import MODELS, Quality, ShotType
from bot.video.values.videos import Shot, State, VideoSpec, VideoTask

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
MAYA, LEO, SAM = Hand(user_id=1), Hand(user_id=2), Hand(user_id=3, may_moderate=True)


def board(**changes: object) -> Board:
    empty = Board(
        id="board000000000000001",
        server_id=1,
        channel_id=2,
        opener_id=MAYA.user_id,
        title="Fox at dawn",
        locale="en-US",
        options=VideoSpec(prompt=""),
        created_at=NOON,
        changed_at=NOON,
    )
    return replace(empty, **changes)


def shot(id: str, *, author: Hand = LEO, seconds: int | None = None) -> BoardShot:
    return BoardShot(
        id=id,
        prompt=f"shot {id}",
        author_id=author.user_id,
        seconds=seconds or 0,
        is_fixed=seconds is not None,
    )


def with_shots(*shots: BoardShot) -> Board:
    return edits.add(board(), shots, by=MAYA)


def take(id: str, state: State, **changes: Any) -> VideoTask:
    return VideoTask(
        id=id,
        request_id=id,
        server_id=1,
        user_id=1,
        state=state,
        price=1,
        created_at=NOON,
        **changes,
    )


def seconds(it: Board) -> list[int]:
    return [each.seconds for each in it.shots]


@pytest.mark.parametrize(
    ("count", "shared"),
    [
        (1, [3]),
        (2, [3, 3]),
        (4, [3, 3, 3, 3]),
        (5, [3, 3, 3, 3, 3]),
        (6, [3, 3, 3, 2, 2, 2]),
    ],
)
def test_shots_share_the_seconds_evenly(count: int, shared: list[int]) -> None:
    assert seconds(with_shots(*(shot(str(n)) for n in range(count)))) == shared


def test_seconds_set_by_hand_stay_and_the_others_share_the_rest() -> None:
    assert seconds(with_shots(shot("a", seconds=12), shot("b"), shot("c"))) == [12, 2, 1]


def test_a_shot_that_goes_gives_its_seconds_to_the_others() -> None:
    full = with_shots(shot("a", seconds=12), shot("b"), shot("c"))

    assert seconds(edits.remove(full, "a", by=LEO)) == [3, 3]


@pytest.mark.parametrize("shots", [[], [shot("a", seconds=2)], [shot("a", seconds=15), shot("b")]])
def test_what_is_too_short_or_too_long_cannot_be_rendered(shots: list[BoardShot]) -> None:
    it = with_shots(*shots) if shots else board()

    problem = edits.problem(it)

    assert problem is not None
    with pytest.raises(Refusal, match=problem.reason):
        edits.begin_take(it, version=it.version)


@pytest.fixture
def gappy(monkeypatch: pytest.MonkeyPatch) -> VideoSpec:
    """Options for a model that makes videos of 6 and 10 seconds only."""
    model = replace(next(iter(MODELS.values())), id="gappy", durations=(6, 10))
    monkeypatch.setitem(MODELS, model.id, model)
    return VideoSpec(prompt="", model=model.id)


@pytest.mark.parametrize(
    ("shots", "shared"),
    [
        ([None], [6]),
        ([None] * 3, [4, 3, 3]),
        ([None] * 4, [3, 3, 2, 2]),
        ([5, None], [5, 5]),
        ([9, None, None], [9, 1, 1]),
    ],
)
def test_seconds_are_shared_up_to_a_length_that_can_be_made(
    gappy: VideoSpec, shots: list[int | None], shared: list[int]
) -> None:
    written = [shot(str(n), seconds=each) for n, each in enumerate(shots)]

    assert seconds(edits.add(board(options=gappy), written, by=LEO)) == shared


def test_lengths_between_those_that_can_be_made_are_refused_by_name(gappy: VideoSpec) -> None:
    set_by_hand = edits.add(board(options=gappy), [shot("a", seconds=8)], by=LEO)
    problem = edits.problem(set_by_hand)

    assert problem is not None
    assert problem.reason == "board_lengths"
    assert problem.facts == {"total": 8, "can": [6, 10]}


def test_a_seventh_shot_is_refused() -> None:
    full = with_shots(*(shot(str(n)) for n in range(6)))

    with pytest.raises(Refusal, match="shots_too_many"):
        edits.add(full, [shot("g")], by=MAYA)


def test_the_film_is_the_board_shot_for_shot() -> None:
    it = edits.set_options(
        with_shots(shot("a", author=MAYA), shot("b", seconds=4)), by=MAYA, quality=Quality.HIGH
    )

    film = it.film()

    assert (film.shot_type, film.duration, film.quality) == (ShotType.CUSTOMIZE, 7, Quality.HIGH)
    assert [(each.prompt, each.seconds, each.author_id) for each in film.shots] == [
        ("shot a", 3, MAYA.user_id),
        ("shot b", 4, LEO.user_id),
    ]


@pytest.mark.parametrize(
    ("who", "is_allowed"), [(LEO, True), (MAYA, True), (SAM, True), (Hand(user_id=9), False)]
)
def test_a_shot_is_its_authors_the_openers_and_moderators(who: Hand, is_allowed: bool) -> None:
    it = with_shots(shot("a"))

    if is_allowed:
        assert not edits.remove(it, "a", by=who).shots
    else:
        with pytest.raises(Refusal, match="not_your_shot"):
            edits.remove(it, "a", by=who)


def test_on_a_locked_board_only_who_runs_it_writes() -> None:
    locked = edits.lock(with_shots(shot("a")), by=MAYA, is_locked=True)

    with pytest.raises(Refusal, match="board_locked"):
        edits.move(locked, "a", 1, by=LEO)
    assert edits.add(locked, [shot("b")], by=SAM).shots
    assert edits.lock(locked, by=MAYA, is_locked=False).state is BoardState.OPEN


def test_a_closed_board_stays_as_it_is() -> None:
    closed = edits.close(with_shots(shot("a")), by=MAYA)

    for act in (
        lambda: edits.add(closed, [shot("b")], by=MAYA),
        lambda: edits.lock(closed, by=SAM, is_locked=False),
        lambda: edits.begin_take(closed, version=closed.version),
    ):
        with pytest.raises(Refusal, match="board_closed"):
            act()


def test_only_who_runs_a_board_locks_hands_over_and_sets_options() -> None:
    it = with_shots(shot("a"))

    for act in (
        lambda: edits.lock(it, by=LEO, is_locked=True),
        lambda: edits.hand_over(it, by=LEO, to=LEO.user_id),
        lambda: edits.set_options(it, by=LEO, watermark=True),
        lambda: edits.close(it, by=LEO),
    ):
        with pytest.raises(Refusal, match="not_your_board"):
            act()
    assert edits.close(edits.hand_over(it, by=MAYA, to=LEO.user_id), by=LEO)


def test_a_shot_that_another_person_rewrote_says_who_until_its_author_writes_it() -> None:
    it = with_shots(shot("a"))
    rewritten = edits.edit(it, "a", prompt="a wolf", seconds=None, edition=0, by=SAM)
    own = edits.edit(rewritten, "a", prompt="a fox", seconds=None, edition=1, by=LEO)

    assert (rewritten.shots[0].author_id, rewritten.shots[0].changed_by) == (2, 3)
    assert own.shots[0].changed_by == 0


def test_an_edit_of_what_somebody_rewrote_says_how_it_reads_now() -> None:
    it = with_shots(shot("a"))
    rewritten = edits.edit(it, "a", prompt="a wolf", seconds=None, edition=0, by=SAM)

    with pytest.raises(Refusal) as refused:
        edits.edit(rewritten, "a", prompt="a red fox", seconds=5, edition=0, by=LEO)

    assert (refused.value.reason, refused.value.facts["text"]) == ("shot_changed", "a wolf")
    assert edits.edit(rewritten, "a", prompt="a red fox", seconds=5, edition=1, by=LEO)


def test_a_priced_board_that_changed_is_not_rendered() -> None:
    it = with_shots(shot("a"))

    with pytest.raises(Refusal, match="board_moved_on"):
        edits.begin_take(it, version=it.version - 1)


def test_moving_past_an_end_leaves_a_shot_at_that_end() -> None:
    it = with_shots(shot("a"), shot("b"), shot("c"))

    assert [each.id for each in edits.move(it, "a", -1, by=LEO).shots] == ["a", "b", "c"]
    assert [each.id for each in edits.move(it, "a", 1, by=LEO).shots] == ["b", "a", "c"]


def test_a_long_prompt_becomes_shots_cut_between_words() -> None:
    lines = edits.lines_of(VideoSpec(prompt="a fox wakes\n" + "snow " * 200))

    assert lines[0] == Shot(prompt="a fox wakes", seconds=2)
    assert sum(each.seconds for each in lines) == 5
    assert len(lines) == 3
    assert all(len(each.prompt) <= 512 for each in lines)


def test_shots_that_the_model_cut_keep_their_seconds_and_authors() -> None:
    it = with_shots(shot("a"), shot("b"))

    assert edits.lines_of(it.film_cut_by_model()) == edits.lines_of(it.film())


def test_a_change_names_the_shots_that_it_shortened() -> None:
    before = with_shots(shot("a"), shot("b", seconds=9), shot("c"))
    after = edits.add(before, [shot("d")], by=LEO)

    assert seconds(before) == [3, 9, 3]
    assert [(number, was) for number, _, was in edits.shortened(before, after)] == [(1, 3), (3, 3)]
    assert edits.shortened(before, before) == []


@pytest.mark.parametrize("taken", ["a stranger's", "rendering", "deleted"])
def test_only_a_finished_take_of_this_board_can_be_its_best(
    taken: str,
) -> None:
    takes = [
        take("ready", State.COMPLETED),
        take("rendering", State.RUNNING),
        take("deleted", State.COMPLETED, deleted_by=1),
    ]

    assert edits.mark_best(board(), "ready", takes, by=MAYA).best == "ready"
    assert edits.mark_best(board(), None, takes, by=MAYA).best is None
    with pytest.raises(Refusal, match="take_gone"):
        edits.mark_best(board(), taken, takes, by=MAYA)
    with pytest.raises(Refusal, match="not_your_board"):
        edits.mark_best(board(), "ready", takes, by=LEO)
