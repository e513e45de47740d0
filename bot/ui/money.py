"""Prices as people read them: whole credits, and about how many dollars."""

from functools import lru_cache

from bot.ui.languages import dollars
from bot.ui.texts import say, whole_credits
from bot.video.values.limits import Purse
from bot.video.values.prices import CREDIT


@lru_cache(maxsize=1024)  # few prices, shown on every card
def price_text(units: int, locale: str, per_usd: float) -> str:
    """A price in 1/10,000 credit, such as "27 credits (about $0.40)"; `per_usd` in credits."""
    worth = dollars(units / CREDIT / per_usd, locale)
    return say("money.price", locale, count=whole_credits(units), dollars=worth)


def duration_choice(
    seconds: int,
    units: int,
    locale: str,
    per_usd: float,
    left: int | None,
    short: Purse | None = None,
    *,
    takes: int = 1,
) -> str:
    """What a length costs, in at most 100 characters; `left` is how many orders like it fit (None:
    unlimited), `short` the purse that cannot pay for one. `units` is the price of all `takes`.
    """
    price = price_text(units, locale, per_usd)
    if short is not None:
        return say(f"money.choice_short.{short}", locale, seconds=seconds, price=price)
    if left is None:
        return say("money.choice", locale, seconds=seconds, price=price)
    key = "money.choice_left" if takes == 1 else "money.choice_takes_left"
    return say(key, locale, seconds=seconds, price=price, count=left, takes=takes)
