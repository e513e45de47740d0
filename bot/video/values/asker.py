"""Who asks for a film, and where: what a server's rules look at beyond the request itself.

Built from what Discord sends with each interaction; nothing here is stored but in `decided_by`."""

from datetime import datetime
from typing import Self

from msgspec import Struct

from bot.video.values.videos import VideoRequest


class Asker(Struct, frozen=True, kw_only=True):
    """A member in a place, as of one interaction."""

    user_id: int
    channel_id: int
    parent_id: int | None = None  # the channel that a thread belongs to
    role_ids: frozenset[int] = frozenset()
    joined_at: datetime | None = None  # None: not known
    may_moderate: bool = False  # Moderate Members
    is_age_restricted: bool = False  # the channel, or the one its thread belongs to

    @classmethod
    def of(cls, request: VideoRequest) -> Self:
        """As little as the request itself says: no roles, no rights, an ordinary channel."""
        return cls(user_id=request.user_id, channel_id=request.channel_id)

    @property
    def channel_ids(self) -> frozenset[int]:
        """The channel, and the one its thread belongs to: rules for either hold here."""
        return frozenset(filter(None, (self.channel_id, self.parent_id)))
