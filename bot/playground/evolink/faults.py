"""What can go wrong at the local video API; `script` decides when."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

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
"""Code and type for each HTTP status."""

METADATA = "http://169.254.169.254/latest/meta-data/"


@dataclass(frozen=True, kw_only=True)
class WireFault:
    """A request that goes wrong.

    `cut` drops the connection, `body` is sent as it is, `status` alone gives a documented error
    with `code`; `accepted` first carries out the request. With none of these the real answer
    comes, `delay` seconds late, changed by `patch` and `without`. With `when`, the fault waits for
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
        """The error's code, message and type; without a code, the usual one for the status."""
        usual, kind = USUAL.get(self.status or 0, ("service_error", "api_error"))
        code = self.code or usual
        return code, REASONS.get(code, code.replace("_", " ")), kind

    @property
    def replaces(self) -> bool:
        """Whether the client gets something other than the real answer."""
        return self.cut or self.status is not None or self.body is not None


@dataclass(frozen=True, kw_only=True)
class Course:
    """How a task goes wrong: it fails, is cancelled, or is stuck in processing."""

    failure: Failure | None = None
    cancelled: bool = False
    stuck: bool = False


class LinkFault(StrEnum):
    """What a result link gives instead of the video."""

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
    """A callback sent `copies` times (0 drops it), each time `delay` seconds late."""

    copies: int = 1
    delay: float = 0.0
