"""What a process reads of all rows, again and again."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from bot.video.values.posts import PostKind


class OwedPost(Struct, frozen=True, kw_only=True):
    """A post that is due or being sent, and when to look at it. `is_first`: a reply that nobody is
    known to have seen."""

    post_id: str
    kind: PostKind
    at: datetime
    is_first: bool = False


class Near(Struct, frozen=True, kw_only=True):
    """A queued task whose turn is near."""

    task_id: str
    ready_at: datetime | None


class Survey(Struct, frozen=True, kw_only=True):
    """The owed posts, the earliest first; the ids of all servers' queue messages that are sent or
    being sent; and the queued tasks of a short queue, in no order."""

    owed: Sequence[OwedPost]
    queues: Sequence[str]
    near: Sequence[Near]
