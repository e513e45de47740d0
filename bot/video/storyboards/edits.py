"""Everything people do to a storyboard, as pure functions.

Each takes a board and returns the next one, so it can be repeated on a newer board. `bot.db.boards`
stores boards, `bot.ui.cards.boards` shows them."""

from collections.abc import Sequence
from textwrap import wrap
from typing import Any

from msgspec.structs import replace

from bot.errors import Refusal
from bot.video.storyboards.rights import (
    Hand,
    check_may_run,
    check_may_write,
    check_open,
    may_change,
)
from bot.video.values.boards import Board, BoardShot, BoardState
from bot.video.values.catalogue import Model, model_of
from bot.video.values.shot_lines import share_seconds
from bot.video.values.specs import check, check_outline, check_shots
from bot.video.values.videos import Shot, State, VideoSpec, VideoTask
from bot.video.values.visible import is_visible, seen

TITLE_LIMIT = 100  # characters
SHARE = 3  # seconds of a shot, while there is room


def read_title(written: str | None) -> str:
    """A title as stored; empty if none was written. Raises `Refusal` for an invisible one."""
    if written and not is_visible(written):
        raise Refusal("title_empty")
    return seen(written or "")[:TITLE_LIMIT]


def problem(board: Board) -> Refusal | None:
    """What keeps a board from being rendered."""
    model = board.model
    if board.shots and board.seconds not in model.durations:
        return _wrong_length(board.seconds, model)
    try:
        check(board.film() if board.shots else replace(board.film(), duration=model.shortest))
    except Refusal as refusal:
        return refusal
    return None


def _wrong_length(total: int, model: Model) -> Refusal:
    if model.has_gaps:
        return Refusal("board_lengths", total=total, can=list(model.durations))
    return Refusal("board_seconds", total=total, least=model.shortest, most=model.longest)


def add(board: Board, shots: Sequence[BoardShot], *, by: Hand) -> Board:
    """Add shots at the end, each with its author."""
    check_may_write(board, by)
    count = len(board.shots) + len(shots)
    if count > board.model.shots_limit:
        raise Refusal("shots_too_many", count=count, limit=board.model.shots_limit)
    added = tuple(Shot(prompt=each.prompt, seconds=1) for each in shots)
    check_shots(added, board.model)
    return _shared(replace(board, shots=(*board.shots, *shots)))


def edit(
    board: Board, shot_id: str, *, prompt: str, seconds: int | None, edition: int, by: Hand
) -> Board:
    """Rewrite a shot; seconds None means its share. Raises `Refusal` if someone else rewrote it
    since `edition`."""
    shot = _own(board, shot_id, by)
    check_shots((Shot(prompt=prompt, seconds=1),), board.model)
    if seconds is not None and not 1 <= seconds <= board.model.longest:
        raise Refusal("board_shot_seconds", most=board.model.longest)
    if shot.edition != edition:
        raise Refusal("shot_changed", text=shot.prompt, seconds=shot.seconds)
    written = replace(
        shot,
        prompt=prompt,
        seconds=seconds or 0,
        is_fixed=seconds is not None,
        changed_by=0 if by.user_id == shot.author_id else by.user_id,
        edition=edition + 1,
    )
    shots = tuple(written if each.id == shot_id else each for each in board.shots)
    return _shared(replace(board, shots=shots))


def move(board: Board, shot_id: str, step: int, *, by: Hand) -> Board:
    """Move a shot `step` places later, or earlier if negative."""
    shot = _own(board, shot_id, by)
    others = [each for each in board.shots if each.id != shot_id]
    others.insert(max(0, board.shots.index(shot) + step), shot)
    return _shared(replace(board, shots=tuple(others)))


def remove(board: Board, shot_id: str, *, by: Hand) -> Board:
    """Remove a shot."""
    _own(board, shot_id, by)
    shots = tuple(each for each in board.shots if each.id != shot_id)
    return _shared(replace(board, shots=shots))


