"""How often a channel's messages are edited, as Discord counts it: on arrival.

One edit at a time, and the next a while after the answer to the last, so that no delay on the way
can bring two closer together."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from bot.clock import Clock
from bot.video.ports.edges import Lease

# Discord takes 5 edits in 5 s per channel; this pace makes at most 4, so a last edit always fits.
SPACING = timedelta(seconds=1.25)
CHANNELS = 1000  # remembered; others have had no edit for long


class ChannelPace:
    """Knows when a channel can take another edit that is not urgent."""

    def __init__(self, clock: Clock, lease: Lease) -> None:
        self._clock = clock
        self._lease = lease
        self._free_at: dict[int, datetime] = {}
        self._under_way: set[int] = set()

    def free_at(self, channel_id: int, now: datetime) -> datetime:
        """When to ask again; `now` means that an edit may go."""
        if channel_id in self._under_way:
            return now + self._spacing
        free_at = self._free_at.get(channel_id, now)
        return max(now, min(free_at, now + self._spacing))  # the clock may have been set back

    @contextmanager
    def turn(self, channel_id: int) -> Iterator[None]:
        """Reserve the channel during an edit."""
        self._under_way.add(channel_id)
        try:
            yield
        finally:
            self._under_way.discard(channel_id)
            self.count(channel_id)

    def count(self, channel_id: int) -> None:
        """Count an edit, made or about to be made: the next one keeps its distance."""
        now = self._clock.now()
        self._free_at[channel_id] = now + self._spacing
        if len(self._free_at) > CHANNELS:
            self._free_at = {each: at for each, at in self._free_at.items() if at > now}

    @property
    def _spacing(self) -> timedelta:
        """A process's share: any of them may have videos in the channel."""
        return SPACING * self._lease.drivers
