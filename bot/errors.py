"""The whole error vocabulary: what a person can act on, what the video API did, what stops a start.

How an error is worded for people is `bot.ui.replies.explain`'s business."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from msgspec import Struct


class Offer(Struct, frozen=True, kw_only=True):
    """A smaller film that would be let in, kept under `draft_id`; the price in 1/10,000 credit."""

    draft_id: str
    duration: int  # seconds
    quality: str
    sound: str
    price: int


class Refusal(Exception):
    """Something a person asked for is not done, and they can act on it.

    `reason` is the key of a text in the catalogue (`refusal.<reason>`), `facts` fill its
    placeholders, `retry_at` says from when on, or about when, the same request would be accepted,
    where known. `offer` is what would be accepted at once, for whoever has something to offer.
    """

    def __init__(self, reason: str, *, retry_at: datetime | None = None, **facts: object) -> None:
        super().__init__(reason)
        self.reason = reason
        self.retry_at = retry_at
        self.facts: Mapping[str, object] = MappingProxyType(facts)
        self.offer: Offer | None = None


class RuleRefusal(Refusal):
    """A refusal that a server's own rule decided: it is kept in the server's audit."""


class HeardBefore(Exception):
    """This very interaction is acted on already, here or by another process: nothing is kept, and
    nothing is answered."""


class Sent(StrEnum):
    """Whether a request that failed may have reached the video API."""

    NO = "no"  # nothing left this machine, or a definite refusal came back
    MAYBE = "maybe"  # a time-out, a cut connection, a 5xx: a paid task may exist


class Cause(StrEnum):
    """Who has to act on an `ApiError`, and how; by `error.code` first, the status second."""

    REJECTED = "rejected"  # the request itself: a definite no, repeating it is pointless
    POLICY = "policy"  # moderation said no to the prompt
    KEY = "key"  # 401, or a code that says so: the operator has to look at the API key
    CREDIT = "credit"  # 402: the account or the key has no credits left
    BUSY = "busy"  # 429: the same request is fine later
    NOT_FOUND = "not_found"  # the API does not know this task, or not any more
    UNAVAILABLE = "unavailable"  # 5xx, time-outs, cut connections
    UNREADABLE = "unreadable"  # an answer that is not what the contract says


class ApiError(Exception):
    """A call to the video API failed.

    `code` is the API's own word where it gave one. `retry_after` is in seconds.
    """

    def __init__(
        self,
        cause: Cause,
        *,
        sent: Sent,
        code: str = "",
        message: str = "",
        status: int | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(f"{cause}: {code or status or message}")
        self.cause = cause
        self.sent = sent
        self.code = code
        self.message = message
        self.status = status
        self.retry_after = retry_after


class Fate(StrEnum):
    """What became of a message that could not be sent or edited."""

    REFUSED = "refused"  # Discord said no for good: this place is closed, try the next
    LATER = "later"  # nothing happened, the same call is fine later
    UNKNOWN = "unknown"  # it may be there


class PostError(Exception):
    """Discord did not take a message. `code` is Discord's JSON error code, 0 where it gave none.

    `retry_after` is in seconds.
    """

    def __init__(self, fate: Fate, *, code: int = 0, retry_after: float | None = None) -> None:
        super().__init__(f"{fate} ({code})")
        self.fate = fate
        self.code = code
        self.retry_after = retry_after


class FilmError(Exception):
    """A film cannot be fetched from its link. `is_final` says that trying again is pointless."""

    def __init__(self, reason: str, *, is_final: bool) -> None:
        super().__init__(reason)
        self.reason = reason
        self.is_final = is_final


class StorageDown(Exception):
    """Storage cannot keep anything at the moment; nothing was accepted."""


class CommitUnknown(Exception):
    """The database was lost while it committed: it may have been kept, or not. Never repeated."""


class LeaseLost(Exception):
    """Another process drives the films of this one; what it wanted to write was not kept."""


class StartupError(Exception):
    """The program cannot start. One line a mistake, none of them shows a secret's value."""

    def __init__(self, *problems: str) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems
