"""Reading: recorded answers field by field, and everything that is not as it should be."""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.api.reading import Answer
from bot.api.wire import read_balance, read_submission, read_task
from bot.errors import ApiError, Cause, Certainty
from bot.video.values.videos import Balance, RemoteStatus, VideoUpdate

Sample = Callable[[str], bytes]
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
ODD = (None, "27", True, -1, 10**400, [27])
CREATED = datetime(2025, 9, 6, 14, 42, 23, tzinfo=UTC)


def answer(
    body: bytes | object, status: int = 200, headers: Mapping[str, str] | None = None
) -> Answer:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Answer(status=status, headers=headers or {}, body=raw, received_at=NOW)


def task(**fields: object) -> VideoUpdate:
    body = {"id": "task-unified-1", "status": "processing"} | fields
    return read_task(answer(body), remote_id="task-unified-1")


def test_the_pages_own_answer_is_read_field_by_field(sample: Sample) -> None:
    assert read_submission(answer(sample("submit_answer"))) == VideoUpdate(
        remote_id="task-unified-1757169743-7cvnl5zw",
        status=RemoteStatus.PENDING,
        model="kling-v3-text-to-video",
        created_at=CREATED,
        duration=5,
        progress=0,
        estimate=300,
        reserved=270_000,
    )


@pytest.mark.parametrize("value", [None, "other", False, 17, ["x"]])
@pytest.mark.parametrize(
    ("part", "field"),
    [
        ("", "object"),  # of no use: the path we asked says what it is
        ("", "type"),
        ("task_info", "can_cancel"),  # there is no documented way to cancel
        ("usage", "billing_rule"),  # of no use: only the sum is compared
        ("usage", "user_group"),
    ],
)
def test_a_field_of_no_use_may_say_anything_or_be_missing(
    sample: Sample, part: str, field: str, value: object
) -> None:
    body = json.loads(sample("submit_answer"))
    usual = read_submission(answer(body))
    (body[part] if part else body)[field] = value
    assert read_submission(answer(body)) == usual
    del (body[part] if part else body)[field]
    assert read_submission(answer(body)) == usual


@pytest.mark.parametrize("usage", [None, [], {}, *({"credits_reserved": odd} for odd in ODD)])
def test_a_reservation_that_makes_no_sense_is_left_out(usage: object) -> None:
    assert task(usage=usage).reserved is None


def test_a_task_in_the_making_shows_its_progress(sample: Sample) -> None:
    update = read_task(answer(sample("task_processing")), remote_id="task-unified-1")
    assert (update.status, update.progress) == (RemoteStatus.PROCESSING, 65)


def test_a_finished_task_leads_to_its_film(sample: Sample) -> None:
    update = read_task(answer(sample("task_completed")), remote_id="task-unified-1")
    assert update.status == RemoteStatus.COMPLETED
    assert update.film_url == "https://files.evolink.ai/films/file_x.mp4"


def test_a_failed_task_says_why_and_that_nothing_is_charged(sample: Sample) -> None:
    update = read_task(answer(sample("task_failed")), remote_id="task-unified-1")
    assert (update.status, update.is_released) == (RemoteStatus.FAILED, True)
    assert update.error_code == "content_policy_violation"
    assert update.error_message == "The prompt was refused."


def test_the_balance_is_the_smaller_of_account_and_key(sample: Sample) -> None:
    assert read_balance(answer(sample("credits"))).credits == 1095.3996


def test_a_key_without_a_limit_of_its_own_does_not_limit(sample: Sample) -> None:
    body = json.loads(sample("credits"))
    body["data"]["token"] = {"remaining_credits": 0, "unlimited_credits": True}
    assert read_balance(answer(body)) == Balance(account=1095.3996)


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("cancelled", RemoteStatus.CANCELLED),
        ("canceled", RemoteStatus.CANCELLED),
        ("failed", RemoteStatus.FAILED),
        ("FAILURE", RemoteStatus.FAILED),
        ("Completed", RemoteStatus.COMPLETED),
        (" SUCCESS\n", RemoteStatus.COMPLETED),
        ("succeeded", RemoteStatus.COMPLETED),
        ("succeed", RemoteStatus.COMPLETED),
        ("queued", RemoteStatus.PENDING),
        ("In Queue", RemoteStatus.PENDING),
        ("running", RemoteStatus.PROCESSING),
        ("IN-PROGRESS", RemoteStatus.PROCESSING),
        ("InProgress", RemoteStatus.PROCESSING),
        ("timeout", RemoteStatus.FAILED),
        ("TimedOut", RemoteStatus.FAILED),
        ("expired", RemoteStatus.FAILED),
        ("Aborted", RemoteStatus.FAILED),
    ],
)
def test_a_status_is_read_in_any_case_and_by_its_near_synonyms(
    word: str, status: RemoteStatus
) -> None:
    assert task(status=word).status == status


