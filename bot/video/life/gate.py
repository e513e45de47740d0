"""The pause rule: after the first doubtful submission nothing more is risked until a probe.

Pure; the submitter asks it before each submission and tells it how each one went."""

from enum import StrEnum

from msgspec import Struct, field

FIRST_PROBE = 5.0  # seconds
LAST_PROBE = 60.0
MOST_REMEMBERED = 1000  # refused videos


class Pause(StrEnum):
    """Why nothing is submitted at the moment."""

    OUTAGE = "outage"  # no answer, or none that can be trusted
    KEY = "key"  # the API key is refused
    CREDIT = "credit"  # nothing left to spend
    BUSY = "busy"  # the API asked to wait
    REFUSED = "refused"  # a video was, for no reason that is known


class Gate(Struct, kw_only=True):
    """How many submissions may be under way: one at first, doubling with each success.

    `most` is the width when all is well; None is unlimited.
    """

    most: int | None
    width: int = 1
    pause: Pause | None = None
    probe_at: float | None = None  # by the count of seconds, which nobody sets
    under_way: int = 0
    refused: set[str] = field(default_factory=set)  # the videos, since one was accepted last
    _delay: float = FIRST_PROBE
    _accepted: int = 0
    _refused_at: dict[str, int] = field(default_factory=dict)

    @property
    def is_open(self) -> bool:
        """Whether one more may start now."""
        return self.pause is None and self.under_way < self.width

    def shut(self, pause: Pause, now: float, *, seconds: float | None = None) -> bool:
        """Stop submitting; True when it was open. `seconds` is what the API asked for."""
        was_open = self.pause is None
        self.pause = pause
        self.width = 1
        self.probe_at = now + (self._delay if seconds is None else seconds)
        return was_open

    def probe_failed(self, now: float) -> None:
        """Wait longer before the next probe."""
        self._wait_longer()
        self.probe_at = now + self._delay

    def reopen(self) -> None:
        """Go on with one submission. If that is no success either, the next one waits longer."""
        self.pause = None
        self.probe_at = None
        self.width = 1
        self._wait_longer()

    def succeeded(self) -> None:
        """A submission was accepted: widen."""
        self._delay = FIRST_PROBE
        self._accepted += 1
        self.refused.clear()
        limit = 64 if self.most is None else max(1, self.most)
        self.width = min(limit, self.width * 2)

    def refuse(self, task_id: str) -> bool:
        """A video was refused: others are tried first. True when another was accepted since it was
        refused last."""
        others_go_on = self._accepted > self._refused_at.pop(task_id, self._accepted)
        self._refused_at[task_id] = self._accepted
        if len(self._refused_at) > MOST_REMEMBERED:
            del self._refused_at[next(iter(self._refused_at))]
        self.refused.add(task_id)
        return others_go_on

    def _wait_longer(self) -> None:
        self._delay = min(self._delay * 2, LAST_PROBE)
