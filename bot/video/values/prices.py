"""What videos cost: from the table of models, or the operator's own (`PRICES_FILE`).

Prices are in units of 1/10,000 credit, like the API's own, so that sums are exact. `bot.ui` words
the amounts."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from itertools import product
from types import MappingProxyType
from typing import Any

from msgspec import Struct

from bot.video.values.catalogue import (
    DEFAULT_MODEL,
    MODELS,
    Model,
    PriceTable,
    Quality,
    Sound,
    find_model,
)
from bot.video.values.options import NOTHING_CHOSEN, Options
from bot.video.values.specs import completed
from bot.video.values.videos import VideoSpec

CREDIT = 10_000  # units
TOLERANCE = 0.05  # between a price and what the API reserved: it may round to whole credits
# Far above any price, while the most expensive video still fits in a database column.
MOST_UNITS, MOST_FACTOR = 10**9, 1000


class Cost(Struct, frozen=True, kw_only=True, order=True):
    """What a request takes of every measure; the price in 1/10,000 credit."""

    price: int
    seconds: int
    films: int = 1


class Prices(Struct, frozen=True, kw_only=True):
    """The operator's tables by model; other models use their table in `MODELS`."""

    own: Mapping[str, PriceTable] = MappingProxyType({})

    def price(self, spec: VideoSpec) -> int:
        """The price of all takes in units. Raises `Refusal` for a model that is gone."""
        return spec.takes * self.each(spec)

    def each(self, spec: VideoSpec) -> int:
        """The price of one take in units. Raises `Refusal` for a model that is gone."""
        return self._table(find_model(spec.model)).price(spec.duration, spec.quality, spec.sound)

    def price_now(self, spec: VideoSpec) -> int | None:
        """What a video would cost today, in units; None if its model is gone."""
        return self.price(spec) if spec.model in MODELS else None

    def cost(self, spec: VideoSpec) -> Cost:
        """Raises `Refusal` for a model that is gone."""
        seconds = spec.takes * spec.duration
        return Cost(price=self.price(spec), seconds=seconds, films=spec.takes)

    def ordinary(self) -> Cost:
        """A video with default options."""
        return self.cost(completed(NOTHING_CHOSEN))

    def cheapest(self) -> Cost:
        """The cheapest video."""
        return min(self.cost(spec) for spec in _extremes())

    def dearest(self) -> Cost:
        """The most expensive video."""
        return max(self.cost(spec) for spec in _extremes())

    def _table(self, model: Model) -> PriceTable:
        return self.own.get(model.id, model.prices)

    @classmethod
    def from_json(cls, document: Any) -> "Prices":
        """Read an operator's tables: `{"models": {id: table}}`, or one table for the default model.

        Raises ValueError with what is wrong.
        """
        if not isinstance(document, Mapping):
            raise ValueError(_SHAPE)
        tables = document.get("models", {DEFAULT_MODEL: document})
        if not isinstance(tables, Mapping) or not tables:
            raise ValueError(_SHAPE)
        if unknown := set(tables) - set(MODELS):
            raise ValueError(f"there is no model {min(unknown)}, only {', '.join(MODELS)}")
        return cls(own={name: _read_table(MODELS[name], each) for name, each in tables.items()})


PRICES = Prices()
_SHAPE = (
    'a price table has "as_of", "units_per_second" and "factors" '
    'by quality and sound, such as {"720p off": 1}'
)


def _extremes() -> Iterator[VideoSpec]:
    """Every kind of video, in its shortest and longest form."""
    for model in MODELS.values():
        for quality, sound, duration in product(
            model.qualities, model.sounds, (model.shortest, model.longest)
        ):
            options = Options(model=model.id, quality=quality, sound=sound, duration=duration)
            yield completed(options)


def _read_table(model: Model, document: Any) -> PriceTable:
    try:
        factors = {
            (Quality(key.split()[0]), Sound(key.split()[1])): Decimal(str(value))
            for key, value in document["factors"].items()
        }
        table = PriceTable(
            as_of=str(document["as_of"]),
            units_per_second=int(document["units_per_second"]),
            factors=MappingProxyType(factors),
        )
    except (KeyError, IndexError, TypeError, AttributeError, ArithmeticError) as error:
        raise ValueError(_SHAPE) from error
    if missing := set(product(model.qualities, model.sounds)) - factors.keys():
        raise ValueError(f"the price table lacks {' '.join(min(missing))}")
    if not 0 < table.units_per_second <= MOST_UNITS:
        raise ValueError(f"units_per_second is a number from 1 to {MOST_UNITS:,}")
    if not all(each.is_finite() and 0 < each <= MOST_FACTOR for each in factors.values()):
        raise ValueError(f"a factor is a number above 0, at most {MOST_FACTOR:,}")
    return table


def agrees(price: int, reserved: float) -> bool:
    """Whether the API reserved our price: `credits_reserved` is in units on the POST page, and in
    credits on others."""
    return any(abs(reserved * unit - price) <= price * TOLERANCE for unit in (1, CREDIT))
