"""A storyboard as a value, and everything people do to it as pure functions.

Each takes a board as it is now and gives the next one, so it can be applied again to a fresher one.
Storage is `bot.db.boards`', what people see of it `bot.ui.cards.boards`'."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from textwrap import wrap
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from bot.errors import Refusal
from bot.video.models import (
    DURATIONS,
    SHOT_PROMPT_LIMIT,
    SHOTS_LIMIT,
    Card,
    Shot,
    ShotType,
    VideoSpec,
)
from bot.video.shot_lines import share_seconds
from bot.video.specs import check, check_shots
from bot.video.visible import is_visible, seen

TITLE_LIMIT = 100  # characters
SHORTEST, LONGEST = DURATIONS.start, DURATIONS.stop - 1
SHARE = 3  # seconds of a shot while there is room for so much


class BoardState(StrEnum):
    """Who may change a board; rendering is open to all until it is closed."""

    OPEN = "open"
    LOCKED = "locked"  # only the opener and moderators
    CLOSED = "closed"  # nobody any more


class Hand(Struct, frozen=True, kw_only=True):
    """Who does something to a board."""

    user_id: int
    may_moderate: bool = False


class BoardShot(Struct, frozen=True, kw_only=True):
    """One shot: 1 to 512 characters. `edition` rises whenever somebody rewrites it."""

    id: str
    prompt: str
    author_id: int
    seconds: int = 0
    is_fixed: bool = False  # set by hand; otherwise it takes its share
    edition: int = 0


class Board(Struct, frozen=True, kw_only=True):
    """A storyboard: a row. `version` rises by one with every change."""

    id: str
    server_id: int
    channel_id: int
    opener_id: int
    title: str
    locale: str  # the server's, as of its opening
    parent_id: str | None = None  # the film it was made from
    created_at: datetime
    changed_at: datetime
    state: BoardState = BoardState.OPEN
    version: int = 1
    shots: tuple[BoardShot, ...] = ()
    options: VideoSpec  # of the film; its prompt is empty, its shots are the board's

    @property
    def seconds(self) -> int:
        """How long the shots are together."""
        return sum(shot.seconds for shot in self.shots)

    def shot(self, shot_id: str) -> BoardShot:
        """Raises `Refusal("shot_gone")`."""
        for shot in self.shots:
            if shot.id == shot_id:
                return shot
        raise Refusal("shot_gone")

    def film(self) -> VideoSpec:
        """The film of this board, shot for shot, as it stands."""
        shots = tuple(
            Shot(prompt=each.prompt, seconds=each.seconds, author_id=each.author_id)
            for each in self.shots
        )
        return replace(
            self.options,
            prompt="",
            duration=self.seconds,
            shot_type=ShotType.CUSTOMIZE,
            shots=shots,
        )

    def film_cut_by_model(self) -> VideoSpec:
        """The shots as one prompt that the model cuts by itself; they stay for the credits."""
        prompt = "\n".join(each.prompt for each in self.shots)
        return replace(self.film(), prompt=prompt, shot_type=ShotType.INTELLIGENCE)


class BoardCard(Struct, frozen=True, kw_only=True):
    """All there is to show of a board. `price` is in 1/10,000 credit, `takes` are the last ones."""

    board: Board
    takes: tuple[Card, ...]
    take_count: int
    price: int

    def look(self) -> str:
        """A digest of all that can look different on it."""
        takes = [(each.task.state, each.task.progress, each.film) for each in self.takes]
        return hashlib.sha256(repr((self.board.version, takes)).encode()).hexdigest()[:16]


class Take(Struct, frozen=True, kw_only=True):
    """Which film of which board a film is; the number counts from 1."""

    number: int
    title: str


class Lineage(Struct, frozen=True, kw_only=True):
    """What a film came from: a board, and film after film that it follows, the nearest first."""

    take: Take | None
    films: tuple[Card, ...]


def read_title(written: str | None) -> str:
    """A title as it is kept, empty where none was written. Raises `Refusal` for one that nobody
    could see."""
    if written and not is_visible(written):
        raise Refusal("title_empty")
    return seen(written or "")[:TITLE_LIMIT]


def problem(board: Board) -> Refusal | None:
    """What keeps a board from being rendered."""
    if board.shots and board.seconds not in DURATIONS:
        return Refusal("board_seconds", total=board.seconds, least=SHORTEST, most=LONGEST)
    try:
        check(board.film() if board.shots else replace(board.film(), duration=SHORTEST))
    except Refusal as refusal:
        return refusal
    return None


def add(board: Board, shots: Sequence[BoardShot], *, by: Hand) -> Board:
    """With further shots at the end, each with its author."""
    check_may_write(board, by)
    count = len(board.shots) + len(shots)
    if count > SHOTS_LIMIT:
        raise Refusal("shots_too_many", count=count, limit=SHOTS_LIMIT)
    check_shots(tuple(Shot(prompt=each.prompt, seconds=1) for each in shots), len(shots))
    return _shared(replace(board, shots=(*board.shots, *shots)))


def edit(
    board: Board, shot_id: str, *, prompt: str, seconds: int | None, edition: int, by: Hand
) -> Board:
    """With a shot rewritten; seconds None is its share. Raises `Refusal` where somebody else
    rewrote it since the edition that was read."""
    shot = _own(board, shot_id, by)
    check_shots((Shot(prompt=prompt, seconds=1),), 1)
    if seconds is not None and not 1 <= seconds <= LONGEST:
        raise Refusal("board_shot_seconds", most=LONGEST)
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
    _may_run(board, by)
    options = replace(board.options, **changes)
    check(replace(options, prompt="-", shot_type=ShotType.ONE, duration=SHORTEST))
    return replace(board, options=options)


def lock(board: Board, *, by: Hand, is_locked: bool) -> Board:
    """Locked, or open to everybody again."""
    _may_run(board, by)
    return replace(board, state=BoardState.LOCKED if is_locked else BoardState.OPEN)


def hand_over(board: Board, *, by: Hand, to: int) -> Board:
    """With another opener."""
    _may_run(board, by)
    return replace(board, opener_id=to)


def close(board: Board, *, by: Hand) -> Board:
    """Closed for good; its takes stay listed."""
    _may_run(board, by)
    return replace(board, state=BoardState.CLOSED)


def lines_of(spec: VideoSpec) -> list[tuple[int | None, str, int]]:
    """A film's request as shots: seconds where written, words, and who wrote them (0: unknown).

    Each line of a prompt is one; what is too long for one is cut between words.
    """
    if spec.shot_type is ShotType.CUSTOMIZE:
        return [(each.seconds, each.prompt, each.author_id) for each in spec.shots]
    lines = [
        piece
        for line in spec.prompt.splitlines()
        if is_visible(line)
        for piece in wrap(line, SHOT_PROMPT_LIMIT)
    ]
    return [(None, line, 0) for line in lines]


def begin_take(board: Board, *, version: int) -> Board:
    """As it was shown with its price, for one take: the same question cannot be answered twice.

    Raises `Refusal("board_moved_on")` where it changed since, and what does not add up.
    """
    _check_open(board)
    if board.version != version:
        raise Refusal("board_moved_on")
    if (found := problem(board)) is not None:
        raise found
    return board


def may_change(board: Board, shot: BoardShot, by: Hand) -> bool:
    """Whether a shot is somebody's to change."""
    if board.state is BoardState.LOCKED:
        return may_run(board, by)
    return board.state is BoardState.OPEN and (shot.author_id == by.user_id or may_run(board, by))


def may_run(board: Board, by: Hand) -> bool:
    """Whether a person runs the board: its opener, or a moderator."""
    return by.may_moderate or by.user_id == board.opener_id


def _shared(board: Board) -> Board:
    """With the seconds of all shots that were not set by hand shared out: 3 each while there is
    room, evenly where there is not, and never less than one, even where that is too much."""
    fixed = sum(shot.seconds for shot in board.shots if shot.is_fixed)
    gaps = sum(not shot.is_fixed for shot in board.shots)
    if not gaps:
        return board
    wanted = min(LONGEST, max(SHORTEST, fixed + SHARE * gaps))
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


def check_may_write(board: Board, by: Hand) -> None:
    """Raises `Refusal` where nobody, or somebody else, writes."""
    _check_open(board)
    if board.state is BoardState.LOCKED and not may_run(board, by):
        raise Refusal("board_locked")


def _may_run(board: Board, by: Hand) -> None:
    _check_open(board)
    if not may_run(board, by):
        raise Refusal("not_your_board")


def _check_open(board: Board) -> None:
    if board.state is BoardState.CLOSED:
        raise Refusal("board_closed")
