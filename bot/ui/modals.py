"""The forms in which people write a video's words, filled with what there is already."""

from collections.abc import Mapping

import discord
from msgspec.structs import replace

from bot.errors import Refusal
from bot.ui.forms import Field, form, text_field
from bot.ui.items import Verb
from bot.video.values.shot_lines import may_count, parse_shots, shot_line
from bot.video.values.specs import check
from bot.video.values.videos import (
    PROMPT_LIMIT,
    SHOT_PROMPT_LIMIT,
    SHOTS_LIMIT,
    AspectRatio,
    Quality,
    ShotType,
    Sound,
    VideoSpec,
)

SHOTS_TEXT_LIMIT = SHOTS_LIMIT * (SHOT_PROMPT_LIMIT + 8)  # with seconds and line breaks
PROMPT, SHOTS, NEGATIVE = "prompt", "shots", "negative_prompt"
FIELDS = {PROMPT: PROMPT_LIMIT, SHOTS: SHOTS_TEXT_LIMIT, NEGATIVE: PROMPT_LIMIT}
LABELS = {
    PROMPT: "modal.edit.prompt",
    SHOTS: "modal.shots.text",
    NEGATIVE: "modal.edit.negative_prompt",
}

_RATIOS, _QUALITIES, _SOUNDS = tuple(AspectRatio), tuple(Quality), tuple(Sound)


def draft(spec: VideoSpec) -> str:
    """The options of a film whose shots are still to be written, short enough for a custom id."""
    places = (
        _RATIOS.index(spec.aspect_ratio),
        _QUALITIES.index(spec.quality),
        _SOUNDS.index(spec.sound),
        int(spec.watermark),
    )
    return ".".join(map(str, (spec.duration, *places)))


def read_draft(text: str) -> VideoSpec:
    """The options back from `draft`, its texts empty. Raises `Refusal`."""
    try:
        duration, ratio, quality, sound, watermark = map(int, text.split("."))
        return VideoSpec(
            prompt="",
            duration=duration,
            aspect_ratio=_RATIOS[ratio],
            quality=_QUALITIES[quality],
            sound=_SOUNDS[sound],
            watermark=bool(watermark),
            shot_type=ShotType.CUSTOMIZE,
        )
    except (ValueError, IndexError):
        raise Refusal("unknown_choice", option="shots") from None


def texts_of(spec: VideoSpec) -> dict[str, str]:
    """What a form about this film is filled with."""
    if spec.shot_type is not ShotType.CUSTOMIZE:
        return {PROMPT: spec.prompt, NEGATIVE: spec.negative_prompt}
    lines = [_timed(shot.seconds, _line(shot.prompt)) for shot in spec.shots]
    return {SHOTS: "\n".join(lines) or _first(spec), NEGATIVE: spec.negative_prompt}


def with_texts(spec: VideoSpec, texts: Mapping[str, str]) -> VideoSpec:
    """The film with what was written in a form. Raises `Refusal`."""
    negative = texts.get(NEGATIVE, "")
    if spec.shot_type is not ShotType.CUSTOMIZE:
        return check(replace(spec, prompt=texts.get(PROMPT, ""), negative_prompt=negative))
    shots = parse_shots(texts.get(SHOTS, ""), spec.duration)
    return check(replace(spec, shots=shots, negative_prompt=negative))


def video_form(verb: Verb, subject: str, texts: Mapping[str, str], locale: str) -> discord.ui.Modal:
    """A form with a field for each text, filled in."""
    return form(verb, subject, locale, *(_field(*each, locale) for each in texts.items()))


def _field(name: str, text: str, locale: str) -> Field:
    return text_field(
        name,
        LABELS[name],
        locale,
        limit=FIELDS[name],
        written=text,
        hint="modal.shots.hint" if name == SHOTS else None,
        is_required=name != NEGATIVE,
    )


def _first(spec: VideoSpec) -> str:
    """The prompt as the first shot: a number in front of it must not be read as seconds."""
    line = _line(spec.prompt)
    return line if shot_line(line) == (None, line) else _timed(spec.duration, line)


def _timed(seconds: int, line: str) -> str:
    """A shot as it is read again: a word such as "Second" in front of it must not be lost, and
    nobody is asked what its number counts."""
    plain = f"{seconds} {line}"
    is_clear = shot_line(plain) == (seconds, line) and not may_count(plain)
    return plain if is_clear else f"{seconds} s {line}"


def _line(text: str) -> str:
    return " ".join(text.split())
