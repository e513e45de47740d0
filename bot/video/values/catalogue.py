"""What each model of the video API can make, and what it costs: one table.

Commands, checks, forms, prices and storyboards are derived from it. To add a model, add an entry
here, its name to the texts (`choice.model.<id>`), and the playground's own copy."""

from collections.abc import Sequence
from decimal import Decimal
from types import MappingProxyType

from msgspec import Struct

from bot.video.values.prices import PriceTable
from bot.video.values.videos import AspectRatio, Quality, ShotType, Sound


class Model(Struct, frozen=True, kw_only=True):
    """One model. Each list starts with the least; its first entry is the default."""

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
