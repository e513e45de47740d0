"""What the middle needs from the edges, as protocols. Storage's own is in `books.py`."""

from collections.abc import Callable
from pathlib import Path
from typing import Concatenate, ParamSpec, Protocol, TypeVar

from msgspec import Struct

from bot.video.ports.books import Books
from bot.video.values.boards import BoardCard
from bot.video.values.cards import Card
from bot.video.values.posts import Post
from bot.video.values.videos import Balance, VideoRequest, VideoUpdate

P = ParamSpec("P")
T = TypeVar("T")


class Store(Protocol):
    """The database: one transaction a call."""

    async def tx(
        self, fn: Callable[Concatenate[Books, P], T], /, *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run `fn(books, ...)` in one transaction and commit before returning its value.

        `fn` runs in the store's executor and touches nothing but its arguments. What it raises
        rolls back and reaches the caller. A cancelled caller does not undo it: outcome unknown.
        """
        ...


class PatientStore(Store, Protocol):
    """A `Store` that knows what nobody waits for, and what only reads."""

    async def soon(
        self, fn: Callable[Concatenate[Books, P], T], /, *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """As `tx`, some milliseconds later where that spares a commit."""
        ...

    async def read(
        self, fn: Callable[Concatenate[Books, P], T], /, *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run `fn(books, ...)`, which must not write, on what is committed; it delays no `tx`."""
        ...


class Lease(Protocol):
    """The right of this process to drive its tasks."""

    @property
    def owner(self) -> int:
        """The number of this process, higher at every start."""
        ...

    @property
    def is_shared(self) -> bool:
        """Whether other processes may drive films of the same database."""
        ...

    @property
    def is_lost(self) -> bool:
        """Whether others took over for good: this process will never hold it again."""
        ...

    def is_held(self) -> bool:
        """Whether it still is; asked directly before each act in the outside world."""
        ...


class VideoApi(Protocol):
    """The video API. Every method raises `bot.errors.ApiError`."""

    async def submit(
        self, request: VideoRequest, *, task_id: str, callback_url: str | None
    ) -> VideoUpdate:
        """Start a paid task, in one attempt; `ApiError.sent` tells whether one may exist."""
        ...

    async def look(self, remote_id: str) -> VideoUpdate:
        """Read a task; free, and retried by itself."""
        ...

    async def balance(self) -> Balance:
        """Read the credits left; free."""
        ...


class Witness(Protocol):
    """Remembers outside of the database how many submissions there were, so that a restored copy
    is noticed."""

    async def saw(self, submissions: int) -> None:
        """Durable on return. Raises `bot.errors.StorageDown`."""
        ...


class Servers(Protocol):
    """Which servers are served."""

    async def admits(self, server_id: int) -> bool | None:
        """None where nobody can say at the moment. Raises nothing."""
        ...


class FilmFile(Struct, frozen=True, kw_only=True):
    """A fetched film: proven to be an MP4."""

    path: Path
    size: int  # bytes


class Films(Protocol):
    """Where films are fetched from and, when too large for Discord, kept."""

    async def fetch(self, url: str, *, task_id: str) -> FilmFile:
        """Fetch into a temporary file that `drop` removes. Raises `bot.errors.FilmError`."""
        ...

    def drop(self, film: FilmFile) -> None:
        """Remove a fetched film."""
        ...

    async def keep(self, film: FilmFile, *, task_id: str) -> str | None:
        """Keep it under an address of our own and return that; None where there is none."""
        ...

    async def has(self, address: str) -> bool:
        """Whether what was kept under an address of ours is still there."""
        ...

    async def forget(self, address: str) -> None:
        """Remove what is kept under an address of ours; being gone already is fine."""
        ...


class SentMessage(Struct, frozen=True, kw_only=True):
    """A message that is there."""

    channel_id: int
    message_id: int


class Announcer(Protocol):
    """What people see of tasks. Every method raises `bot.errors.PostError`."""

    async def show(self, post: Post, card: Card | None) -> None:
        """Edit a reply or a standing card, by its token or by the bot's own."""
        ...

    async def remove(self, post: Post) -> None:
        """Delete a message; being gone already is fine."""
        ...

    async def find(self, post: Post) -> SentMessage | None:
        """Look whether a message whose sending has an unknown outcome is there; None: it is not."""
        ...

    async def upload_limit(self, post: Post) -> int:
        """How many bytes the post's target takes."""
        ...

    async def send_film(
        self, post: Post, card: Card, *, film: FilmFile | None, kept_at: str | None, ping: bool
    ) -> SentMessage:
        """Post a finished film at the post's rung, uploaded when `film` is given."""
        ...

    async def send_notice(self, post: Post, card: Card | None, *, ping: bool) -> SentMessage:
        """Send a line: to the operator (subject `operator.<cause>`, `content` as its facts),
        or, with `card`, the truth about a film to its requester where the reply is gone."""
        ...

    async def send_board(self, post: Post, card: BoardCard) -> SentMessage:
        """Post a storyboard's message; it pings nobody."""
        ...

    async def edit_board(self, post: Post, card: BoardCard) -> None:
        """Show a storyboard as it is now."""
        ...
