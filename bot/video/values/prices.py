"""What a video costs. `bot.ui` words the amounts.

Prices are in units of 1/10,000 credit, like the API's own, so that sums are exact."""

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from types import MappingProxyType
from typing import Any

from msgspec import Struct

from bot.video.values.videos import Quality, Sound, VideoSpec

CREDIT = 10_000  # units
TOLERANCE = 0.05  # between a price and what the API reserved: it may round to whole credits
# Far above any price, and the dearest film still fits into a column of the database.
MOST_UNITS, MOST_FACTOR = 10**9, 1000


class PriceTable(Struct, frozen=True, kw_only=True):
    """Units a second of film, times a factor by quality and sound."""

    as_of: str
    units_per_second: int
    factors: Mapping[tuple[Quality, Sound], Decimal]

    def price(self, spec: VideoSpec) -> int:
        """The price of a film in units; the API charges for the requested duration."""
        exact = self.units_per_second * spec.duration * self.factors[spec.quality, spec.sound]
        return int(exact.quantize(Decimal(1), rounding=ROUND_HALF_UP))

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> "PriceTable":
        """Read an operator's table; raises ValueError with what is wrong."""
        try:
            factors = {
                (Quality(key.split()[0]), Sound(key.split()[1])): Decimal(str(value))
                for key, value in document["factors"].items()
            }
            table = cls(
                as_of=str(document["as_of"]),
                units_per_second=int(document["units_per_second"]),
                factors=MappingProxyType(factors),
            )
        except (KeyError, IndexError, TypeError, AttributeError, ArithmeticError) as error:
            raise ValueError(
                'a price table has "as_of", "units_per_second" and "factors" '
                'by quality and sound, such as {"720p off": 1}'
            ) from error
        if missing := {(q, s) for q in Quality for s in Sound} - factors.keys():
            raise ValueError(f"the price table lacks {sorted(missing)[0]}")
        if not 0 < table.units_per_second <= MOST_UNITS:
            raise ValueError(f"units_per_second is a number from 1 to {MOST_UNITS:,}")
        if not all(each.is_finite() and 0 < each <= MOST_FACTOR for each in factors.values()):
            raise ValueError(f"a factor is a number above 0, at most {MOST_FACTOR:,}")
        return table


# The public default of kling-v3-text-to-video: effective 2026-04-21, read 2026-10-10
# (GET /v1/catalog/pricing-rules); 54,000 units are 5.4 credits.
PRICES = PriceTable(
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
)


def agrees(price: int, reserved: float) -> bool:
    """Whether the API reserved our price: `credits_reserved` is in units on the POST page, and in
    credits on others."""
    return any(abs(reserved * unit - price) <= price * TOLERANCE for unit in (1, CREDIT))
