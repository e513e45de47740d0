"""What each model of the video API can make, and what it costs: one table.

Commands, checks, forms, prices and storyboards are derived from it. To add a model, add an entry
here, its name to the texts (`choice.model.<id>`), and the playground's own copy."""

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from msgspec import Struct

from bot.errors import Refusal


class AspectRatio(StrEnum):
    """`aspect_ratio` of the video API."""

    WIDE = "16:9"
    TALL = "9:16"
    SQUARE = "1:1"


class Quality(StrEnum):
    """`quality` of the video API, from the lowest up."""

    STANDARD = "720p"
    HIGH = "1080p"


class Sound(StrEnum):
    """`sound` of the video API."""

    ON = "on"
    OFF = "off"


class ShotType(StrEnum):
    """How a video is cut; the last two are `model_params.shot_type` of the video API."""

    ONE = "one"
    INTELLIGENCE = "intelligence"
    CUSTOMIZE = "customize"


CHOICES: Mapping[str, type[StrEnum]] = {
    "aspect_ratio": AspectRatio,
    "sound": Sound,
    "quality": Quality,
    "shots": ShotType,
}
"""The options of `/video` that are chosen from a list, except the model."""
_RANKS = (*Quality, Sound.OFF, Sound.ON)


class PriceTable(Struct, frozen=True, kw_only=True):
    """Units (1/10,000 credit) per second of video, times a factor by quality and sound."""

    as_of: str
    units_per_second: int
    factors: Mapping[tuple[Quality, Sound], Decimal]

    def price(self, duration: int, quality: Quality, sound: Sound) -> int:
        """The price in units; the API charges for the requested duration (seconds)."""
        exact = self.units_per_second * duration * self.factors[quality, sound]
        return int(exact.quantize(Decimal(1), rounding=ROUND_HALF_UP))


class Model(Struct, frozen=True, kw_only=True):
    """One model. Lengths, qualities and sounds go from the least up. The first entry of each list
    is the default, except of the lengths."""

    id: str  # the API's name
    durations: Sequence[int]  # seconds
    usual_duration: int  # seconds, the default
    aspect_ratios: tuple[AspectRatio, ...]
    qualities: tuple[Quality, ...]
    sounds: tuple[Sound, ...]
    shot_types: tuple[ShotType, ...]
    has_watermark: bool  # whether one can be requested
    prompt_limit: int  # characters, for the prompt and for the negative prompt
    shot_prompt_limit: int  # characters
    shots_limit: int
    prices: PriceTable

    @property
    def shortest(self) -> int:
        """Seconds."""
        return self.durations[0]

    @property
    def longest(self) -> int:
        """Seconds."""
        return self.durations[-1]

    @property
    def has_gaps(self) -> bool:
        """Whether some lengths between the shortest and the longest cannot be made."""
        return len(self.durations) <= self.longest - self.shortest

    def length_for(self, seconds: int) -> int:
        """The next length it makes, or its longest."""
        return next((each for each in self.durations if each >= seconds), self.longest)

    def choices(self, option: str) -> Sequence[Any]:
        """The values it accepts for an option of `/video`."""
        by_option: Mapping[str, Sequence[Any]] = {
            "duration": self.durations,
            "aspect_ratio": self.aspect_ratios,
            "sound": self.sounds,
            "quality": self.qualities,
            "shots": self.shot_types,
            "watermark": (False, True) if self.has_watermark else (False,),
        }
        return by_option[option]

    def default(self, option: str) -> Any:
        """The video it makes when nobody chooses."""
        return self.usual_duration if option == "duration" else self.choices(option)[0]


_KLING_3 = Model(
    id="kling-v3-text-to-video",
    durations=range(3, 16),
    usual_duration=5,
    aspect_ratios=(AspectRatio.WIDE, AspectRatio.TALL, AspectRatio.SQUARE),
    qualities=(Quality.STANDARD, Quality.HIGH),
    sounds=(Sound.OFF, Sound.ON),
    shot_types=(ShotType.ONE, ShotType.INTELLIGENCE, ShotType.CUSTOMIZE),
    has_watermark=True,
    prompt_limit=2500,
    shot_prompt_limit=512,
    shots_limit=6,
    # The public default: effective 2026-04-21, read 2026-10-10 (GET /v1/catalog/pricing-rules);
    # 54,000 units are 5.4 credits.
    prices=PriceTable(
        as_of="2026-10-10",
        units_per_second=54_000,
        factors=MappingProxyType(
            {
                (Quality.STANDARD, Sound.OFF): Decimal("1"),
                (Quality.STANDARD, Sound.ON): Decimal("1.5"),
                (Quality.HIGH, Sound.OFF): Decimal("1.334"),
                (Quality.HIGH, Sound.ON): Decimal("2"),
            }
        ),
    ),
)

DEFAULT_MODEL = _KLING_3.id
MODELS = {each.id: each for each in (_KLING_3,)}


def find_model(model_id: str) -> Model:
    """The model with this id. Raises `Refusal` if it is not in the table, or no longer."""
    found = MODELS.get(model_id)
    if found is None:
        raise Refusal("unknown_model", model=model_id)
    return found


def model_of(model_id: str) -> Model:
    """Like `find_model`, but the default model for one that is gone: only to show old videos."""
    return MODELS.get(model_id) or MODELS[DEFAULT_MODEL]


def is_only_model(model_id: str) -> bool:
    """Whether there is only one model, so that nobody needs its name."""
    return list(MODELS) == [model_id]


def offered(option: str) -> list[Any]:
    """The values that at least one model accepts for an option of `CHOICES`."""
    taken = {each for model in MODELS.values() for each in model.choices(option)}
    return [each for each in CHOICES[option] if each in taken]


def durations() -> list[int]:
    """The lengths in seconds that at least one model makes, ascending."""
    return sorted({each for model in MODELS.values() for each in model.durations})


def longest_prompt() -> int:
    """The most characters of a prompt that any model accepts."""
    return max(model.prompt_limit for model in MODELS.values())


def longest_shot_prompt() -> int:
    """The most characters of one shot that any model accepts."""
    return max(model.shot_prompt_limit for model in MODELS.values())


def most_shots() -> int:
    """The most shots that any model accepts."""
    return max(model.shots_limit for model in MODELS.values())


def rank(value: int | Quality | Sound) -> int:
    """Sort key for durations, qualities and sounds: the least first."""
    return value if isinstance(value, int) else _RANKS.index(value)
