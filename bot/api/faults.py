"""Sorts the video API's refusals: by `error.code` first, then by the status. Pure.

The codes are those of https://docs.evolink.ai/en/api-manual/task-management/error-codes and
of Evolink's own clients (github.com/EvoLinkAI/evolink-mcp), which know more than the page."""

from collections.abc import Iterator, Mapping
from datetime import UTC
from email.utils import parsedate_to_datetime

from msgspec import Struct

from bot.api.reading import Answer, Json, text
from bot.errors import ApiError, Cause, Certainty, Reason
from bot.video.values.videos import RemoteStatus

CODE_LIMIT = 100  # characters kept
MESSAGE_LIMIT = 500
LONGEST_WAIT = 24 * 3600.0  # seconds

# For each known code: who has to act, and the reason a person reads.
_CODES: Mapping[tuple[Cause, Reason], str] = {
    (Cause.REJECTED, Reason.REJECTED): "invalid_request invalid_parameter invalid_parameters "
    "unsupported_parameters invalid_media_url image_processing_error image_dimension_mismatch",
    (Cause.REJECTED, Reason.NO_CONTENT): "generation_failed_no_content",
    (Cause.REJECTED, Reason.CANCELLED_BY_SERVICE): "request_cancelled",
    (Cause.REJECTED, Reason.UNKNOWN): "idempotency_conflict",
    (Cause.POLICY, Reason.POLICY): "content_policy_violation content_filter sensitive_content "
    "moderation_blocked input_moderation_failed",
    (Cause.KEY, Reason.KEY): "unauthorized model_access_denied permission_denied "
    "key_model_not_allowed key_disabled key_expired user_disabled invalid_token ip_restricted",
    (Cause.CREDIT, Reason.CREDIT): "insufficient_quota insufficient_user_quota quota_not_enough "
    "insufficient_token_quota key_quota_exhausted token_daily_quota_exceeded "
    "key_daily_quota_exhausted account_balance_insufficient",
    (Cause.BUSY, Reason.BUSY): "rate_limit_exceeded resource_exhausted",
    (Cause.NOT_FOUND, Reason.NOT_FOUND): "task_not_found resource_not_found invalid_task_id",
    (Cause.UNAVAILABLE, Reason.TROUBLE): "internal_error service_error service_unavailable "
    "no_available_channel model_unavailable channel_selection_failed",
    (Cause.UNAVAILABLE, Reason.TIMEOUT): "generation_timeout",
    (Cause.UNAVAILABLE, Reason.UNKNOWN): "unknown_error paid_outcome_unknown",
}
_SORTED = {code: meaning for meaning, codes in _CODES.items() for code in codes.split()}

# At 429 it means the rate, at 402 the account. For a failed task, the rate: "reduce frequency,
# retry later", says the page, and the account had the credits when the task was accepted.
_RATE_OR_ACCOUNT = "quota_exceeded"
_STATUSES = {
    400: Cause.REJECTED,
    401: Cause.KEY,
    402: Cause.CREDIT,
    403: Cause.UNREADABLE,  # firewalls send it too: only a code shows that the key is meant
    404: Cause.NOT_FOUND,
    408: Cause.UNAVAILABLE,
    429: Cause.BUSY,
}
_REASONS = {
    Cause.REJECTED: Reason.REJECTED,
    Cause.KEY: Reason.KEY,
    Cause.CREDIT: Reason.CREDIT,
    Cause.BUSY: Reason.BUSY,
    Cause.NOT_FOUND: Reason.NOT_FOUND,
    Cause.UNAVAILABLE: Reason.TROUBLE,
    Cause.UNREADABLE: Reason.UNKNOWN,
}
# Evolink's client takes these codes as proof that nothing was charged, whatever the status.
_REFUSED_BEFORE_WORK = frozenset({Cause.KEY, Cause.CREDIT})
# After 408 or 425 the API may still work on the request; 409 means its key was used before.
_NOT_PROOF = frozenset({408, 409, 425, 499})


class Complaint(Struct, frozen=True, kw_only=True):
    """What an answer says went wrong, in any of the shapes seen so far."""

    code: str = ""
    message: str = ""


