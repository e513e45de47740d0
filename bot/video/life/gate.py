"""The pause rule: after the first doubtful submission, submit nothing until a probe succeeds. Pure.

The submitter asks before each submission and reports its result."""

from enum import StrEnum

from msgspec import Struct, field

FIRST_PROBE = 5.0  # seconds
LAST_PROBE = 60.0
MOST_REMEMBERED = 1000  # refused videos


class Pause(StrEnum):
    """Why nothing is submitted at the moment."""

    OUTAGE = "outage"  # no answer, or one that cannot be trusted
    KEY = "key"  # the API refused the key
    CREDIT = "credit"  # no credits left
    BUSY = "busy"  # the API asked us to wait
    REFUSED = "refused"  # a video was refused, for an unknown reason


class SavedGate(Struct, frozen=True, kw_only=True):
    """What all processes of one database know of the gate; the version rises with each change."""

    version: int = 0
    pause: Pause | None = None
    width: int = 1
    probe_at: float | None = None
    delay: float = FIRST_PROBE


class Gate(Struct, kw_only=True):
    """How many submissions may run at once: one at first, doubling with each success.

    `most` is the width when all is well; None is unlimited.
    """

    most: int | None
    width: int = 1
    pause: Pause | None = None
    probe_at: float | None = None  # seconds, by the clock of whoever asks
    version: int = 0
    under_way: int = 0
    # Videos refused since one was last accepted, with their requests: takes are refused alike.
    refused: dict[str, str] = field(default_factory=dict)
    _delay: float = FIRST_PROBE
    _accepted: int = 0
    _refused_at: dict[str, int] = field(default_factory=dict)

    def saved(self) -> SavedGate:
        """What others have to know."""
        return SavedGate(
            version=self.version,
            pause=self.pause,
            width=self.width,
            probe_at=self.probe_at,
            delay=self._delay,
        )

    def load(self, saved: SavedGate) -> None:
        """Take over what others know."""
        self.version, self.pause, self.width = saved.version, saved.pause, saved.width
        self.probe_at, self._delay = saved.probe_at, saved.delay

    @property
    def widest(self) -> int:
        """The width when all is well."""
        return 64 if self.most is None else max(1, self.most)

    @property
    def is_open(self) -> bool:
        """Whether one more may start now."""
        return self.pause is None and self.under_way < self.width

    def shut(self, pause: Pause, now: float, *, seconds: float | None = None) -> bool:
        """Stop submitting; returns True if it was open. `seconds` is the wait the API asked for."""
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
        """Try one submission; if that fails too, the next wait is longer."""
        self.pause = None
        self.probe_at = None
        self.width = 1
        self._wait_longer()

    def succeeded(self) -> None:
        """Note an accepted submission: widen."""
        self._delay = FIRST_PROBE
        self._accepted += 1
        self.refused.clear()
        self.width = min(self.widest, self.width * 2)

    def refuse(self, task_id: str, request_id: str) -> bool:
        """Note a refused video: others are tried first. Returns True if another one was accepted
        since this one was last refused."""
        others_go_on = self._accepted > self._refused_at.pop(task_id, self._accepted)
        self._refused_at[task_id] = self._accepted
        if len(self._refused_at) > MOST_REMEMBERED:
            del self._refused_at[next(iter(self._refused_at))]
        self.refused[task_id] = request_id
        return others_go_on

    def _wait_longer(self) -> None:
        self._delay = min(self._delay * 2, LAST_PROBE)
