"""The words of the video API: the bodies it is sent and the answers it gives. Pure, no I/O.

Pages: https://docs.evolink.ai/es/api-manual/video-series/kling/kling-v3-text-to-video (POST),
https://docs.evolink.ai/en/api-manual/task-management/get-task-detail (GET) and
https://docs.evolink.ai/en/api-manual/account-management/get-credits (credits).
Strict in what is sent, tolerant in what is read; refusals are sorted by `faults`."""

from urllib.parse import quote

from bot.api.faults import is_complaint, read_complaint, refused_reading, refused_submission
from bot.api.reading import Answer, Json, mapping, moment, number, task_id, text, whole
from bot.errors import ApiError, Cause, Sent
from bot.video.models import (
    DURATIONS,
    PROMPT_LIMIT,
    SHOT_PROMPT_LIMIT,
    SHOTS_LIMIT,
    Balance,
    RemoteStatus,
    Shot,
    ShotType,
    VideoRequest,
    VideoSpec,
    VideoUpdate,
)

CALLBACK_URL_LIMIT = 2048  # characters, the POST page
LINK_LIMIT = 4096
WORD_LIMIT = 100
LONGEST_ESTIMATE = 7 * 24 * 3600  # seconds; more is no estimate
LONGEST_FILM = 3600  # seconds
MOST_RESERVED = 10**12  # in whichever unit; more is no price
_SAFE_IN_LINKS = "!#$%&'()*+,/:;=?@[]~"


def submission(request: VideoRequest, *, callback_url: str | None) -> dict[str, object]:
    """The body of `POST /v1/videos/generations`.

    Duration, aspect ratio, quality and sound are always named, so that a changed default of the
    API changes no film and no price. Raises `ApiError` (rejected, not sent) for what the page
    does not allow.
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
    """`index` counts from 1 and `duration` is a string, unlike that of the film (POST page)."""
    return {"index": index, "prompt": shot.prompt, "duration": str(shot.seconds)}


def _check(spec: VideoSpec, callback_url: str | None) -> None:
    rules = {
        "prompt": spec.shot_type == ShotType.CUSTOMIZE
        or (bool(spec.prompt.strip()) and len(spec.prompt) <= PROMPT_LIMIT),
        # The POST page gives no limit; Kling itself, behind it, has the prompt's.
        "negative_prompt": len(spec.negative_prompt) <= PROMPT_LIMIT,
        "duration": spec.duration in DURATIONS,
        "multi_prompt": spec.shot_type != ShotType.CUSTOMIZE or _adds_up(spec),
        "callback_url": len(callback_url or "") <= CALLBACK_URL_LIMIT,
    }
    if broken := [field for field, is_kept in rules.items() if not is_kept]:
        raise ApiError(
            Cause.REJECTED, sent=Sent.NO, code="invalid_parameters", message=", ".join(broken)
        )


def _adds_up(spec: VideoSpec) -> bool:
    """1 to 6 shots of 1 to 512 characters and at least 1 s, as long together as the film."""
    return (
        0 < len(spec.shots) <= SHOTS_LIMIT
        and all(shot.prompt.strip() and shot.seconds >= 1 for shot in spec.shots)
        and all(len(shot.prompt) <= SHOT_PROMPT_LIMIT for shot in spec.shots)
        and sum(shot.seconds for shot in spec.shots) == spec.duration
    )


def read_submission(answer: Answer) -> VideoUpdate:
    """The answer to the POST: a task, taken for one only with a usable id.

    Raises `ApiError` for anything else; `sent` says whether a paid task may exist.
    """
    remote_id = task_id(answer.fields.get("id"))
    if not answer.is_good or remote_id is None:
        raise refused_submission(answer)
    return _update(remote_id, answer.fields)


def read_task(answer: Answer, *, remote_id: str) -> VideoUpdate:
    """The answer to `GET /v1/tasks/{remote_id}`. Raises `ApiError` when it is about no such task.

    The id may be missing in it, but may not be another's.
    """
    fields = answer.fields
    is_task = "status" in fields or "id" in fields
    if not (answer.is_good and is_task and fields.get("id", remote_id) == remote_id):
        raise refused_reading(answer)
    return _update(remote_id, fields)


def read_balance(answer: Answer) -> Balance:
    """The answer to `GET /v1/credits`: `user` is the account, `token` the limit of this key.

    Raises `ApiError` without the account's number.
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


def _update(remote_id: str, answer: Json) -> VideoUpdate:
    task_info = mapping(answer.get("task_info"))
    has_error = bool(answer.get("error"))  # the flat shape's `code` may be a success's 200
    complaint = read_complaint(answer if has_error else {})
    return VideoUpdate(
        remote_id=remote_id,
        status=_status(answer.get("status")),
        model=text(answer.get("model"), longest=WORD_LIMIT),
        created_at=moment(answer.get("created")),
        duration=whole(task_info.get("video_duration"), lowest=1, highest=LONGEST_FILM),
        progress=whole(answer.get("progress"), lowest=0, highest=100),
        estimate=whole(task_info.get("estimated_time"), lowest=0, highest=LONGEST_ESTIMATE),
        reserved=_reserved(mapping(answer.get("usage"))),
        film_url=_film_url(answer),
        error_code=complaint.code,
        error_message=complaint.message,
        is_released=_is_released(mapping(answer.get("billing"))),
    )


def _status(value: object) -> RemoteStatus:
    """The GET page lists no `cancelled`, the callback section does, and it occurs."""
    try:
        return RemoteStatus(text(value, longest=WORD_LIMIT))
    except ValueError:
        return RemoteStatus.UNKNOWN


def _reserved(usage: Json) -> float | None:
    """Pages of the API show credits as well as 1/10,000 of one, so the unit is for the reader."""
    reserved = number(usage.get("credits_reserved"))
    return reserved if reserved is not None and 0 <= reserved <= MOST_RESERVED else None


def _film_url(answer: Json) -> str | None:
    """`results[0]` (GET page); `result_data`, a list or an object, is what Evolink's clients
    (github.com/EvoLinkAI/evolink-mcp) fall back to."""
    for field in ("results", "result_data"):
        found = answer.get(field)
        for entry in found if isinstance(found, list) else [found]:
            if url := _link(entry):
                return url
    return None


def _link(entry: object) -> str | None:
    fields = mapping(entry)
    for value in (entry, fields.get("video_url"), fields.get("url")):
        if isinstance(value, str) and value.startswith(("https://", "http://")):
            url = quote(value, safe=_SAFE_IN_LINKS, errors="ignore")
            return url if len(url) <= LINK_LIMIT else None
    return None


def _is_released(billing: Json) -> bool:
    """Whether the API itself says that nothing is charged.

    Neither `failed` nor a started refund proves it (`billing` as Evolink's newest client,
    github.com/deeplearning-goethe/evolink-cli, reads it).
    """
    return billing.get("charge_status") == "released" and billing.get("refund_status") in (
        "completed",
        "not_required",
    )