FILM = "https://x.example/f.mp4"


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"progress": 100, "results": [FILM]}, RemoteStatus.COMPLETED),
        ({"progress": 99, "results": [FILM]}, RemoteStatus.UNKNOWN),
        ({"progress": 100, "results": ["soon"]}, RemoteStatus.UNKNOWN),
        ({"error": {"code": "service_error", "message": "no"}}, RemoteStatus.FAILED),
        ({"error": {"code": ""}}, RemoteStatus.UNKNOWN),
        ({"error": {"code": None, "message": None}}, RemoteStatus.UNKNOWN),
        ({"error": {"type": "upstream_error"}}, RemoteStatus.FAILED),
        ({"error": ["no"]}, RemoteStatus.FAILED),
        ({"error": True}, RemoteStatus.FAILED),
    ],
)
def test_where_the_word_is_unknown_a_film_at_100_percent_or_an_error_decides(
    fields: dict[str, Any], status: RemoteStatus
) -> None:
    assert task(status="wrapped_up", **fields).status == status


def test_a_known_word_is_believed_before_anything_beside_it() -> None:
    assert task(status="processing", progress=100, results=[FILM]).status == (
        RemoteStatus.PROCESSING
    )


@pytest.mark.parametrize("fields", [{"task_id": "task-1"}, {"id": "", "task_id": "task-1"}])
def test_a_paid_task_is_known_by_its_task_id_too(fields: dict[str, Any]) -> None:
    assert read_submission(answer({**fields, "status": "queued"})).remote_id == "task-1"


@pytest.mark.parametrize("word", ["archived", "", None, 7, ["completed"], {"a": 1}])
def test_a_status_never_heard_of_is_no_outcome(word: object) -> None:
    assert task(status=word).status == RemoteStatus.UNKNOWN


@pytest.mark.parametrize(
    "fields",
    [
        {"results": ["https://x.example/f.mp4", "https://x.example/other.mp4"]},
        {"results": "https://x.example/f.mp4"},
        {"results": [{"url": "https://x.example/f.mp4"}]},
        {"results": [], "result_data": [{"video_url": "https://x.example/f.mp4"}]},
        {"output": {"video_url": "https://x.example/f.mp4"}},
        {"results": [], "output": [{"url": "https://x.example/f.mp4"}]},
        {"results": None, "result_data": {"video_url": "https://x.example/f.mp4"}},
        {"results": [None, 5, "soon"], "result_data": {"video_url": "https://x.example/f.mp4"}},
    ],
)
def test_a_film_is_found_wherever_the_api_puts_it(fields: dict[str, Any]) -> None:
    assert task(status="completed", **fields).film_url == "https://x.example/f.mp4"


@pytest.mark.parametrize("results", [[], None, {}, [""], ["javascript:alert(1)"], [{"url": 5}]])
def test_completed_without_a_link_has_no_film(results: object) -> None:
    assert task(status="completed", results=results).film_url is None


def test_a_link_cannot_bring_markup_or_line_breaks_along() -> None:
    update = task(results=["https://x.example/a b\n<script>\ud800.mp4?sig=%2F"])
    assert update.film_url == "https://x.example/a%20b%0A%3Cscript%3E.mp4?sig=%2F"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("progress", 101),
        ("progress", -1),
        ("progress", "65"),
        ("progress", True),
        ("progress", 10**400),
        ("created", "yesterday"),
        ("created", 10**18),
    ],
)
def test_a_value_that_makes_no_sense_is_left_out(field: str, value: object) -> None:
    assert task(**{field: value}) == task()


def test_words_are_cut_to_what_a_database_takes() -> None:
    update = task(
        status="failed", error={"code": "x\x00y", "message": "a\ud800\x00b" + "c" * 10_000}
    )
    assert (update.error_code, update.error_message[:3]) == ("xy", "abc")
    assert len(update.error_message) == 500


