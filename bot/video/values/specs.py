"""Turns what a person asks for into a valid `VideoSpec`, or a `Refusal` that says what to change.

The rules are the video API's (POST /v1/videos/generations), with each model's own limits."""

import unicodedata
from collections.abc import Iterable
from typing import Any

from msgspec.structs import replace

from bot.errors import Refusal
from bot.video.values.catalogue import (
    CHOICES,
    DEFAULT_MODEL,
    MODELS,
    Model,
    ShotType,
    find_model,
    rank,
)
from bot.video.values.options import Defaults, Options
from bot.video.values.settings import VideoCaps
from bot.video.values.videos import MOST_TAKES, Shot, VideoSpec
from bot.video.values.visible import seen

NO_DEFAULTS, NO_CEILING = Defaults(), VideoCaps()


def read_options(**given: Any) -> Options:
    """Options from raw values; None where left out. Raises `Refusal`, even for input that a client
    forced."""
    for option, kind in CHOICES.items():
        try:
            given[option] = None if given.get(option) is None else kind(given[option])
        except ValueError:
            raise Refusal("unknown_choice", option=option) from None
    if given.get("watermark") is not None:
        given["watermark"] = given["watermark"] is True
    return Options(**given)


def completed(
    options: Options, defaults: Defaults = NO_DEFAULTS, most: VideoCaps = NO_CEILING
) -> VideoSpec:
    """The video these options give, unchecked: the server's defaults fill the gaps, else the
    model's, both lowered to the caps. Raises `Refusal` for an unknown model."""
    default = defaults.model if defaults.model in MODELS else None  # the model may be gone
    model = find_model(options.model or default or DEFAULT_MODEL)

    def chosen(option: str) -> Any:
        given = getattr(options, option)
        if given is not None:
            return given
        return _default(model, option, getattr(defaults, option), getattr(most, option, None))

    negative = options.negative_prompt
    return VideoSpec(
        model=model.id,
        prompt=options.prompt,
        negative_prompt=(defaults.negative_prompt or "") if negative is None else negative,
        duration=chosen("duration"),
        aspect_ratio=chosen("aspect_ratio"),
        sound=chosen("sound"),
        quality=chosen("quality"),
        shot_type=chosen("shots"),
        shots=options.written,
        watermark=chosen("watermark"),
        takes=1 if options.takes is None else options.takes,
    )


def _default(model: Model, option: str, default: Any, most: Any) -> Any:
    """A server's default if the model can make it, lowered to the cap."""
    choices = model.choices(option)
    is_possible = default in choices and default is not ShotType.CUSTOMIZE
    wanted = default if is_possible else model.default(option)
    if most is None or rank(wanted) <= rank(most):
        return wanted
    return max((each for each in choices if rank(each) <= rank(most)), key=rank, default=wanted)


def check(spec: VideoSpec) -> VideoSpec:
    """The spec with tidy texts. Raises `Refusal` if its model cannot make it."""
    spec = check_outline(spec)
    if spec.shot_type is ShotType.CUSTOMIZE:
        check_shots(spec.shots, find_model(spec.model))
        if (total := length_of(spec.shots)) != spec.duration:
            raise Refusal("shots_sum", total=total, duration=spec.duration)
    elif not spec.prompt:
        raise Refusal("prompt_empty")
    return spec


def check_outline(spec: VideoSpec) -> VideoSpec:
    """Like `check`, while its prompt or shots are still to be written."""
    model = find_model(spec.model)
    _check_choices(spec, model)
    if type(spec.takes) is not int or not 1 <= spec.takes <= MOST_TAKES:
        raise Refusal("takes_range", most=MOST_TAKES)
    limit = model.prompt_limit
    negative = tidy(spec.negative_prompt)
    if len(negative) > limit:
        raise Refusal("negative_prompt_too_long", limit=limit, length=len(negative))
    prompt = tidy(spec.prompt)
    if len(prompt) > limit:
        raise Refusal("prompt_too_long", limit=limit, length=len(prompt))
    return replace(spec, prompt=prompt, negative_prompt=negative)


def _check_choices(spec: VideoSpec, model: Model) -> None:
    duration = spec.duration if type(spec.duration) is int else 0
    if len(MODELS) == 1 and not model.shortest <= duration <= model.longest:
        is_sum = spec.shots and length_of(spec.shots) == duration
        reason = "shots_range" if is_sum else "duration_range"
        raise Refusal(reason, total=duration, least=model.shortest, most=model.longest)
    chosen = {
        "duration": duration,
        "aspect_ratio": spec.aspect_ratio,
        "sound": spec.sound,
        "quality": spec.quality,
        "shots": spec.shot_type,
    }
    for option, value in chosen.items():
        if value not in model.choices(option):
            can = list(model.choices(option))
            raise Refusal("model_lacks", model=model.id, option=option, can=can)
    if spec.watermark and not model.has_watermark:
        raise Refusal("model_without", model=model.id, option="watermark")


def check_shots(shots: tuple[Shot, ...], model: Model) -> None:
    """Check the API's rules for `multi_prompt`, except the sum. Raises `Refusal`."""
    if not shots:
        raise Refusal("shots_none")
    if len(shots) > model.shots_limit:
        raise Refusal("shots_too_many", count=len(shots), limit=model.shots_limit)
    for line, shot in enumerate(shots, start=1):
        if not tidy(shot.prompt):
            raise Refusal("shot_empty", line=line)
        if len(shot.prompt) > model.shot_prompt_limit:
            raise Refusal("shot_too_long", line=line, limit=model.shot_prompt_limit)
        if shot.seconds < 1:
            raise Refusal("shot_seconds", line=line)


def length_of(shots: Iterable[Shot]) -> int:
    """Seconds."""
    return sum(shot.seconds for shot in shots)


def tidy(text: str) -> str:
    """The text without control characters and outer white space; line breaks stay. Empty if nothing
    in it is visible. Raises `Refusal`."""
    try:
        text.encode()
    except UnicodeEncodeError:  # a lone surrogate: no file, database or API accepts it
        raise Refusal("unreadable_text") from None
    kept = (c if c in "\n\t" or unicodedata.category(c) != "Cc" else " " for c in text)
    return seen("".join(kept))
