"""The script of what goes wrong, written by tests, the demo page and chaos runs.

Every fault says how often it applies: `times=1` is the next use only, `times=None` lasts until
`clear()`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Generic, TypeVar

from bot.clock import Clock
from bot.playground.evolink.tasks import Failure, Status

REASONS = {
    "content_policy_violation": "The request was blocked by the content policy.",
    "generation_failed_no_content": "The model returned no content.",
    "generation_timeout": "The generation took too long.",
    "resource_exhausted": "Upstream capacity is exhausted.",
    "quota_exceeded": "Too many tasks are running.",
    "insufficient_quota": "The account has no credits left.",
    "rate_limit_exceeded": "Too many requests.",
    "service_error": "The upstream service failed.",
    "unauthorized": "Invalid API key.",
    "task_not_found": "The task does not exist.",
}

USUAL = {
    400: ("invalid_request", "invalid_request_error"),
    401: ("unauthorized", "authentication_error"),
    402: ("insufficient_quota", "insufficient_quota"),
    403: ("model_access_denied", "invalid_request_error"),
    404: ("task_not_found", "invalid_request_error"),
    429: ("rate_limit_exceeded", "rate_limit_error"),
    500: ("internal_error", "api_error"),
    503: ("service_unavailable", "api_error"),
}
"""Code and type by HTTP status."""

METADATA = "http://169.254.169.254/latest/meta-data/"


@dataclass(frozen=True, kw_only=True)
class WireFault:
    """A request that goes wrong.

    `cut` drops the connection, `body` is sent as it stands, `status` alone is a documented error
    with `code`; `accepted` carries the request out before that. With none of them the answer is the
    real one, `delay` seconds late, changed by `patch` and `without`. A fault with `when` waits for
    a query of a task in that status.
    """

    accepted: bool = False
    delay: float = 0.0
    cut: bool = False
    status: int | None = None
    code: str = ""
    body: str | None = None
    content_type: str = "application/json"
    retry_after: float | None = None
    patch: Mapping[str, object] = field(default_factory=dict)
    without: tuple[str, ...] = ()
    when: Status | None = None

    @property
    def problem(self) -> tuple[str, str, str]:
        """Code, message and type of the error; a code left out is the usual one of the status."""
        usual, kind = USUAL.get(self.status or 0, ("service_error", "api_error"))
        code = self.code or usual
        return code, REASONS.get(code, code.replace("_", " ")), kind

    @property
    def replaces(self) -> bool:
        """Whether the client gets something else than the real answer."""
        return self.cut or self.status is not None or self.body is not None


@dataclass(frozen=True, kw_only=True)
class Course:
    """How a task goes wrong: it fails, or it stays in processing until `unstick` is set."""

    failure: Failure | None = None
    stuck: bool = False


class LinkFault(StrEnum):
    """What a result link gives instead of the film."""

    FORBIDDEN = "forbidden"
    MISSING = "missing"
    HTML = "html"
    ENDLESS = "endless"
    HUGE = "huge"
    CUT = "cut"


@dataclass(frozen=True)
class Redirect:
    """A result link that leads elsewhere."""

    to: str


@dataclass(frozen=True, kw_only=True)
class CallbackFault:
    """A callback that is sent `copies` times (0 drops it), each `delay` seconds late."""

    copies: int = 1
    delay: float = 0.0


T = TypeVar("T")


class Script(Generic[T]):
    """Scripted faults of one kind, used up in their order."""

    def __init__(self) -> None:
        self._left: list[tuple[T, int | None]] = []

    def add(self, fault: T, times: int | None) -> None:
        self._left.append((fault, times))

    def take(self, fits: Callable[[T], bool] = lambda _: True) -> T | None:
        """The first fault that fits, used up by one."""
        for place, (fault, times) in enumerate(self._left):
            if fits(fault):
                self._left[place : place + 1] = [] if times == 1 else [(fault, times and times - 1)]
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
        """The next submits go wrong; the fields are those of `WireFault`."""
        self.submits.add(WireFault(**fault), times)

    def next_query(self, *, times: int | None = 1, **fault: Any) -> None:
        """The next task queries go wrong; the fields are those of `WireFault`."""
        self.queries.add(WireFault(**fault), times)

    def next_credits(self, *, times: int | None = 1, **fault: Any) -> None:
        """The next reads of the balance go wrong; the fields are those of `WireFault`."""
        self.balances.add(WireFault(**fault), times)

    def fail_next(self, *, code: str, message: str = "", times: int | None = 1) -> None:
        """The next accepted tasks fail halfway with `code`."""
        failure = Failure(code=code, message=message or REASONS.get(code, code))
        self.courses.add(Course(failure=failure), times)

    def stick_next(self, *, times: int | None = 1) -> None:
        """The next accepted tasks stay in processing until their `unstick` is set."""
        self.courses.add(Course(stuck=True), times)

    def unknown_status(self, status: str, *, times: int | None = 1) -> None:
        """The next queries answer with a status nobody has heard of."""
        self.next_query(patch={"status": status}, times=times)

    def progress_back(self, *, to: int = 0, times: int | None = 1) -> None:
        """The next queries of a running task tell less progress than before."""
        self.next_query(patch={"progress": to}, when=Status.PROCESSING, times=times)

    def without_results(self, *, times: int | None = 1) -> None:
        """The next queries of a completed task lack its result link."""
        self.next_query(without=("results",), when=Status.COMPLETED, times=times)

    def next_link(self, fault: LinkFault, *, times: int | None = 1) -> None:
        """The next downloads of a film go wrong."""
        self.links.add(fault, times)

    def redirect_link(self, *, to: str = METADATA, times: int | None = 1) -> None:
        """The next downloads of a film are sent to another address, an internal one by default."""
        self.links.add(Redirect(to), times)

    def next_callback(self, *, copies: int = 1, delay: float = 0.0, times: int | None = 1) -> None:
        """The next callbacks are dropped (0 copies), doubled or late by `delay` seconds."""
        self.callbacks.add(CallbackFault(copies=copies, delay=delay), times)

    def outage(self, seconds: float | None = None, *, status: int | None = None) -> None:
        """For `seconds`, or until `recover()`, every API call is cut, or answered with `status`.

        Films that are finished stay available, as on a file host.
        """
        until = None if seconds is None else self._clock.now() + timedelta(seconds=seconds)
        fault = WireFault(cut=status is None, status=status)
        self._outage = fault, until

    def recover(self) -> None:
        """End the outage."""
        self._outage = None

    def clear(self) -> None:
        """Forget everything that was scripted and not yet used."""
        self.recover()
        scripts = (self.submits, self.queries, self.balances, self.links, self.courses)
        for script in (*scripts, self.callbacks):
            script.clear()

    def current_outage(self) -> WireFault | None:
        if self._outage is None:
            return None
        fault, until = self._outage
        return fault if until is None or self._clock.now() < until else None
