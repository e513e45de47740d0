"""Statements on posts: the messages we owe or have sent."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, Protocol

from bot.video.values.posts import Post, PostKind


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

    def inbox(self, user_id: int) -> Sequence[Post]: ...
