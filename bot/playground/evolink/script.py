"""The script of faults, written by tests, the demo page and chaos runs.

Every fault says how often it applies: `times=1` is the next use only, `times=None` lasts until
`clear()`.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar

from bot.clock import Clock
from bot.playground.evolink.faults import (
    METADATA,
    REASONS,
    CallbackFault,
    Course,
    LinkFault,
    Redirect,
    WireFault,
)
from bot.playground.evolink.tasks import Failure, Status

T = TypeVar("T")


class Script(Generic[T]):
    """Scripted faults of one kind, used in order."""

    def __init__(self) -> None:
        self._left: list[tuple[T, int | None]] = []

    def add(self, fault: T, times: int | None) -> None:
        self._left.append((fault, times))

    def take(self, fits: Callable[[T], bool] = lambda _: True) -> T | None:
        """The first fault that fits; counts it as used once."""
        for place, (fault, times) in enumerate(self._left):
            if fits(fault):
                if times == 1:
                    del self._left[place]
                elif times is not None:
                    self._left[place] = fault, times - 1
                return fault
        return None

    def clear(self) -> None:
        self._left.clear()


class Faults:
    """The script of one server."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.submits: Script[WireFault] = Script()
        self.queries: Script[WireFault] = Script()
        self.balances: Script[WireFault] = Script()
        self.links: Script[LinkFault | Redirect] = Script()
        self.courses: Script[Course] = Script()
        self.callbacks: Script[CallbackFault] = Script()
        self._outage: tuple[WireFault, datetime | None] | None = None

    def next_submit(self, *, times: int | None = 1, **fault: Any) -> None:
        """Let the next submits go wrong; the fields are those of `WireFault`."""
        self.submits.add(WireFault(**fault), times)

    def next_query(self, *, times: int | None = 1, **fault: Any) -> None:
        """Let the next task queries go wrong; the fields are those of `WireFault`."""
        self.queries.add(WireFault(**fault), times)

    def next_credits(self, *, times: int | None = 1, **fault: Any) -> None:
        """Let the next reads of the balance go wrong; the fields are those of `WireFault`."""
        self.balances.add(WireFault(**fault), times)

    def fail_next(self, *, code: str, message: str = "", times: int | None = 1) -> None:
        """Let the next accepted tasks fail halfway with `code`."""
        failure = Failure(code=code, message=message or REASONS.get(code, code))
        self.courses.add(Course(failure=failure), times)

    def cancel_next(self, *, times: int | None = 1) -> None:
        """Let the service itself cancel the next accepted tasks halfway."""
        self.courses.add(Course(cancelled=True), times)

    def stick_next(self, *, times: int | None = 1) -> None:
        """Keep the next accepted tasks in processing until their `unstick` is set."""
        self.courses.add(Course(stuck=True), times)

    def unknown_status(self, status: str, *, times: int | None = 1) -> None:
        """Answer the next queries with an unknown status."""
        self.next_query(patch={"status": status}, times=times)

    def progress_back(self, *, to: int = 0, times: int | None = 1) -> None:
        """Report less progress than before in the next queries of a running task."""
        self.next_query(patch={"progress": to}, when=Status.PROCESSING, times=times)

    def without_results(self, *, times: int | None = 1) -> None:
        """Leave the result link out of the next queries of a completed task."""
        self.next_query(without=("results",), when=Status.COMPLETED, times=times)

    def next_link(self, fault: LinkFault, *, times: int | None = 1) -> None:
        """Let the next downloads of a video go wrong."""
        self.links.add(fault, times)

    def redirect_link(self, *, to: str = METADATA, times: int | None = 1) -> None:
        """Redirect the next downloads of a video, by default to an internal address."""
        self.links.add(Redirect(to), times)

    def next_callback(self, *, copies: int = 1, delay: float = 0.0, times: int | None = 1) -> None:
        """Send the next callbacks `copies` times (0 drops them), `delay` seconds late."""
        self.callbacks.add(CallbackFault(copies=copies, delay=delay), times)

    def outage(self, seconds: float | None = None, *, status: int | None = None) -> None:
        """Cut every API call, or answer with `status`, for `seconds` or until `recover()`.

        Finished videos stay available, as on a file host.
        """
        until = None if seconds is None else self._clock.now() + timedelta(seconds=seconds)
        fault = WireFault(cut=status is None, status=status)
        self._outage = fault, until

    def recover(self) -> None:
        """End the outage."""
        self._outage = None

    def clear(self) -> None:
        """Drop all scripted faults that were not used yet."""
        self.recover()
        scripts = (self.submits, self.queries, self.balances, self.links, self.courses)
        for script in (*scripts, self.callbacks):
            script.clear()

    def current_outage(self) -> WireFault | None:
        if self._outage is None:
            return None
        fault, until = self._outage
        return fault if until is None or self._clock.now() < until else None
