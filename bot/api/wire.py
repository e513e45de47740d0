"""The video API's request bodies and answers. Pure: strict in what it sends, tolerant in reading.

Pages: https://docs.evolink.ai/es/api-manual/video-series/kling/kling-v3-text-to-video (POST),
https://docs.evolink.ai/en/api-manual/task-management/get-task-detail (GET) and
https://docs.evolink.ai/en/api-manual/account-management/get-credits (credits).
`faults` sorts refusals."""

import re
from datetime import datetime

from bot.api.faults import (
    is_complaint,
    read_complaint,
    reason_of_end,
    refused_reading,
    refused_submission,
)
from bot.api.reading import (
    Answer,
    Json,
    instant,
    link,
    mapping,
    moment,
    number,
    task_id,
    text,
    whole,
)
from bot.errors import ApiError, Cause, Certainty, Reason
from bot.video.values.catalogue import MODELS, Model, ShotType, model_of
from bot.video.values.videos import (
    Balance,
    RemoteStatus,
    Shot,
    VideoRequest,
    VideoSpec,
    VideoUpdate,
)

CALLBACK_URL_LIMIT = 2048  # characters (POST page)
LINK_LIMIT = 4096
WORD_LIMIT = 100
LONGEST_ESTIMATE = 7 * 24 * 3600  # seconds; a longer estimate is ignored
LONGEST_FILM = 3600  # seconds
MOST_RESERVED = 10**12  # in either unit; a higher price is ignored

# The GET page has five words; other pages of the API and Kling itself use these. In lower case,
# with `_` between words.
_WORDS = {
    RemoteStatus.PENDING: "pending queued queueing in_queue submitted created waiting accepted",
    RemoteStatus.PROCESSING: "processing running in_progress started generating rendering",
    RemoteStatus.COMPLETED: "completed complete succeeded succeed success successful finished done",
    RemoteStatus.FAILED: "failed failure fail error errored rejected aborted terminated "
    "expired timeout timed_out",
    RemoteStatus.CANCELLED: "cancelled canceled",
}
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")  # splits names such as InProgress into words
_STATUSES = {word: status for status, words in _WORDS.items() for word in words.split()}


def submission(request: VideoRequest, *, callback_url: str | None) -> dict[str, object]:
    """The body of `POST /v1/videos/generations`.

    Always names duration, aspect ratio, quality and sound, so that no video and no price changes
    with the API's defaults. Raises `ApiError` (rejected, not sent) if the page forbids a value.
    """
    spec = request.spec
    _check(spec, callback_url)
    body: dict[str, object] = {
        "model": spec.model,
        "prompt": "" if spec.shot_type == ShotType.CUSTOMIZE else spec.prompt,
        "duration": spec.duration,
        "aspect_ratio": spec.aspect_ratio.value,
        "quality": spec.quality.value,
        "sound": spec.sound.value,
    }
    chosen = {
        "negative_prompt": spec.negative_prompt,
        "model_params": _model_params(spec),
        "callback_url": callback_url,
    }
    return body | {name: value for name, value in chosen.items() if value}


def _model_params(spec: VideoSpec) -> dict[str, object]:
    params: dict[str, object] = {}
    if spec.shot_type != ShotType.ONE:
        params |= {"multi_shot": True, "shot_type": spec.shot_type.value}
    if spec.shot_type == ShotType.CUSTOMIZE:
        params["multi_prompt"] = [_shot(n, shot) for n, shot in enumerate(spec.shots, start=1)]
    if spec.watermark:
        params["watermark_info"] = {"enabled": True}
    return params


def _shot(index: int, shot: Shot) -> dict[str, object]:
    """One shot; `index` counts from 1, and `duration` is a string here (POST page)."""
    return {"index": index, "prompt": shot.prompt, "duration": str(shot.seconds)}


def _check(spec: VideoSpec, callback_url: str | None) -> None:
    model = model_of(spec.model)
    rules = {
        "model": spec.model in MODELS,
        "aspect_ratio": spec.aspect_ratio in model.aspect_ratios,
        "quality": spec.quality in model.qualities,
        "sound": spec.sound in model.sounds,
        "prompt": spec.shot_type == ShotType.CUSTOMIZE
        or (bool(spec.prompt.strip()) and len(spec.prompt) <= model.prompt_limit),
        # The POST page gives no limit; Kling, which it calls, uses the prompt's limit.
        "negative_prompt": len(spec.negative_prompt) <= model.prompt_limit,
        "duration": spec.duration in model.durations,
        "multi_prompt": spec.shot_type != ShotType.CUSTOMIZE or _adds_up(spec, model),
        "callback_url": len(callback_url or "") <= CALLBACK_URL_LIMIT,
    }
    if broken := [field for field, is_kept in rules.items() if not is_kept]:
        raise ApiError(
            Cause.REJECTED, sent=Certainty.NO, reason=Reason.REJECTED, message=", ".join(broken)
        )


def _adds_up(spec: VideoSpec, model: Model) -> bool:
    """Whether the shots fill the video, each at least 1 s long and within the model's limits."""
    return (
        0 < len(spec.shots) <= model.shots_limit
        and all(shot.prompt.strip() and shot.seconds >= 1 for shot in spec.shots)
        and all(len(shot.prompt) <= model.shot_prompt_limit for shot in spec.shots)
        and sum(shot.seconds for shot in spec.shots) == spec.duration
    )