def test_a_failure_may_come_without_an_error_object() -> None:
    update = task(status="failed", code=200, message="success")
    assert (update.status, update.error_code, update.error_message) == (
        RemoteStatus.FAILED,
        "",
        "",
    )


REFUND = {
    "refund_scope": "account_balance",
    "refund_status": "completed",
    "charge_status": "released",
    "refunded_at": "2026-11-23T12:00:00.000Z",
    "refunded_credits": 27,
    "reserved_credits": 27,
}


@pytest.mark.parametrize(
    "billing",
    [
        None,
        {},
        {"charge_status": "released"},
        {"charge_status": "released", "refund_status": "pending"},
        {"charge_status": "released", "refund_status": "unknown"},
        {"charge_status": "charged", "refund_status": "completed"},
        {"charge_status": "reserved", "refund_status": "not_required"},
        {"charge_status": "released", "refund_status": "completed"},
        REFUND | {"refund_scope": "key"},
        REFUND | {"refund_status": "not_required"},
        REFUND | {"charge_status": "charged"},
        REFUND | {"refunded_at": None},
        REFUND | {"refunded_at": 1757169999},
        REFUND | {"refunded_at": "2026-11-23T12:00:00"},
        REFUND | {"refunded_at": "yesterdayZ"},
        REFUND | {"refunded_credits": 0, "reserved_credits": 0},
        REFUND | {"refunded_credits": None},
        REFUND | {"refunded_credits": 28},
        REFUND | {"refunded_credits": "27"},
    ],
)
def test_only_the_apis_own_word_proves_that_nothing_is_charged(billing: object) -> None:
    update = task(status="failed", billing=billing)
    assert (update.is_released, update.returned) == (False, 0)


def test_a_refund_of_all_that_was_reserved_is_proof() -> None:
    update = task(status="failed", billing=REFUND)
    assert (update.is_released, update.returned) == (True, 1)


def test_a_refund_of_a_part_is_no_more_than_that_part() -> None:
    update = task(status="failed", billing=REFUND | {"refunded_credits": 9})
    assert (update.is_released, update.returned) == (False, pytest.approx(1 / 3))


@pytest.mark.parametrize(
    "bad_id", [None, "", 17, "a/b", "a b", "x" * 129, "..", ".", "a\n", "ä", ["a"]]
)
def test_an_accepted_submission_without_a_usable_id_may_have_been_paid(bad_id: object) -> None:
    with pytest.raises(ApiError) as error:
        read_submission(answer({"id": bad_id, "status": "pending"}))
    assert (error.value.cause, error.value.sent) == (Cause.UNREADABLE, Certainty.MAYBE)


@pytest.mark.parametrize(
    "body", [b"<html>ok</html>", b"", b"[]", b"null", b'"x"', b"\xff", b"[" * 100_000]
)
def test_a_good_status_without_json_may_have_been_paid(body: bytes) -> None:
    with pytest.raises(ApiError) as error:
        read_submission(answer(body))
    assert (error.value.cause, error.value.sent) == (Cause.UNREADABLE, Certainty.MAYBE)


def test_the_answer_about_another_task_is_not_believed() -> None:
    with pytest.raises(ApiError) as error:
        task(id="task-unified-2", status="completed")
    assert error.value.cause == Cause.UNREADABLE


def test_a_task_may_come_back_without_its_id() -> None:
    update = read_task(answer({"status": "processing"}), remote_id="task-unified-1")
    assert update.remote_id == "task-unified-1"


@pytest.mark.parametrize(
    "body",
    [
        {"success": False, "message": "no", "data": {"user": {"remaining_credits": 5}}},
        {"data": {"user": {"remaining_credits": "many"}}},
        {"data": []},
        [],
    ],
)
def test_a_balance_that_is_not_there_is_not_guessed(body: object) -> None:
    with pytest.raises(ApiError) as error:
        read_balance(answer(body))
    assert error.value.cause == Cause.UNREADABLE


@pytest.mark.parametrize("nothing", [None, ""])
def test_a_task_whose_id_is_left_empty_is_known_by_its_task_id(nothing: object) -> None:
    told = answer({"id": nothing, "task_id": "abc", "status": "queued"})
    assert read_task(told, remote_id="abc").status is RemoteStatus.PENDING
