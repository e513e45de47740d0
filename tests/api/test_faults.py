"""How refusals are sorted: who has to act, and whether anything may have been paid."""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from bot.api.reading import Answer
from bot.api.wire import read_submission, read_task
from bot.errors import ApiError, Cause, Certainty, Reason
from bot.video.values.videos import VideoUpdate

ROOT = Path(__file__).parents[2]
DOCUMENT = (ROOT / "docs/api.md").read_text(encoding="utf-8").partition("## Why")[2]
# https://docs.evolink.ai/en/api-manual/task-management/error-codes: all of them
OF_TASKS = {
    "content_policy_violation": Reason.POLICY,
    "invalid_parameters": Reason.REJECTED,
    "image_processing_error": Reason.REJECTED,
    "image_dimension_mismatch": Reason.REJECTED,
    "request_cancelled": Reason.CANCELLED_BY_SERVICE,
    "generation_failed_no_content": Reason.NO_CONTENT,
    "service_error": Reason.TROUBLE,
    "generation_timeout": Reason.TIMEOUT,
    "resource_exhausted": Reason.BUSY,
    "quota_exceeded": Reason.BUSY,  # "Rate limit or quota exceeded: reduce frequency, retry later"
    "service_unavailable": Reason.TROUBLE,
    "resource_not_found": Reason.NOT_FOUND,
    "unknown_error": Reason.UNKNOWN,
}
# The same site's pages of POST, GET and the credits, by status
OF_REQUESTS = [
    (400, "invalid_request", Cause.REJECTED, Reason.REJECTED),
    (400, "invalid_task_id", Cause.NOT_FOUND, Reason.NOT_FOUND),
    (401, "unauthorized", Cause.KEY, Reason.KEY),
    (402, "insufficient_quota", Cause.CREDIT, Reason.CREDIT),
    (402, "quota_exceeded", Cause.CREDIT, Reason.CREDIT),
    (403, "model_access_denied", Cause.KEY, Reason.KEY),
    (403, "permission_denied", Cause.KEY, Reason.KEY),
    (404, "task_not_found", Cause.NOT_FOUND, Reason.NOT_FOUND),
    (429, "rate_limit_exceeded", Cause.BUSY, Reason.BUSY),
    (429, "quota_exceeded", Cause.BUSY, Reason.BUSY),
    (500, "internal_error", Cause.UNAVAILABLE, Reason.TROUBLE),
    (503, "service_unavailable", Cause.UNAVAILABLE, Reason.TROUBLE),
    (503, "model_unavailable", Cause.UNAVAILABLE, Reason.TROUBLE),
]

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def refused(
    status: int, body: object, headers: Mapping[str, str] | None = None, *, read: bool = False
) -> ApiError:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    answer = Answer(status=status, headers=headers or {}, body=raw, received_at=NOW)
    reading = partial(read_task, remote_id="task-unified-1") if read else read_submission
    with pytest.raises(ApiError) as error:
        reading(answer)
    return error.value


def ended(status: str, error: object) -> VideoUpdate:
    body = json.dumps({"id": "task-unified-1", "status": status, "error": error}).encode()
    answer = Answer(status=200, headers={}, body=body, received_at=NOW)
    return read_task(answer, remote_id="task-unified-1")


def saying(code: object) -> dict[str, Any]:
    return {"error": {"code": code, "message": "no", "type": "some_error"}}


@pytest.mark.parametrize(("code", "reason"), OF_TASKS.items())
def test_each_code_that_the_page_names_for_a_failed_task_has_a_reason(
    code: str, reason: Reason
) -> None:
    for spelled in (code, code.upper()):
        update = ended("failed", {"code": spelled, "message": "no"})
        assert (update.reason, update.error_code) == (reason, spelled)


@pytest.mark.parametrize(("status", "code", "cause", "reason"), OF_REQUESTS)
def test_each_code_that_the_pages_name_for_a_request_has_a_cause_and_a_reason(
    status: int, code: str, cause: Cause, reason: Reason
) -> None:
    for is_read in (False, True):
        error = refused(status, saying(code), read=is_read)
        assert (error.cause, error.reason) == (cause, reason)


@pytest.mark.parametrize(
    ("status", "error", "reason"),
    [
        ("failed", None, Reason.UNKNOWN),
        ("failed", {"code": "odd"}, Reason.UNKNOWN),
        ("failed", {"code": 429}, Reason.BUSY),  # a status, as in other answers
        ("failed", {"code": 403}, Reason.UNKNOWN),
        ("cancelled", None, Reason.CANCELLED_BY_SERVICE),
        ("cancelled", {"code": "content_filter"}, Reason.POLICY),
        ("cancelled", {"code": "odd"}, Reason.UNKNOWN),
        ("processing", {"code": "content_filter"}, None),
        ("completed", None, None),
    ],
)
def test_a_task_without_a_known_code_has_the_reason_that_its_status_gives(
    status: str, error: object, reason: Reason | None
) -> None:
    assert ended(status, error).reason is reason


def test_a_refusal_without_a_known_code_is_about_the_options() -> None:
    assert refused(400, saying("odd")).reason is Reason.REJECTED
    assert refused(403, saying("odd")).reason is Reason.UNKNOWN


def test_the_documented_codes_are_those_of_the_pages_with_their_reasons() -> None:
    """`quota_exceeded` is told apart by its status, which the table says in words."""
    documented = {
        code: reason
        for reason, codes in re.findall(r"^\| `(\w+)` \| (`.*?) \|", DOCUMENT, re.MULTILINE)
        for code in re.findall(r"`(\w+)`", codes)
        if code in OF_TASKS or code in {each for _, each, _, _ in OF_REQUESTS}
    }
    named = {code: reason.value for _, code, _, reason in OF_REQUESTS}

    assert documented == named | {code: reason.value for code, reason in OF_TASKS.items()}


