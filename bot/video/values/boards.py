"""A storyboard, its shots and its takes. What people do to it is in `bot.video.storyboards`."""

import hashlib
from datetime import datetime
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

from bot.errors import Refusal
from bot.video.values.cards import Card
from bot.video.values.videos import Shot, ShotType, VideoSpec


class BoardState(StrEnum):
    """Who may change a board; rendering is open to all until it is closed."""

    OPEN = "open"
    LOCKED = "locked"  # only the opener and moderators
    CLOSED = "closed"  # nobody any more


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
