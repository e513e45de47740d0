"""All errors: what a person can act on, what the video API did, what stops a start.

`bot.ui.replies.explain` words them for people."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from msgspec import Struct


class Offer(Struct, frozen=True, kw_only=True):
    """Another video that would be accepted, kept as `draft_id`; prices in 1/10,000 credit.

    `only_length`: it differs in nothing but its length. `takes`: how many, if that differs."""

    draft_id: str
    duration: int  # seconds
    quality: str
    sound: str
    price: int
    only_length: bool = False
    takes: int | None = None


class Refusal(Exception):
    """The bot refuses a request, and the person can act on that.

    `reason` is the key of a text in the catalogue (`refusal.<reason>`); `facts` fill its
    placeholders. `retry_at` is when the same request would be accepted, or about when, if known.
    `offer` is another video that would be accepted at once, for callers that show offers.
    """

    def __init__(self, reason: str, *, retry_at: datetime | None = None, **facts: object) -> None:
        super().__init__(reason)
        self.reason = reason
        self.retry_at = retry_at
        self.facts: Mapping[str, object] = MappingProxyType(facts)
        self.offer: Offer | None = None


class RuleRefusal(Refusal):
    """A refusal by a server's own rule; the server's audit records it."""


class Crowded(Refusal):
    """So many wait for a server's rules that others should not wait with them."""

    def __init__(self) -> None:
        super().__init__("too_late")


class HeardBefore(Exception):
    """This interaction was handled before, maybe by another process; keep and answer nothing."""


class Certainty(StrEnum):
    """Whether a failed request may have reached the video API."""

    NO = "no"  # it never left this machine, or the API refused it for certain
    MAYBE = "maybe"  # a time-out, a cut connection, a 5xx: a paid task may exist


class Cause(StrEnum):
    """Who has to act on an `ApiError`, and how; read from `error.code`, else from the status."""

    REJECTED = "rejected"  # the request itself is wrong; repeating it is pointless
    POLICY = "policy"  # moderation refused the prompt
    KEY = "key"  # 401, or a code that says so: the operator must check the API key
    CREDIT = "credit"  # 402: the account or the key is out of credits
    BUSY = "busy"  # 429: the same request works later
    NOT_FOUND = "not_found"  # the API does not know this task, or no longer
    UNAVAILABLE = "unavailable"  # 5xx, time-outs, cut connections
    UNREADABLE = "unreadable"  # the answer breaks the contract


class Reason(StrEnum):
    """Why a video failed. Stored with the task, so values never change."""

    # What the video API said; `bot.api.faults` sorts its codes.
    POLICY = "policy"  # moderation refused the prompt, which is no longer shown in public
    REJECTED = "rejected"  # the options, or the request as a whole
    NO_CONTENT = "no_content"  # the model made nothing of the prompt
    TIMEOUT = "timeout"
    BUSY = "busy"
    TROUBLE = "trouble"  # a temporary fault of the service
    CREDIT = "credit"
    KEY = "key"
    NOT_FOUND = "not_found"  # the service no longer knows the task
    CANCELLED_BY_SERVICE = "cancelled_by_service"
    REFUSED_AGAIN = "refused_again"  # several times, before acceptance
    UNKNOWN = "unknown"  # no code, or an unknown one
    # What happened in the bot.
    CANCELLED = "cancelled"  # by its requester
    CANCELLED_BY_MODERATOR = "cancelled_by_moderator"
    DENIED = "denied"  # by a moderator, who gave a reason
    APPROVAL_EXPIRED = "approval_expired"  # no moderator decided in time
    NOT_ADMITTED = "not_admitted"  # the server is no longer admitted
    RESTORED = "restored"  # it waited in a copy of the database that was restored
    WITHDRAWN = "withdrawn"  # its first response never arrived
    OUTCOME_UNKNOWN = "outcome_unknown"  # no proof either way, and nothing can ever tell
    NO_CALLBACK = "no_callback"  # the callback did not come, but still may
    TOOK_TOO_LONG = "took_too_long"  # longer than the operator's limit


class ApiError(Exception):
    """A call to the video API failed.

    `code` is the API's own word, if it gave one; `reason` says what that means for a video.
    `retry_after` is in seconds.
    """

    def __init__(
        self,
        cause: Cause,
        *,
        sent: Certainty,
        reason: Reason = Reason.UNKNOWN,
        code: str = "",
        message: str = "",
        status: int | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(f"{cause}: {code or status or message}")
        self.cause = cause
        self.sent = sent
        self.reason = reason
        self.code = code
        self.message = message
        self.status = status
        self.retry_after = retry_after

    @property
    def is_outage(self) -> bool:
        """Whether the API is down, as far as one call can tell."""
        return self.cause is Cause.UNAVAILABLE


class Fate(StrEnum):
    """What became of a message that could not be sent or edited."""

    REFUSED = "refused"  # Discord said no for good: try the next place
    LATER = "later"  # nothing happened; the same call works later
    UNKNOWN = "unknown"  # it may be there; look before sending again


class PostError(Exception):
    """Discord refused a message. `code` is Discord's JSON error code, or 0 without one.

    `retry_after` is in seconds.
    """

    def __init__(self, fate: Fate, *, code: int = 0, retry_after: float | None = None) -> None:
        super().__init__(f"{fate} ({code})")
        self.fate = fate
        self.code = code
        self.retry_after = retry_after

    @property
    def is_outage(self) -> bool:
        """Whether Discord gave no answer of its own, as while it is down."""
        return self.fate is not Fate.REFUSED and not self.code and self.retry_after is None


class FilmError(Exception):
    """A video cannot be downloaded from its link; `is_final`: trying again is pointless."""

    def __init__(self, reason: str, *, is_final: bool) -> None:
        super().__init__(reason)
        self.reason = reason
        self.is_final = is_final

    @property
    def is_outage(self) -> bool:
        """Whether it may be the same for all videos right now."""
        return not self.is_final


class StorageDown(Exception):
    """The database cannot save anything right now; nothing was accepted."""


class CommitUnknown(Exception):
    """The database was lost during a commit, which may have been saved or not. Never repeat it."""


class LeaseLost(Exception):
    """Another process drives this database's videos now; the write was not saved."""


class StartupError(Exception):
    """The program cannot start. One line per mistake; no line shows a secret."""

    def __init__(self, *problems: str) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems
