"""Everything people do to a storyboard, as pure functions.

Each takes a board as it is now and gives the next one, so it can be applied again to a fresher one.
Storage is `bot.db.boards`', what people see of it `bot.ui.cards.boards`'."""

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
from bot.video.values.catalogue import ShotType, model_of
from bot.video.values.shot_lines import share_seconds
from bot.video.values.specs import check, check_outline, check_shots
from bot.video.values.videos import Shot, VideoSpec
from bot.video.values.visible import is_visible, seen

TITLE_LIMIT = 100  # characters
SHARE = 3  # seconds of a shot while there is room for so much


def read_title(written: str | None) -> str:
    """A title as it is kept, empty where none was written. Raises `Refusal` for one that nobody
    could see."""
    if written and not is_visible(written):
        raise Refusal("title_empty")
    return seen(written or "")[:TITLE_LIMIT]


def problem(board: Board) -> Refusal | None:
    """What keeps a board from being rendered."""
    model = board.model
    least, most = model.shortest, model.longest
    if board.shots and not least <= board.seconds <= most:
        return Refusal("board_seconds", total=board.seconds, least=least, most=most)
    try:
        check(board.film() if board.shots else replace(board.film(), duration=model.shortest))
    except Refusal as refusal:
        return refusal
    return None


def add(board: Board, shots: Sequence[BoardShot], *, by: Hand) -> Board:
    """With further shots at the end, each with its author."""
    check_may_write(board, by)
    count = len(board.shots) + len(shots)
    if count > board.model.shots_limit:
        raise Refusal("shots_too_many", count=count, limit=board.model.shots_limit)
    added = tuple(Shot(prompt=each.prompt, seconds=1) for each in shots)
    check_shots(added, len(shots), board.model)
    return _shared(replace(board, shots=(*board.shots, *shots)))


def edit(
    board: Board, shot_id: str, *, prompt: str, seconds: int | None, edition: int, by: Hand
) -> Board:
    """With a shot rewritten; seconds None is its share. Raises `Refusal` where somebody else
    rewrote it since the edition that was read."""
    shot = _own(board, shot_id, by)
    check_shots((Shot(prompt=prompt, seconds=1),), 1, board.model)
    if seconds is not None and not 1 <= seconds <= board.model.longest:
        raise Refusal("board_shot_seconds", most=board.model.longest)
    if shot.edition != edition:
        raise Refusal("shot_changed", text=shot.prompt, seconds=shot.seconds)
    written = replace(
        shot,
        prompt=prompt,
        seconds=seconds or 0,
        is_fixed=seconds is not None,
        edition=edition + 1,
    )
    shots = tuple(written if each.id == shot_id else each for each in board.shots)
    return _shared(replace(board, shots=shots))


def move(board: Board, shot_id: str, step: int, *, by: Hand) -> Board:
    """With a shot so many places later, or earlier where `step` is negative."""
    shot = _own(board, shot_id, by)
    others = [each for each in board.shots if each.id != shot_id]
    others.insert(max(0, board.shots.index(shot) + step), shot)
    return _shared(replace(board, shots=tuple(others)))


def remove(board: Board, shot_id: str, *, by: Hand) -> Board:
    """Without a shot."""
    _own(board, shot_id, by)
    shots = tuple(each for each in board.shots if each.id != shot_id)
    return _shared(replace(board, shots=shots))


def set_options(board: Board, *, by: Hand, **changes: Any) -> Board:
    """With other options of the film; what is not named stays as it is."""
    check_may_run(board, by)
    options = replace(board.options, **changes)
    check_outline(replace(options, duration=board.model.shortest))
    return replace(board, options=options)


def lock(board: Board, *, by: Hand, is_locked: bool) -> Board:
    """Locked, or open to everybody again."""
    check_may_run(board, by)
    return replace(board, state=BoardState.LOCKED if is_locked else BoardState.OPEN)


def hand_over(board: Board, *, by: Hand, to: int) -> Board:
    """With another opener."""
    check_may_run(board, by)
    return replace(board, opener_id=to)


def close(board: Board, *, by: Hand) -> Board:
    """Closed for good; its takes stay listed."""
    check_may_run(board, by)
    return replace(board, state=BoardState.CLOSED)


def lines_of(spec: VideoSpec) -> list[tuple[int | None, str, int]]:
    """A film's request as shots: seconds where written, words, and who wrote them (0: unknown).

    Each line of a prompt is one; what is too long for one is cut between words.
    """
    if spec.shot_type is ShotType.CUSTOMIZE:
        return [(each.seconds, each.prompt, each.author_id) for each in spec.shots]
    limit = model_of(spec.model).shot_prompt_limit
    lines = [
        piece
        for line in spec.prompt.splitlines()
        if is_visible(line)
        for piece in wrap(line, limit)
    ]
    return [(None, line, 0) for line in lines]


def begin_take(board: Board, *, version: int) -> Board:
    """As it was shown with its price, for one take: the same question cannot be answered twice.

    Raises `Refusal("board_moved_on")` where it changed since, and what does not add up.
    """
    check_open(board)
    if board.version != version:
        raise Refusal("board_moved_on")
    if (found := problem(board)) is not None:
        raise found
    return board


def _shared(board: Board) -> Board:
    """With the seconds of all shots that were not set by hand shared out: 3 each while there is
    room, evenly where there is not, and never less than one, even where that is too much."""
    fixed = sum(shot.seconds for shot in board.shots if shot.is_fixed)
    gaps = sum(not shot.is_fixed for shot in board.shots)
    if not gaps:
        return board
    wanted = min(board.model.longest, max(board.model.shortest, fixed + SHARE * gaps))
    written = [shot.seconds if shot.is_fixed else None for shot in board.shots]
    seconds = share_seconds(written, max(fixed + gaps, wanted))
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
