"""Who asks for a video, and where: what a server's rules check beyond the request itself.

Built from each interaction; only `decided_by` stores any of it."""

from datetime import datetime
from typing import Self

from msgspec import Struct

from bot.video.values.videos import Origin


class Asker(Struct, frozen=True, kw_only=True):
    """A member in a place, at the time of one interaction."""

    user_id: int
    channel_id: int
    parent_id: int | None = None  # the thread's parent channel
    role_ids: frozenset[int] = frozenset()
    joined_at: datetime | None = None  # None: unknown
    may_moderate: bool = False  # has Moderate Members
    is_age_restricted: bool = False  # the channel or its parent

    @classmethod
    def of(cls, origin: Origin) -> Self:
        """What a request's origin alone says: no roles, no permissions, an ordinary channel."""
        return cls(user_id=origin.user_id, channel_id=origin.channel_id)

    @property
    def channel_ids(self) -> frozenset[int]:
        """The channel and, for a thread, its parent: rules for either apply here."""
        return frozenset(filter(None, (self.channel_id, self.parent_id)))
