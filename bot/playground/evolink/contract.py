"""What `POST /v1/videos/generations` accepts: types, ranges, defaults and the documented refusals.

Source: https://docs.evolink.ai/en/api-manual/video-series/kling/kling-v3-text-to-video.
The address rules of `callback_url` are in `callbacks`, the shots in `shots`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from bot.playground.evolink.shots import Shot, read_shots
from bot.playground.evolink.values import Fields, refuse

MODEL = "kling-v3-text-to-video"
QUALITIES = {"720p": 720, "1080p": 1080}
ASPECT_RATIOS = {"16:9": (16, 9), "9:16": (9, 16), "1:1": (1, 1)}
LONGEST_PROMPT = 2500
DURATIONS = range(3, 16)  # seconds

UC_PER_CREDIT = 10_000
UC_PER_SECOND = {
    ("720p", "off"): 54_000,
    ("720p", "on"): 81_000,
    ("1080p", "off"): 72_036,
    ("1080p", "on"): 108_000,
}
"""Prices of 2026-10-10, by quality and sound."""


@dataclass(frozen=True, kw_only=True)
class Submission:
    """A request that keeps every rule, with the defaults filled in; `duration` in seconds."""

    model: str
    prompt: str
    negative_prompt: str
    duration: int
    aspect_ratio: str
    quality: str
    sound: str
    shots: tuple[Shot, ...]
    cuts_itself: bool
    watermark: bool
    callback_url: str | None

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels; the quality names the shorter side."""
        shorter = QUALITIES[self.quality]
        across, down = ASPECT_RATIOS[self.aspect_ratio]
        unit = min(across, down)
        return shorter * across // unit, shorter * down // unit

    @property
    def price_uc(self) -> int:
        """Billed by the requested duration; 10,000 UC are one credit."""
        return UC_PER_SECOND[self.quality, self.sound] * self.duration

    @property
    def price(self) -> Decimal:
        """In credits."""
        return Decimal(self.price_uc) / UC_PER_CREDIT


def read_submission(body: object) -> Submission:
    """Read a decoded JSON body; unknown fields are ignored. Raises `Refused` naming the field."""
    if not isinstance(body, Mapping):
        raise refuse("the body must be a JSON object", None)
    fields = Fields(body)
    duration = fields.integer(
        "duration", default=5, lowest=DURATIONS.start, highest=DURATIONS.stop - 1
    )
    params = fields.inner("model_params")
    shooting = read_shots(params, duration)
    return Submission(
        model=_model(fields),
        prompt=_prompt(fields, may_be_empty=bool(shooting.shots)),
        negative_prompt=fields.text("negative_prompt", longest=LONGEST_PROMPT) or "",
        duration=duration,
        aspect_ratio=fields.choice("aspect_ratio", tuple(ASPECT_RATIOS), default="16:9"),
        quality=fields.choice("quality", tuple(QUALITIES), default="720p"),
        sound=fields.choice("sound", ("on", "off"), default="off"),
        shots=shooting.shots,
        cuts_itself=shooting.cuts_itself,
        watermark=params.inner("watermark_info").boolean("enabled", default=False),
        callback_url=fields.text("callback_url"),
    )


def _model(fields: Fields) -> str:
    if not fields.has("model"):
        raise refuse("model is required", "model")
    return fields.choice("model", (MODEL,), default=MODEL)


def _prompt(fields: Fields, *, may_be_empty: bool) -> str:
    prompt = fields.text("prompt", longest=LONGEST_PROMPT) or ""
    if not prompt and not may_be_empty:
        raise refuse("prompt is required", "prompt")
    return prompt
