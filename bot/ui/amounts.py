"""Amounts as moderators type them: a number, or a word for unlimited or none."""

from bot.errors import Refusal
from bot.ui.languages import LANGUAGES
from bot.video.values.limits import Measure
from bot.video.values.prices import CREDIT

UNLIMITED = frozenset[str]().union(*(each.unlimited for each in LANGUAGES))
NONE = frozenset[str]().union(*(each.none for each in LANGUAGES))


def read_amount(typed: str, measure: Measure, *, most: int) -> int | None:
    """The amount in the measure's unit, credits in 1/10,000; None is unlimited. Raises
    `Refusal`."""
    word = typed.strip().casefold()
    if word in UNLIMITED:
        return None
    number = "0" if word in NONE else word
    if not (number.isascii() and number.isdigit() and int(number) <= most):
        raise Refusal("amount_unreadable", most=most)
    return int(number) * (CREDIT if measure is Measure.CREDITS else 1)
