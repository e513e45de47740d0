"""For any input, only `ApiError` comes out, and only values a database and Discord accept."""

import json
from contextlib import suppress
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from bot.api.callbacks import CallbackTokens, candidate
from bot.api.reading import Answer
from bot.api.wire import read_balance, read_submission, read_task
from bot.errors import ApiError
from bot.video.values.videos import VideoUpdate

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
FIELDS = st.sampled_from(
    [
        "id",
        "status",
        "model",
        "created",
        "progress",
        "results",
        "result_data",
        "video_url",
        "url",
        "error",
        "code",
        "message",
        "msg",
        "task_info",
        "video_duration",
        "estimated_time",
        "billing",
        "charge_status",
        "refund_status",
        "data",
        "user",
        "token",
        "remaining_credits",
        "unlimited_credits",
        "success",
    ]
)
WORDS = st.sampled_from(["completed", "failed", "released", "task-1", "https://x.example/f.mp4"])
# Digits, signs, controls, lone surrogates, letters of several scripts: quick to draw from.
WILD = st.text(
    'a0.:-_/ \x00\x1f\x7f\n"<\u0663\u00e9\u4e2d\u202e\ud800\udfff\U0001f98a', max_size=30
)
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(10**300, 10**320)
    | st.floats()
    | WORDS
    | WILD
)
TREES = st.recursive(
    LEAVES, lambda inner: st.lists(inner) | st.dictionaries(FIELDS, inner), max_leaves=20
)
BODIES = st.binary() | (TREES | st.dictionaries(FIELDS, TREES)).map(
    lambda tree: json.dumps(tree).encode()
)
HEADERS = st.dictionaries(st.just("Retry-After"), WILD | st.integers().map(str))
ANSWERS = st.builds(
    lambda status, headers, body: Answer(
        status=status, headers=headers, body=body, received_at=NOW
    ),
    st.sampled_from([200, 201, 204, 302]) | st.integers(100, 599),
    HEADERS,
    BODIES,
)


def check(update: VideoUpdate) -> None:
    for words in (update.model, update.error_code, update.error_message, update.film_url or ""):
        assert "\x00" not in words
        words.encode()
    for count in (update.progress, update.duration, update.estimate):
        assert count is None or 0 <= count < 2**31


@given(ANSWERS)
def test_any_answer_to_a_submission_is_a_task_or_an_error(answer: Answer) -> None:
    with suppress(ApiError):
        check(read_submission(answer))


@given(ANSWERS)
def test_any_answer_about_a_task_is_an_update_or_an_error(answer: Answer) -> None:
    with suppress(ApiError):
        check(read_task(answer, remote_id="task-1"))


@given(ANSWERS)
def test_any_answer_about_credits_is_a_number_or_an_error(answer: Answer) -> None:
    with suppress(ApiError):
        left = read_balance(answer).credits
        assert left - left == 0  # neither endless nor undefined


@given(BODIES)
def test_any_callback_body_gives_an_id_or_nothing(body: bytes) -> None:
    found = candidate(body)
    assert found is None or (0 < len(found) <= 128 and found.isascii())


@given(WILD)
def test_no_made_up_token_names_a_task(token: str) -> None:
    assert CallbackTokens(b"s" * 32).task_id(token) is None