def read_complaint(answer: Json) -> Complaint:
    """Read the `error` object, or the files API's flat `{success: false, code, msg}`."""
    error = answer.get("error")
    fields = error if isinstance(error, dict) else answer
    code = fields.get("code") or (error if isinstance(error, str) else None)
    messages = (fields.get(name) for name in ("message", "msg", "error_description"))
    said = next((message for message in messages if message), None)
    return Complaint(code=text(code, longest=CODE_LIMIT), message=text(said, longest=MESSAGE_LIMIT))


def is_complaint(answer: Json) -> bool:
    """Whether an answer with a success status is a refusal all the same."""
    return bool(answer.get("error")) or answer.get("success") is False


def refused_submission(answer: Answer) -> ApiError:
    """The error for a POST that brought no task; `sent` says if a paid one may exist."""
    complaint = read_complaint(answer.fields)
    cause, reason = _meaning(answer, complaint.code)
    is_definite = 400 <= answer.status < 500 and answer.status not in _NOT_PROOF
    is_refusal = is_definite and cause != Cause.UNAVAILABLE
    is_proof = complaint.code.lower() in _SORTED and cause in _REFUSED_BEFORE_WORK
    return _error(
        cause,
        reason,
        Certainty.NO if is_refusal or is_proof else Certainty.MAYBE,
        complaint,
        answer,
    )


def refused_reading(answer: Answer) -> ApiError:
    """The error for a GET, which never costs anything."""
    complaint = read_complaint(answer.fields)
    return _error(*_meaning(answer, complaint.code), Certainty.NO, complaint, answer)


def reason_of_end(status: RemoteStatus, code: str) -> Reason | None:
    """Why an accepted task has no video; None while it may still get one."""
    if status not in (RemoteStatus.FAILED, RemoteStatus.CANCELLED):
        return None
    if (known := _SORTED.get(code.lower())) is not None:
        return known[1]
    if code.lower() == _RATE_OR_ACCOUNT:
        return Reason.BUSY
    if cause := next(filter(None, map(_by_status, _statuses(code))), None):
        return _REASONS[cause]
    is_plain = status is RemoteStatus.CANCELLED and not code
    return Reason.CANCELLED_BY_SERVICE if is_plain else Reason.UNKNOWN


def _error(
    cause: Cause, reason: Reason, sent: Certainty, complaint: Complaint, answer: Answer
) -> ApiError:
    return ApiError(
        cause,
        sent=sent,
        reason=reason,
        code=complaint.code,
        message=complaint.message,
        status=answer.status,
        retry_after=_retry_after(answer),
    )


def _retry_after(answer: Answer) -> float | None:
    """`Retry-After` in seconds from now; it is sent as seconds or a date (RFC 9110, 10.2.3)."""
    value = answer.headers.get("Retry-After", "").strip()
    if value.isascii() and value.replace(".", "", 1).isdecimal():
        return min(float(value), LONGEST_WAIT)
    try:
        date = parsedate_to_datetime(value)
        wait = date.replace(tzinfo=date.tzinfo or UTC) - answer.received_at
    except (ValueError, OverflowError):
        return None
    return min(max(0.0, wait.total_seconds()), LONGEST_WAIT)


def _meaning(answer: Answer, code: str) -> tuple[Cause, Reason]:
    if (known := _SORTED.get(code.lower())) is not None:
        return known
    cause = _cause_by_status(answer, code)
    return cause, _REASONS[cause]


def _cause_by_status(answer: Answer, code: str) -> Cause:
    if answer.status == 404 and not answer.fields:
        return Cause.UNREADABLE  # a proxy's page does not prove that the task is gone
    causes = map(_by_status, (*_statuses(code), answer.status))
    return next(filter(None, causes), Cause.UNREADABLE)


def _statuses(code: str) -> Iterator[int]:
    """The status, and before it an integer `error.code`, which is a status in some answers."""
    if len(code) == 3 and code.isascii() and code.isdecimal():
        yield int(code)


def _by_status(status: int) -> Cause | None:
    if status >= 500:
        return Cause.UNAVAILABLE
    return _STATUSES.get(status, Cause.REJECTED if status >= 400 else None)
