"""A storyboard, its shots and its takes. `bot.video.storyboards` says how people change them."""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

from bot.errors import Refusal
from bot.video.values.cards import BoardName, Card, Take
from bot.video.values.catalogue import Model, ShotType, model_of
from bot.video.values.videos import Shot, VideoSpec


class BoardState(StrEnum):
    """Who may change a board; anyone may render it until it is closed."""

    OPEN = "open"
    LOCKED = "locked"  # only the person who started it, and moderators
    CLOSED = "closed"  # nobody any more


class BoardShot(Struct, frozen=True, kw_only=True):
    """One shot: 1 to 512 characters. `edition` rises with each rewrite."""

    id: str
    prompt: str
    author_id: int
    seconds: int = 0
    is_fixed: bool = False  # a person set its length; otherwise it gets its share
    changed_by: int = 0  # who wrote it as it is now, if not its author
    edition: int = 0


class Board(Struct, frozen=True, kw_only=True):
    """A storyboard: one row. `version` rises by one with each change."""

    id: str
    server_id: int
    channel_id: int
    opener_id: int
    title: str
    number: int = 0  # among the boards of its server, from 1; 0 is unknown
    locale: str  # the server's, when the board was started
    parent_id: str | None = None  # the video it was made from
    created_at: datetime
    changed_at: datetime
    state: BoardState = BoardState.OPEN
    version: int = 1
    shots: tuple[BoardShot, ...] = ()
    best: str | None = None  # the take that is its best: a task's id
    options: VideoSpec  # of the video; its prompt is empty, the shots are the board's

    @property
    def name(self) -> BoardName:
        """Its title, or else the words of its first shot."""
        first = self.shots[0].prompt if self.shots else ""
        return BoardName(words=self.title or first, number=self.number)

    @property
    def model(self) -> Model:
        """The model of its video, for its limits."""
        return model_of(self.options.model)

    @property
    def seconds(self) -> int:
        """The length of all shots together, in seconds."""
        return sum(shot.seconds for shot in self.shots)

    def shot(self, shot_id: str) -> BoardShot:
        """The shot with this id. Raises `Refusal("shot_gone")`."""
        for shot in self.shots:
            if shot.id == shot_id:
                return shot
        raise Refusal("shot_gone", board=self.name)

    def film(self) -> VideoSpec:
        """The video of this board as it is now, shot by shot."""
        shots = tuple(
            Shot(
                prompt=each.prompt,
                seconds=each.seconds,
                is_free=not each.is_fixed,
                author_id=each.author_id,
            )
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
        """The shots as one prompt for the model to cut; the shots stay for the credits."""
        prompt = "\n".join(each.prompt for each in self.shots)
        return replace(self.film(), prompt=prompt, shot_type=ShotType.INTELLIGENCE)


class BoardCard(Struct, frozen=True, kw_only=True):
    """Everything a board's message shows. `price` in 1/10,000 credit, `takes` are the latest
    and the best."""

    board: Board
    takes: tuple[Card, ...]
    votes: Mapping[str, int] = {}  # by take
    price: int

    def look(self) -> str:
        """A digest of everything that is visible on it."""
        takes = [(each.task.state, each.task.progress, each.film) for each in self.takes]
        visible = (self.board.version, takes, sorted(self.votes.items()))
        return hashlib.sha256(repr(visible).encode()).hexdigest()[:16]


class Lineage(Struct, frozen=True, kw_only=True):
    """What a video came from: a board, and the videos it follows, the nearest first."""

    take: Take | None
    films: tuple[Card, ...]
