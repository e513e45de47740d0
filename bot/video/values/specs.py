"""Turns what a person typed into a valid `VideoSpec`, or a `Refusal` that says what to change.

The rules are the video API's (POST /v1/videos/generations)."""

import unicodedata
from enum import StrEnum
from typing import TypeVar

from msgspec.structs import replace

from bot.errors import Refusal
from bot.video.values.videos import (
    DURATIONS,
    MODEL,
    PROMPT_LIMIT,
    SHOT_PROMPT_LIMIT,
    SHOTS_LIMIT,
    AspectRatio,
    Quality,
    Shot,
    ShotType,
    Sound,
    VideoSpec,
)
from bot.video.values.visible import seen

C = TypeVar("C", bound=StrEnum)


def read_spec(
    *,
    prompt: str,
    negative_prompt: str = "",
    duration: int = 5,
    aspect_ratio: str = AspectRatio.WIDE,
    sound: str = Sound.OFF,
    quality: str = Quality.STANDARD,
    shot_type: str = ShotType.ONE,
    shots: tuple[Shot, ...] = (),
    watermark: bool = False,
    model: str = MODEL,
) -> VideoSpec:
    """A checked spec from raw options. Raises `Refusal`, even for input that a client forced."""
    if model != MODEL:
        raise Refusal("unknown_choice", option="model")
    return check(
        VideoSpec(
            prompt=prompt,
            negative_prompt=negative_prompt,
            duration=duration,
            aspect_ratio=_choice(AspectRatio, aspect_ratio, "aspect_ratio"),
            sound=_choice(Sound, sound, "sound"),
            quality=_choice(Quality, quality, "quality"),
            shot_type=_choice(ShotType, shot_type, "shots"),
            shots=shots,
            watermark=watermark,
            model=model,
        )
    )


def check(spec: VideoSpec) -> VideoSpec:
    """The spec with tidy texts. Raises `Refusal`."""
    if type(spec.duration) is not int or spec.duration not in DURATIONS:
        raise Refusal("duration_range", least=DURATIONS.start, most=DURATIONS.stop - 1)
    negative = tidy(spec.negative_prompt)
    if len(negative) > PROMPT_LIMIT:
        raise Refusal("negative_prompt_too_long", limit=PROMPT_LIMIT, length=len(negative))
    prompt = tidy(spec.prompt)
    if len(prompt) > PROMPT_LIMIT:
        raise Refusal("prompt_too_long", limit=PROMPT_LIMIT, length=len(prompt))
    if spec.shot_type is ShotType.CUSTOMIZE:
        check_shots(spec.shots, spec.duration)
    elif not prompt:
        raise Refusal("prompt_empty")
    shots = spec.shots if spec.shot_type is ShotType.CUSTOMIZE else ()
    return replace(spec, prompt=prompt, negative_prompt=negative, shots=shots)


def check_shots(shots: tuple[Shot, ...], duration: int) -> None:
    """Check the API's rules for `multi_prompt`. Raises `Refusal`."""
    if not shots:
        raise Refusal("shots_none")
    if len(shots) > SHOTS_LIMIT:
        raise Refusal("shots_too_many", count=len(shots), limit=SHOTS_LIMIT)
    for line, shot in enumerate(shots, start=1):
        if not tidy(shot.prompt):
            raise Refusal("shot_empty", line=line)
        if len(shot.prompt) > SHOT_PROMPT_LIMIT:
            raise Refusal("shot_too_long", line=line, limit=SHOT_PROMPT_LIMIT)
        if shot.seconds < 1:
            raise Refusal("shot_seconds", line=line)
    if (total := sum(shot.seconds for shot in shots)) != duration:
        raise Refusal("shots_sum", total=total, duration=duration)


def _choice(kind: type[C], value: str, option: str) -> C:
    try:
        return kind(value)
    except ValueError:
        raise Refusal("unknown_choice", option=option) from None


def tidy(text: str) -> str:
    """The text without control characters and outer white space; line breaks stay. Empty if nothing
    in it is visible. Raises `Refusal`."""
    try:
        text.encode()
    except UnicodeEncodeError:  # a lone surrogate: no file, database or API accepts it
        raise Refusal("unreadable_text") from None
    kept = (c if c in "\n\t" or unicodedata.category(c) != "Cc" else " " for c in text)
    return seen("".join(kept))
