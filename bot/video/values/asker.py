"""Who asks for a video, and where: what a server's rules check beyond the request itself.

Built from each interaction; only `decided_by` stores any of it."""

from datetime import datetime

from msgspec import Struct


class Asker(Struct, frozen=True, kw_only=True):
    """A member in a place, at the time of one interaction."""

    user_id: int
    channel_id: int
    parent_id: int | None = None  # the thread's parent channel
    role_ids: frozenset[int] = frozenset()
    joined_at: datetime | None = None  # None: unknown
    may_moderate: bool = False  # has Moderate Members
    is_age_restricted: bool = False  # the channel or its parent

    @property
    def channel_ids(self) -> frozenset[int]:
        """The channel and, for a thread, its parent: rules for either apply here."""
        return frozenset(filter(None, (self.channel_id, self.parent_id)))
