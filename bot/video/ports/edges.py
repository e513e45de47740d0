"""What the middle needs from the API, Discord and storage, as protocols."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Concatenate, ParamSpec, Protocol, TypeVar

from msgspec import Struct

from bot.video.ports.books import Books
from bot.video.values.boards import BoardCard
from bot.video.values.cards import Card
from bot.video.values.deferrals import Deferral
from bot.video.values.posts import Post
from bot.video.values.videos import Balance, VideoRequest, VideoUpdate

P = ParamSpec("P")
T = TypeVar("T")


class Store(Protocol):
    """The database: one transaction per call."""

    async def tx(
        self, fn: Callable[Concatenate[Books, P], T], /, *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run `fn(books, ...)` in one transaction; returns its value after the commit.

        `fn` runs in the store's executor and touches nothing but its arguments. If it raises, the
        transaction rolls back and the error reaches the caller. Cancelling the caller does not undo
        it: the outcome is then unknown.
        """
        ...


class PatientStore(Store, Protocol):
    """A `Store` that also knows which calls can wait, and which only read."""

    async def soon(
        self, fn: Callable[Concatenate[Books, P], T], /, *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Like `tx`, but some milliseconds later if that saves a commit."""
        ...

    async def read(
        self, fn: Callable[Concatenate[Books, P], T], /, *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run `fn(books, ...)`, which must not write, on committed data; delays no `tx`."""
        ...


class Lease(Protocol):
    """The right of this process to drive its tasks."""

    @property
    def owner(self) -> int:
        """This process's number, higher with each start."""
        ...

    @property
    def is_shared(self) -> bool:
        """Whether other processes may drive videos of the same database."""
        ...

    @property
    def is_lost(self) -> bool:
        """Whether others took over for good: this process will never hold the lease again."""
        ...

    @property
    def drivers(self) -> int:
        """How many processes drive videos of the same database, this one included."""
        ...

    def is_held(self) -> bool:
        """Whether it is held right now; asked before each act in the outside world."""
        ...


class Others(Protocol):
    """The other processes on the same database. A hint is sent to all, and may get lost."""

    async def hint(self, task_id: str) -> None:
        """Say that there is news of a task, or with "" of anything."""
        ...

    def listen(self, heard: Callable[[str], None]) -> None:
        """Call `heard`, from any thread, with what others hint at."""
        ...


class _Nobody:
    """No other process."""

    async def hint(self, task_id: str) -> None:
        return

    def listen(self, heard: Callable[[str], None]) -> None:
        return


NOBODY = _Nobody()


class VideoApi(Protocol):
    """The video API. Every method raises `bot.errors.ApiError`."""

    async def submit(
        self, request: VideoRequest, *, task_id: str, callback_url: str | None
    ) -> VideoUpdate:
        """Start a paid task, in one attempt; `ApiError.sent` says whether one may exist."""
        ...

    async def look(self, remote_id: str) -> VideoUpdate:
        """Read a task; free, with retries."""
        ...

    async def balance(self) -> Balance:
        """Read the credits left; free."""
        ...


class Witness(Protocol):
    """Remembers the number of submissions outside the database, to notice a restored copy."""

    async def saw(self, submissions: int) -> None:
        """Save the number; it is on disk on return. Raises `bot.errors.StorageDown`."""
        ...


class Servers(Protocol):
    """Which servers are served."""

    async def admits(self, server_id: int) -> bool | None:
        """Whether a server is served; None if nobody can say right now. Raises nothing."""
        ...


class FilmFile(Struct, frozen=True, kw_only=True):
    """A downloaded video, checked to be an MP4."""

    path: Path
    size: int  # bytes


class Clip(Struct, frozen=True, kw_only=True):
    """A video in a message: the file to upload, or else the address where we keep it, if any."""

    post: Post
    film: FilmFile | None = None
    kept_at: str | None = None


class Films(Protocol):
    """Downloads videos and keeps those too large for Discord."""

    async def fetch(self, url: str, *, task_id: str) -> FilmFile:
        """Download into a temporary file, which `drop` removes. Raises `bot.errors.FilmError`."""
        ...

    def drop(self, film: FilmFile) -> None:
        """Remove a downloaded file."""
        ...

    async def keep(self, film: FilmFile, *, task_id: str) -> str | None:
        """Keep the file under an address of our own and return that; None without such a place."""
        ...

    async def has(self, address: str) -> bool:
        """Whether the file kept under this address is still there."""
        ...

    async def forget(self, address: str) -> None:
        """Remove the file kept under this address; does nothing if it is gone."""
        ...


class SentMessage(Struct, frozen=True, kw_only=True):
    """A message that exists on Discord."""

    channel_id: int
    message_id: int


About = Card | BoardCard | None  # the video or the storyboard that a message shows


class Announcer(Protocol):
    """Shows posts to people, drawn by `post.kind`. Every method raises
    `bot.errors.PostError`."""

    async def find(self, post: Post) -> SentMessage | None:
        """Look for a message that may have been sent; None: it is not there."""
        ...

    async def send(
        self,
        post: Post,
        about: About,
        *,
        ping: bool,
        clips: Sequence[Clip] = (),
    ) -> SentMessage:
        """Post a new message at the post's rung, with these videos."""
        ...

    async def edit(self, post: Post, about: About) -> None:
        """Show a message as it is now, with its token or the bot's own."""
        ...

    async def finish(self, deferral: Deferral) -> None:
        """Say in the place of a "thinking" message that nothing came of it; does nothing if it was
        replaced."""
        ...

    async def remove(self, post: Post) -> None:
        """Delete a message; does nothing if it is gone."""
        ...

    async def upload_limit(self, post: Post) -> int:
        """The largest upload the post's target accepts, in bytes."""
        ...
