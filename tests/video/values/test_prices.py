"""Prices equal the API's, to the unit."""

import json

import pytest

from bot.errors import Refusal
from bot.video.values.catalogue import DEFAULT_MODEL, Quality, Sound
from bot.video.values.prices import PRICES, Prices
from bot.video.values.videos import VideoSpec


@pytest.mark.parametrize(
    ("duration", "quality", "sound", "units"),
    [
        (5, "720p", "off", 270_000),  # the reference page's own credits_reserved
        (3, "720p", "off", 162_000),
        (5, "720p", "on", 405_000),
        (10, "1080p", "on", 1_080_000),
        (5, "1080p", "off", 360_180),
    ],
)
def test_prices_are_the_published_ones(duration, quality, sound, units):
    spec = VideoSpec(prompt="x", duration=duration, quality=Quality(quality), sound=Sound(sound))
    assert PRICES.price(spec) == units


def test_an_operators_table_replaces_it():
    table = Prices.from_json(
        {
            "as_of": "2027-01-01",
            "units_per_second": 10_000,
            "factors": {"720p off": 1, "720p on": 2, "1080p off": 3, "1080p on": "4.5"},
        }
    )
    high = VideoSpec(prompt="x", duration=3, quality=Quality.HIGH, sound=Sound.ON)
    assert table.price(high) == 135_000


def test_an_operators_tables_may_name_models():
    factors = {"720p off": 1, "720p on": 2, "1080p off": 3, "1080p on": 4}
    own = {"as_of": "2027-01-01", "units_per_second": 10_000, "factors": factors}
    tables = Prices.from_json({"models": {DEFAULT_MODEL: own}})
    assert tables.price(VideoSpec(prompt="x", duration=3)) == 30_000


@pytest.mark.parametrize("document", [[], {"models": []}, {"models": {}}, {"models": {"x": 1}}])
def test_tables_of_no_model_that_there_is_are_refused(document):
    with pytest.raises(ValueError, match=r"price table|no model"):
        Prices.from_json(document)


def test_the_cheapest_and_the_dearest_video_are_of_any_kind():
    assert (PRICES.ordinary().price, PRICES.ordinary().seconds) == (270_000, 5)
    assert (PRICES.cheapest().price, PRICES.cheapest().seconds) == (162_000, 3)
    assert (PRICES.dearest().price, PRICES.dearest().seconds) == (1_620_000, 15)


def test_a_video_of_a_model_that_is_gone_has_no_price():
    gone = VideoSpec(prompt="x", model="gone-1")
    assert PRICES.price_now(gone) is None
    with pytest.raises(Refusal):
        PRICES.price(gone)


FACTORS = '"factors": {"720p off": 1, "720p on": 1, "1080p off": 1, "1080p on": %s}'


@pytest.mark.parametrize(
    ("units", "factor"),
    [
        ("1e999", "1"), ("-1e999", "1"), ("NaN", "1"), ("0", "1"), ("1" + "0" * 30, "1"),
        ("1", "1e999"), ("1", "NaN"), ("1", '"NaN"'), ("1", '"sNaN"'), ("1", '"Infinity"'),
        ("1", "0"), ("1", "-1"), ("1", '"1e30"'), ("1", '"1e9999999999"'),
    ],
)  # fmt: skip
def test_a_number_that_is_no_price_is_refused(units, factor):
    document = f'{{"as_of": "x", "units_per_second": {units}, {FACTORS % factor}}}'
    with pytest.raises(ValueError, match=r"units_per_second|factor|NaN"):
        Prices.from_json(json.loads(document))


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"as_of": "x", "units_per_second": 1, "factors": {"720p off": 1}},
        {"as_of": "x", "units_per_second": 1, "factors": {"720p": 1}},
        {"as_of": "x", "units_per_second": "many", "factors": {}},
        {"as_of": "x", "units_per_second": 1, "factors": []},
    ],
)
def test_a_table_that_lacks_something_is_refused(document):
    with pytest.raises(ValueError, match=r"price|invalid literal"):
        Prices.from_json(document)
