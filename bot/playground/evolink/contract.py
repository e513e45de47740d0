"""What `POST /v1/videos/generations` accepts: types, ranges, defaults, documented refusals.

Source: https://docs.evolink.ai/en/api-manual/video-series/kling/kling-v3-text-to-video.
`callbacks` checks `callback_url`, `shots` checks the shots.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from bot.playground.evolink.shots import Shot, read_shots
from bot.playground.evolink.values import Fields, refuse

QUALITIES = {"720p": 720, "1080p": 1080}  # pixels of the shorter side
ASPECT_RATIOS = {"16:9": (16, 9), "9:16": (9, 16), "1:1": (1, 1)}
UC_PER_CREDIT = 10_000


@dataclass(frozen=True, kw_only=True)
class Model:
    """What one model's page allows: the listed values and no others.

    `durations` in seconds; `prices` in UC per second, by quality and sound.
    """

    durations: Sequence[int]
    default_duration: int
    aspect_ratios: tuple[str, ...]
    prices: Mapping[tuple[str, str], int]
    longest_prompt: int
    longest_shot_prompt: int
    most_shots: int

    @property
    def qualities(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(quality for quality, _ in self.prices))

    @property
    def sounds(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(sound for _, sound in self.prices))


MODELS = {
    "kling-v3-text-to-video": Model(
        durations=range(3, 16),
        default_duration=5,
        aspect_ratios=("16:9", "9:16", "1:1"),
        prices={  # of 2026-10-10
            ("720p", "off"): 54_000,
            ("720p", "on"): 81_000,
            ("1080p", "off"): 72_036,
            ("1080p", "on"): 108_000,
        },
        longest_prompt=2500,
        longest_shot_prompt=512,
        most_shots=6,
    )
}


@dataclass(frozen=True, kw_only=True)
class Submission:
    """A valid request with defaults filled in; `duration` in seconds."""

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
        """The price by requested duration; 10,000 UC are one credit."""
        return MODELS[self.model].prices[self.quality, self.sound] * self.duration

    @property
    def price(self) -> Decimal:
        """The price in credits."""
        return Decimal(self.price_uc) / UC_PER_CREDIT


def read_submission(body: object) -> Submission:
    """Read a decoded JSON body; unknown fields are ignored. Raises `Refused` naming the field."""
    if not isinstance(body, Mapping):
        raise refuse("the body must be a JSON object", None)
    fields = Fields(body)
    name = _model(fields)
    model = MODELS[name]
    duration = _duration(fields, model)
    params = fields.inner("model_params")
    shooting = read_shots(
        params, duration, most=model.most_shots, longest=model.longest_shot_prompt
    )
    return Submission(
        model=name,
        prompt=_prompt(fields, model, may_be_empty=bool(shooting.shots)),
        negative_prompt=fields.text("negative_prompt", longest=model.longest_prompt) or "",
        duration=duration,
        aspect_ratio=fields.choice("aspect_ratio", model.aspect_ratios, default="16:9"),
        quality=fields.choice("quality", model.qualities, default=model.qualities[0]),
        sound=fields.choice("sound", model.sounds, default=model.sounds[0]),
        shots=shooting.shots,
        cuts_itself=shooting.cuts_itself,
        watermark=params.inner("watermark_info").boolean("enabled", default=False),
        callback_url=fields.text("callback_url"),
    )


def _model(fields: Fields) -> str:
    if not fields.has("model"):
        raise refuse("model is required", "model")
    return fields.choice("model", tuple(MODELS), default="")


def _duration(fields: Fields, model: Model) -> int:
    return fields.integer("duration", default=model.default_duration, among=model.durations)


def _prompt(fields: Fields, model: Model, *, may_be_empty: bool) -> str:
    prompt = fields.text("prompt", longest=model.longest_prompt) or ""
    if not prompt and not may_be_empty:
        raise refuse("prompt is required", "prompt")
    return prompt
