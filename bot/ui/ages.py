"""How old an interaction is, and until when it can be answered, although clocks differ.

Discord writes the time of creation into the id, by its own clock."""

from datetime import datetime, timedelta

from bot.clock import Clock

ANSWER_WITHIN = timedelta(seconds=2.5)  # of Discord's 3, the rest is the way there
MEMORY = 60.0  # seconds; long enough to see a fresh one, short enough to follow a drifting clock


class Ages:
    """Learns the offset between Discord's clock and our count of seconds, which nobody sets: the
    smallest seen in the last minutes.

    An interaction that was under way for long cannot be told from a wrong clock until a fresh one
    comes; it is then answered too late, which Discord tells us.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._since = clock.monotonic()
        self._now: float | None = None
        self._before: float | None = None

    def created(self, created_at: datetime) -> datetime:
        """The time of creation by our clock, as late as it can have been."""
        counted = self._clock.monotonic()
        if counted - self._since > MEMORY:
            self._since, self._before, self._now = counted, self._now, None
        offset = counted - created_at.timestamp()
        self._now = offset if self._now is None else min(self._now, offset)
        least = self._now if self._before is None else min(self._now, self._before)
        return self._clock.now() - timedelta(seconds=offset - least)
