"""How refusals are sorted: who has to act, and whether something may have been paid."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest

from bot.api.reading import Answer
from bot.api.wire import read_submission, read_task
from bot.errors import ApiError, Cause, Sent

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


def saying(code: object) -> dict[str, Any]:
    return {"error": {"code": code, "message": "no", "type": "some_error"}}


@pytest.mark.parametrize(
    ("status", "code", "cause", "sent"),
    [
        (400, "invalid_request", Cause.REJECTED, Sent.NO),
        (400, "content_policy_violation", Cause.POLICY, Sent.NO),
        (400, "sensitive_content", Cause.POLICY, Sent.NO),
        (401, "unauthorized", Cause.KEY, Sent.NO),
        (402, "insufficient_quota", Cause.CREDIT, Sent.NO),
        (403, "model_access_denied", Cause.KEY, Sent.NO),
        (403, "token_daily_quota_exceeded", Cause.CREDIT, Sent.NO),
        (403, "IP_Restricted", Cause.KEY, Sent.NO),
        (401, "invalid_token", Cause.KEY, Sent.NO),
        (500, "Account_Balance_Insufficient", Cause.CREDIT, Sent.NO),
        (422, "unsupported_parameters", Cause.REJECTED, Sent.NO),
        (402, "quota_exceeded", Cause.CREDIT, Sent.NO),
        (429, "quota_exceeded", Cause.BUSY, Sent.NO),
        (429, "rate_limit_exceeded", Cause.BUSY, Sent.NO),
        (413, "too_large", Cause.REJECTED, Sent.NO),
        (409, "idempotency_conflict", Cause.REJECTED, Sent.MAYBE),
        (400, "paid_outcome_unknown", Cause.UNAVAILABLE, Sent.MAYBE),
        (408, "timeout", Cause.UNAVAILABLE, Sent.MAYBE),
        (500, "internal_error", Cause.UNAVAILABLE, Sent.MAYBE),
        (502, "", Cause.UNAVAILABLE, Sent.MAYBE),
        (503, "no_available_channel", Cause.UNAVAILABLE, Sent.MAYBE),
        (500, "insufficient_user_quota", Cause.CREDIT, Sent.NO),
        (500, "content_policy_violation", Cause.POLICY, Sent.MAYBE),
        (200, "user_disabled", Cause.KEY, Sent.NO),
        (302, "", Cause.UNREADABLE, Sent.MAYBE),
    ],
)
def test_the_code_decides_before_the_status(
    status: int, code: str, cause: Cause, sent: Sent
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
