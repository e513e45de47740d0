"""The forms for a video's texts, filled with what is there already."""

from collections.abc import Mapping

import discord
from msgspec.structs import replace

from bot.ui.forms import FIELD_LIMIT, Field, form, text_field
from bot.ui.items import Verb
from bot.video.values.catalogue import (
    ShotType,
    find_model,
    longest_prompt,
    longest_shot_prompt,
    most_shots,
)
from bot.video.values.shot_lines import may_count, parse_shots, shot_line
from bot.video.values.specs import check, length_of
from bot.video.values.videos import VideoSpec

PROMPT, SHOTS, NEGATIVE = "prompt", "shots", "negative_prompt"
LABELS = {
    PROMPT: "modal.edit.prompt",
    SHOTS: "modal.shots.text",
    NEGATIVE: "modal.edit.negative_prompt",
}


def texts_of(spec: VideoSpec) -> dict[str, str]:
    """The texts that fill a form about this video."""
    if spec.shot_type is not ShotType.CUSTOMIZE:
        return {PROMPT: spec.prompt, NEGATIVE: spec.negative_prompt}
    lines = [_timed(shot.seconds, _line(shot.prompt)) for shot in spec.shots]
    return {SHOTS: "\n".join(lines) or _first(spec), NEGATIVE: spec.negative_prompt}


def with_texts(spec: VideoSpec, texts: Mapping[str, str], *, is_open: bool = False) -> VideoSpec:
    """The video with the texts written in a form; `is_open`: as long as its shots. Raises
    `Refusal`, but not for shots that add up to another length."""
    negative = texts.get(NEGATIVE, "")
    if spec.shot_type is not ShotType.CUSTOMIZE:
        prompt = texts.get(PROMPT, "")
        return check(replace(spec, prompt=prompt, shots=(), negative_prompt=negative))
    shots = parse_shots(texts.get(SHOTS, ""), spec.duration, find_model(spec.model))
    duration = length_of(shots) if is_open else spec.duration
    return replace(spec, shots=shots, duration=duration, negative_prompt=negative)


def video_form(verb: Verb, subject: str, texts: Mapping[str, str], locale: str) -> discord.ui.Modal:
    """A form with one filled field per text."""
    return form(verb, subject, locale, *text_fields(texts, locale))


def text_fields(texts: Mapping[str, str], locale: str) -> list[Field]:
    """One filled field per text."""
    return [_field(*each, locale) for each in texts.items()]


def shots_text_limit() -> int:
    """The most characters all shots can have, with seconds and line breaks."""
    return min(FIELD_LIMIT, most_shots() * (longest_shot_prompt() + 8))


def _field(name: str, text: str, locale: str) -> Field:
    return text_field(
        name,
        LABELS[name],
        locale,
        limit=shots_text_limit() if name == SHOTS else longest_prompt(),
        written=text,
        hint="modal.shots.hint" if name == SHOTS else None,
        is_required=name != NEGATIVE,
    )


def _first(spec: VideoSpec) -> str:
    """The prompt as the first shot; a number in front must not be read as seconds."""
    line = _line(spec.prompt)
    return line if shot_line(line) == (None, line) else _timed(spec.duration, line)


def _timed(seconds: int, line: str) -> str:
    """A shot that reads back unchanged: a first word such as "Second" must survive, and no number
    may look like a count."""
    plain = f"{seconds} {line}"
    is_clear = shot_line(plain) == (seconds, line) and not may_count(plain)
    return plain if is_clear else f"{seconds} s {line}"


def _line(text: str) -> str:
    return " ".join(text.split())