def read_submission(answer: Answer) -> VideoUpdate:
    """The task in the POST's answer, if that has a usable id.

    Raises `ApiError` otherwise; `sent` says whether a paid task may exist.
    """
    remote_id = _named(answer.fields)
    if not answer.is_good or remote_id is None:
        raise refused_submission(answer)
    return _update(remote_id, answer.fields)


def read_task(answer: Answer, *, remote_id: str) -> VideoUpdate:
    """The task in the answer to `GET /v1/tasks/{remote_id}`.

    Raises `ApiError` if the answer names another task or none can be read; it may omit the id.
    """
    fields = answer.fields
    is_task = not {"status", "id", "task_id"}.isdisjoint(fields)
    named = fields.get("id") or fields.get("task_id") or remote_id
    if not (answer.is_good and is_task and named == remote_id):
        raise refused_reading(answer)
    return _update(remote_id, fields)


def read_balance(answer: Answer) -> Balance:
    """The answer to `GET /v1/credits`: `user` is the account, `token` the limit of this key.

    Raises `ApiError` if the account's number is missing.
    """
    funds = mapping(answer.fields.get("data"))
    account = number(mapping(funds.get("user")).get("remaining_credits"))
    if not answer.is_good or account is None or is_complaint(answer.fields):
        raise refused_reading(answer)
    key = mapping(funds.get("token"))
    is_limited = key.get("unlimited_credits") is not True
    return Balance(
        account=account, key=number(key.get("remaining_credits")) if is_limited else None
    )


def _named(fields: Json) -> str | None:
    """The task's id: pages of sibling models say "Store the returned `id` or `task_id`"."""
    return task_id(fields.get("id")) or task_id(fields.get("task_id"))


def _update(remote_id: str, answer: Json) -> VideoUpdate:
    task_info = mapping(answer.get("task_info"))
    has_error = bool(answer.get("error"))  # in the flat shape, `code` may be 200 on success
    complaint = read_complaint(answer if has_error else {})
    progress = whole(answer.get("progress"), lowest=0, highest=100)
    film_url = _film_url(answer)
    returned = _returned(mapping(answer.get("billing")))
    status = _status(
        answer.get("status"),
        is_made=film_url is not None and progress == 100,
        is_broken=_says_anything(answer.get("error")),
    )
    return VideoUpdate(
        remote_id=remote_id,
        status=status,
        model=text(answer.get("model"), longest=WORD_LIMIT),
        created_at=moment(answer.get("created")),
        duration=whole(task_info.get("video_duration"), lowest=1, highest=LONGEST_FILM),
        progress=progress,
        estimate=whole(task_info.get("estimated_time"), lowest=0, highest=LONGEST_ESTIMATE),
        reserved=_reserved(mapping(answer.get("usage"))),
        film_url=film_url,
        ended_at=_ended_at(answer),
        reason=reason_of_end(status, complaint.code),
        error_code=complaint.code,
        error_message=complaint.message,
        is_released=returned == 1,
        returned=returned,
    )


def _status(value: object, *, is_made: bool, is_broken: bool) -> RemoteStatus:
    """Sort a status word, in any case. With an unknown word, a video at 100% or an error still ends
    the task: nobody should wait forever because of a word."""
    words = _HUMP.sub(" ", text(value, longest=WORD_LIMIT)).casefold().replace("-", " ")
    word = "_".join(words.split())
    if (known := _STATUSES.get(word)) is not None:
        return known
    if is_made:
        return RemoteStatus.COMPLETED
    return RemoteStatus.FAILED if is_broken else RemoteStatus.UNKNOWN


def _says_anything(error: object) -> bool:
    """Whether an error says something; one with empty fields does not."""
    return any(error.values()) if isinstance(error, dict) else bool(error)


def _reserved(usage: Json) -> float | None:
    """The reserved amount in the API's unit: some pages show credits, others 1/10,000 of one."""
    reserved = number(usage.get("credits_reserved"))
    return reserved if reserved is not None and 0 <= reserved <= MOST_RESERVED else None


def _film_url(answer: Json) -> str | None:
    """The video's address in `results[0]` (GET page), else in `result_data`, a list or object that
    Evolink's clients use (github.com/EvoLinkAI/evolink-mcp), else in `output` (sibling models)."""
    for field in ("results", "result_data", "output"):
        found = answer.get(field)
        for entry in found if isinstance(found, list) else [found]:
            if url := _link(entry):
                return url
    return None


def _link(entry: object) -> str | None:
    fields = mapping(entry)
    tried = (entry, fields.get("video_url"), fields.get("url"))
    return next(filter(None, (link(value, longest=LINK_LIMIT) for value in tried)), None)


def _ended_at(answer: Json) -> datetime | None:
    """When the task ended; no page names a field, so this tries the names of similar APIs."""
    for field in ("completed_at", "finished_at", "ended_at"):
        value = answer.get(field)
        if (at := moment(value) or instant(value)) is not None:
            return at
    return None


def _returned(billing: Json) -> float:
    """The share of a charge that the API says it returned to the account, 0 to 1.

    Follows Evolink's newest client (github.com/deeplearning-goethe/evolink-cli): neither `failed`
    nor a word about the refund proves anything without a time and an amount. An amount below the
    reserved one is a partial refund.
    """
    reserved = number(billing.get("reserved_credits"))
    refunded = number(billing.get("refunded_credits"))
    is_proven = (
        billing.get("refund_scope") == "account_balance"
        and billing.get("refund_status") == "completed"
        and billing.get("charge_status") == "released"
        and instant(billing.get("refunded_at")) is not None
    )
    if not is_proven or reserved is None or refunded is None or not 0 < refunded <= reserved:
        return 0.0
    return refunded / reserved
