"""Statements on posts: the messages we owe or have sent."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, Protocol

from msgspec import Struct

from bot.video.values.posts import Post, PostKind


class OwedPost(Struct, frozen=True, kw_only=True):
    """A post that is due or being sent, and when to look at it. `is_first`: a reply that nobody is
    known to have seen."""

    post_id: str
    kind: PostKind
    at: datetime
    is_first: bool = False


class PostBooks(Protocol):
    """Posts."""

    def add_post(self, post: Post) -> bool:
        """Add a post; False if one with this nonce exists."""
        ...

    def post(self, post_id: str) -> Post:
        """The post with this id. Raises KeyError."""
        ...

    def hold_post(self, post_id: str) -> Post:
        """A post, locked until the commit. Raises KeyError."""
        ...

    def posts(self, task_id: str) -> Sequence[Post]: ...

    def find_post(self, task_id: str, kind: PostKind) -> Post | None: ...

    def look_up_post(self, post_id: str) -> Post | None: ...

    def open_queues(self) -> Sequence[Post]:
        """All servers' queue messages that are sent or being sent."""
        ...

    def moderators_cards(self, server_id: int) -> Sequence[Post]:
        """Everything ever owed to a server's moderators' channel, in any state."""
        ...

    def change_post(self, post_id: str, **changes: Any) -> Post:
        """Change a post; only for `outbox.change`, which locks it first."""
        ...

    def owe_edits(self, task_id: str, kinds: Collection[PostKind], at: datetime) -> None:
        """Make the messages of these kinds that show a task or another take of its request due for
        an edit, where they are there. All of them are locked until the commit."""
        ...

    def mark_delivery(self, post_id: str, **changes: Any) -> Post:
        """Note the result of sending; only for `life`. Raises TypeError for any other change."""
        ...

    def claim_post(self, post_id: str, owner: int) -> Post | None:
        """Make `owner` the one that delivers a post without a task, until it is settled; None if
        another living process does."""
        ...

    def owed(self, *, owner: int | None = None) -> Sequence[OwedPost]:
        """Every post that is due or being sent; for `owner`, without tasks that another process
        drives."""
        ...

    def inbox(self, user_id: int) -> Sequence[Post]: ...
