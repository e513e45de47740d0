"""Numbers, dollars and lists are written as the CLDR says, of which Babel is the witness."""

from decimal import Decimal

import pytest
from babel.lists import format_list
from babel.numbers import format_currency, format_decimal
from hypothesis import given
from hypothesis import strategies as st

from bot.ui.numbers import dollars, listed, number

LOCALES = {
    "en-US": "en_US",
    "en-GB": "en_GB",
    "es-ES": "es",
    "es-419": "es_MX",  # Latin America writes a decimal point
    "fr": "en_US",  # not a language of ours
}
pytestmark = pytest.mark.parametrize(("locale", "babels"), LOCALES.items())


@given(value=st.integers(-(10**12), 10**12))
def test_whole_numbers(locale: str, babels: str, value: int) -> None:
    assert number(value, locale) == format_decimal(value, locale=babels)


@given(value=st.decimals(Decimal("0.001"), 10**9, places=5).map(float))
def test_broken_numbers(locale: str, babels: str, value: float) -> None:
    assert number(value, locale) == format_decimal(value, locale=babels)


@given(value=st.decimals(0, 10**6, places=5).map(float))
def test_dollars(locale: str, babels: str, value: float) -> None:
    assert dollars(value, locale) == format_currency(value, "USD", locale=babels)


@pytest.mark.parametrize("parts", [[], ["a"], ["a", "b"], ["a", "b", "c"], ["a", "b", "c", "d"]])
def test_lists(locale: str, babels: str, parts: list[str]) -> None:
    assert listed(parts, locale) == format_list(parts, locale=babels)
