"""Statements on requests and tasks: insert, find, move by compare-and-set."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Protocol

from msgspec import Struct

from bot.video.values.videos import State, VideoRequest, VideoTask


class Search(Struct, frozen=True, kw_only=True):
    """The filters of a list of videos, which shows the newest first."""

    user_id: int | None = None
    server_id: int | None = None
    channel_id: int | None = None  # with its public threads
    words: tuple[str, ...] = ()  # each in the prompt or in a shot
    since: datetime | None = None
    until: datetime | None = None  # before this time
    seen_by: int | None = None  # this person's own, plus those made in `seen_in` and still posted
    seen_in: frozenset[int] = frozenset()
    moderated_in: frozenset[int] = frozenset()  # everything made there is visible
    offset: int = 0
    limit: int = 10


class Begun(Struct, frozen=True, kw_only=True):
    """A task whose undo seconds have started."""

    task: VideoTask
    has_inbox: bool  # whether anything waits in its person's inbox


class TaskBooks(Protocol):
    """Requests and tasks."""

    def add_request(self, request: VideoRequest) -> None: ...

    def add_task(self, task: VideoTask, *, seconds: int, grant_id: str | None = None) -> None:
        """Add a task with its reservation (paid by a grant, if given) and its expected charge.

        A charge counts as ordered when its task is submitted: both dates change together.
        """
        ...

    def request(self, request_id: str) -> VideoRequest:
        """The request with this id. Raises KeyError."""
        ...

    def task(self, task_id: str) -> VideoTask:
        """The task with this id. Raises KeyError."""
        ...

    def find_task(self, task_id: str) -> VideoTask | None: ...

    def takes_of(self, request_id: str) -> Sequence[VideoTask]:
        """The tasks of a request, in the order of their numbers."""
        ...

    def task_by_remote_id(self, remote_id: str) -> VideoTask | None: ...

    def search(self, search: Search) -> Sequence[tuple[VideoRequest, VideoTask]]:
        """Matches among the newest 10,000 videos of the server, or of the person there."""
        ...

    def is_cut(self, search: Search) -> bool:
        """Whether there are older videos, which `search` does not look through."""
        ...

    def move(self, task: VideoTask, to: State, **changes: Any) -> VideoTask | None:
        """Compare-and-set by the driver: state, owner and epoch must be as in `task`.

        Returns the task as it is now, or None after a duplicate, a lost race or a lost lease.
        """
        ...

    def move_from(
        self, task_id: str, states: Iterable[State], to: State, **changes: Any
    ) -> VideoTask | None:
        """Compare-and-set by people and callbacks: the state must be one of `states`."""
        ...

    def note(self, task_id: str, **changes: Any) -> VideoTask:
        """Change fields outside the state (muted, deleted_by). Raises KeyError."""
        ...

    def begin_undo(self, task_id: str, until: datetime) -> Begun | None:
        """Start the undo seconds; None if they had started before."""
        ...

    def under_way(
        self, server_id: int | None, *, limit: int, offset: int = 0, user_id: int | None = None
    ) -> Sequence[VideoTask]:
        """The tasks without an outcome, oldest first: a server's, or one person's there or (None)
        anywhere."""
        ...

    def entries(self, server_id: int, *, limit: int, offset: int = 0) -> Sequence[VideoTask]:
        """Like `under_way` of a server, but takes of one request that wait alike count once."""
        ...

    def reprice(self, task_id: str, *, request_id: str, price: int, seconds: int) -> VideoTask:
        """Make a task stand for another request, in both ledgers as well."""
        ...