def test_no_other_module_knows_a_code_of_the_apis() -> None:
    """The playground has its own list, and so has the migration that sorts stored codes."""
    codes = OF_TASKS.keys() | {code for _, code, _, _ in OF_REQUESTS}
    others = [
        path
        for path in [*ROOT.glob("bot/**/*.py"), *ROOT.glob("cogs/*.py")]
        if "playground" not in path.parts and "versions" not in path.parts
    ]
    knowing = {path.name for path in others if any(code in path.read_text() for code in codes)}

    assert knowing == {"faults.py"}


@pytest.mark.parametrize(
    ("status", "code", "cause", "sent"),
    [
        (400, "invalid_request", Cause.REJECTED, Certainty.NO),
        (400, "content_policy_violation", Cause.POLICY, Certainty.NO),
        (400, "sensitive_content", Cause.POLICY, Certainty.NO),
        (401, "unauthorized", Cause.KEY, Certainty.NO),
        (402, "insufficient_quota", Cause.CREDIT, Certainty.NO),
        (403, "model_access_denied", Cause.KEY, Certainty.NO),
        (403, "token_daily_quota_exceeded", Cause.CREDIT, Certainty.NO),
        (403, "IP_Restricted", Cause.KEY, Certainty.NO),
        (401, "invalid_token", Cause.KEY, Certainty.NO),
        (500, "Account_Balance_Insufficient", Cause.CREDIT, Certainty.NO),
        (422, "unsupported_parameters", Cause.REJECTED, Certainty.NO),
        (402, "quota_exceeded", Cause.CREDIT, Certainty.NO),
        (429, "quota_exceeded", Cause.BUSY, Certainty.NO),
        (429, "rate_limit_exceeded", Cause.BUSY, Certainty.NO),
        (413, "too_large", Cause.REJECTED, Certainty.NO),
        (409, "idempotency_conflict", Cause.REJECTED, Certainty.MAYBE),
        (400, "paid_outcome_unknown", Cause.UNAVAILABLE, Certainty.MAYBE),
        (408, "timeout", Cause.UNAVAILABLE, Certainty.MAYBE),
        (500, "internal_error", Cause.UNAVAILABLE, Certainty.MAYBE),
        (502, "", Cause.UNAVAILABLE, Certainty.MAYBE),
        (503, "no_available_channel", Cause.UNAVAILABLE, Certainty.MAYBE),
        (500, "insufficient_user_quota", Cause.CREDIT, Certainty.NO),
        (500, "content_policy_violation", Cause.POLICY, Certainty.MAYBE),
        (200, "user_disabled", Cause.KEY, Certainty.NO),
        (302, "", Cause.UNREADABLE, Certainty.MAYBE),
    ],
)
def test_the_code_decides_before_the_status(
    status: int, code: str, cause: Cause, sent: Certainty
) -> None:
    error = refused(status, saying(code))
    assert (error.cause, error.sent, error.code, error.status) == (cause, sent, code, status)


@pytest.mark.parametrize(
    ("status", "body", "cause", "code", "message"),
    [
        (429, saying(429) | {"fallback_suggestion": "wait"}, Cause.BUSY, "429", "no"),
        (500, saying(402), Cause.CREDIT, "402", "no"),
        (400, {"success": False, "code": 400, "msg": "bad"}, Cause.REJECTED, "400", "bad"),
        (401, {"error": "denied", "error_description": "x"}, Cause.KEY, "denied", "x"),
        (402, {"error": None}, Cause.CREDIT, "", ""),
        (402, {"error": {"code": ["x"], "message": {"a": 1}}}, Cause.CREDIT, "", ""),
        (403, saying(403), Cause.UNREADABLE, "403", "no"),
        (403, saying("odd"), Cause.UNREADABLE, "odd", "no"),
        (403, b"<html>error 1010</html>", Cause.UNREADABLE, "", ""),
        (503, b"<html>bad gateway</html>", Cause.UNAVAILABLE, "", ""),
        (429, b"", Cause.BUSY, "", ""),
    ],
)
def test_every_shape_of_an_error_is_understood(
    status: int, body: object, cause: Cause, code: str, message: str
) -> None:
    error = refused(status, body)
    assert (error.cause, error.code, error.message) == (cause, code, message)


@pytest.mark.parametrize(
    ("status", "code"), [(404, "task_not_found"), (400, "invalid_task_id"), (404, "")]
)
def test_a_task_that_is_gone_is_told_from_one_that_cannot_be_read(status: int, code: str) -> None:
    assert refused(status, saying(code), read=True).cause == Cause.NOT_FOUND


def test_a_proxys_404_page_does_not_lose_a_task() -> None:
    assert refused(404, b"<html>nothing here</html>", read=True).cause == Cause.UNREADABLE


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("7", 7.0),
        ("0.5", 0.5),
        ("Mon, 23 Nov 2026 12:00:30 GMT", 30.0),
        ("Mon, 23 Nov 2026 11:00:00 GMT", 0.0),
        ("9" * 400, 86400.0),
        ("soon", None),
        ("-5", None),
        ("٣", None),
        ("", None),
    ],
)
def test_the_wait_asked_for_is_read_in_both_of_its_forms(value: str, seconds: float | None) -> None:
    assert refused(429, b"", {"Retry-After": value}).retry_after == seconds