def set_options(board: Board, *, by: Hand, **changes: Any) -> Board:
    """Change options of the video; the others stay."""
    check_may_run(board, by)
    options = replace(board.options, **changes)
    check_outline(replace(options, duration=board.model.shortest))
    return replace(board, options=options)


def lock(board: Board, *, by: Hand, is_locked: bool) -> Board:
    """Lock the board, or open it to everybody again."""
    check_may_run(board, by)
    return replace(board, state=BoardState.LOCKED if is_locked else BoardState.OPEN)


def hand_over(board: Board, *, by: Hand, to: int) -> Board:
    """Hand the board to another person."""
    check_may_run(board, by)
    return replace(board, opener_id=to)


def mark_best(board: Board, take_id: str | None, takes: Sequence[VideoTask], *, by: Hand) -> Board:
    """Mark a finished take as the best, or with None no take."""
    check_may_run(board, by)
    if take_id is not None and take_id not in {take.id for take in takes if is_shown(take)}:
        raise Refusal("take_gone", board=board.name)
    return replace(board, best=take_id)


def is_shown(take: VideoTask) -> bool:
    """Whether a take's video is finished and was not deleted."""
    return take.state is State.COMPLETED and take.deleted_by is None


def close(board: Board, *, by: Hand) -> Board:
    """Close the board for good; its takes stay listed."""
    check_may_run(board, by)
    return replace(board, state=BoardState.CLOSED)


def lines_of(spec: VideoSpec) -> list[Shot]:
    """A video's request as shots that are as long together.

    Each line of a prompt becomes a shot; lines that are too long are cut between words.
    """
    if spec.shots:
        return list(spec.shots)
    limit = model_of(spec.model).shot_prompt_limit
    lines = [
        piece
        for line in spec.prompt.splitlines()
        if is_visible(line)
        for piece in wrap(line, limit)
    ]
    seconds = share_seconds([None] * len(lines), max(spec.duration, len(lines)))
    return [Shot(prompt=line, seconds=each) for each, line in zip(seconds, lines, strict=True)]


def shortened(before: Board, after: Board) -> list[tuple[int, BoardShot, int]]:
    """The shots that a change made shorter: their number now, the shot, and its seconds before."""
    were = {shot.id: shot.seconds for shot in before.shots}
    return [
        (number, shot, were[shot.id])
        for number, shot in enumerate(after.shots, start=1)
        if shot.seconds < were.get(shot.id, 0)
    ]


def begin_take(board: Board, *, version: int) -> Board:
    """The board with one more take, if it is still the version that was shown with its price: one
    question cannot be answered twice.

    Raises `Refusal("board_moved_on")` if it changed since, or if its shots do not add up.
    """
    check_open(board)
    if board.version != version:
        raise Refusal("board_moved_on", board=board.name)
    if (found := problem(board)) is not None:
        raise found
    return board


def _shared(board: Board) -> Board:
    """Share the seconds among the shots without a set length: 3 each or a bit more,
    so that the model makes that length; evenly if there is less room, and never less than one, even
    if the sum is then too long."""
    fixed = sum(shot.seconds for shot in board.shots if shot.is_fixed)
    gaps = sum(not shot.is_fixed for shot in board.shots)
    if not gaps:
        return board
    wanted = board.model.length_for(fixed + SHARE * gaps)
    written = [shot.seconds if shot.is_fixed else None for shot in board.shots]
    seconds = share_seconds(written, wanted)
    shots = tuple(
        replace(shot, seconds=each) for shot, each in zip(board.shots, seconds, strict=True)
    )
    return replace(board, shots=shots)


def _own(board: Board, shot_id: str, by: Hand) -> BoardShot:
    check_may_write(board, by)
    shot = board.shot(shot_id)
    if not may_change(board, shot, by):
        raise Refusal("not_your_shot")
    return shot
