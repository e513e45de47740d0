"""How the log tells of an outage: a line when it begins, one a minute while it lasts, one when it
ends. Whatever fails meanwhile for the same reason says nothing of its own."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock, Timer

from bot.errors import ApiError, FilmError, PostError

log = logging.getLogger(__name__)

EVERY = 60.0  # seconds between two lines
LONGEST = 200  # characters of a reason
CALM = 10.0  # seconds without a failure, after which a success ends an outage


Later = Callable[[float, Callable[[], None]], None]


def by_timer(seconds: float, call: Callable[[], None]) -> None:
    """Call in a thread of its own."""
    timer = Timer(seconds, call)
    timer.daemon = True
    timer.start()


class Outage:
    """Whether `what` ("The database") works, as the calls that need it find. For any thread.

    A success right after a failure proves little: small writes still fit on a disk that is nearly
    full. So an outage ends `CALM` seconds after its last failure at the earliest, and then by
    itself, since nobody may call for hours; `later` calls back after so many seconds.
    """

    def __init__(
        self,
        what: str,
        *,
        monotonic: Callable[[], float],
        level: int = logging.WARNING,
        later: Later = by_timer,
    ) -> None:
        self._later = later
        self._is_awaited = False  # a call back
        self._what = what
        self._monotonic = monotonic
        self._level = level
        self._lock = Lock()
        self._began: float | None = None
        self._failed_at = 0.0
        self._worked_at: float | None = None  # for the first time since the last failure
        self._failures = 0
        self._is_told = False
        self._told_at = -EVERY

    @property
    def is_on(self) -> bool:
        return self._began is not None

    def failed(self, why: object) -> None:
        """A call has failed, and will be tried again."""
        with self._lock:
            now = self._monotonic()
            if self._began is None:
                self._began, self._failures, self._is_told = now, 0, False
            self._failures += 1
            self._failed_at, self._worked_at = now, None
            if now - self._told_at < EVERY:
                return
            self._told_at, self._is_told = now, True
            failures, lasts = self._failures, now - self._began
        if failures == 1:
            self._say(self._level, "%s fails, and is tried again: %s", self._what, why)
        else:
            said = "%s still fails, after %s and %d tries: %s"
            self._say(self._level, said, self._what, in_words(lasts), failures, why)

    def worked(self) -> None:
        """A call has succeeded."""
        if not self.is_on:  # as a rule, and then it needs no lock
            return
        with self._lock:
            now, began = self._monotonic(), self._began
            self._worked_at = now if self._worked_at is None else self._worked_at
            if began is None:
                return
            if (left := CALM - (now - self._failed_at)) > 0:
                self._look_again_in(left)
                return
            lasted, is_told = self._worked_at - began, self._is_told
            self._began = None
            if is_told:
                self._told_at = now
        if is_told:
            self._say(logging.WARNING, "%s works again, after %s", self._what, in_words(lasted))

    def _look_again_in(self, seconds: float) -> None:
        if not self._is_awaited:
            self._is_awaited = True
            self._later(seconds, self._look_again)

    def _look_again(self) -> None:
        with self._lock:
            self._is_awaited = False
            has_worked = self._worked_at is not None
        if has_worked:
            self.worked()

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Note what becomes of the call in the block, by the error that it raises."""
        try:
            yield
        except (ApiError, FilmError, PostError) as error:
            if error.is_outage:
                self.failed(_why(error))
            else:
                self.worked()
            raise
        self.worked()

    def _say(self, level: int, said: str, *values: object) -> None:
        log.log(level, said, *values, extra={"action": "outage"})


def level(error: ApiError | FilmError | PostError, usual: int = logging.INFO) -> int:
    """How important one call's failure is for the log, which hears of an outage anyway."""
    return logging.DEBUG if error.is_outage else usual


def _why(error: Exception) -> str:
    """In one line, and briefly: some errors quote a whole page, and those of videos their links."""
    cause = None if isinstance(error, FilmError) else error.__cause__
    words = str(error) if cause is None else f"{type(cause).__name__}: {cause}"
    return " ".join(words.split())[:LONGEST].rstrip(": ")


def in_words(seconds: float) -> str:
    """How long something lasts: `12 s`, `3 min`, `2.5 h`."""
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.1f} h"
