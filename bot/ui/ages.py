"""How old an interaction is, and how long it can be answered, although clocks differ.

Discord writes the creation time into the id, by its own clock."""

from datetime import datetime, timedelta

from bot.clock import Clock

MEMORY = 60.0  # seconds; long enough to include a fresh one, short enough to follow a drift


class Ages:
    """Learns the offset between Discord's clock and our monotonic one: the smallest of the last
    minutes.

    An interaction that was delayed looks like a wrong clock until a fresh one arrives. It is then
    answered too late, and Discord says so.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._since = clock.monotonic()
        self._now: float | None = None
        self._before: float | None = None

    def created(self, created_at: datetime) -> datetime:
        """Upper bound of the creation time, by our clock."""
        counted = self._clock.monotonic()
        if counted - self._since > MEMORY:
            self._since, self._before, self._now = counted, self._now, None
        offset = counted - created_at.timestamp()
        self._now = offset if self._now is None else min(self._now, offset)
        least = self._now if self._before is None else min(self._now, self._before)
        return self._clock.now() - timedelta(seconds=offset - least)
