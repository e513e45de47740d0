"""The private card of `/quota`: what one may use, what is used, when more opens."""

from discord import ui

from bot.ui.cards.parts import layout, text
from bot.ui.money import price_text
from bot.ui.texts import say
from bot.video.limits import Quota


def quota(allowance: Quota, *, locale: str, per_usd: float, ordinary: int) -> ui.LayoutView:
    """One's allowance; `ordinary` is the price of a film with no options set, in units."""
    return layout(
        text(
            f"**{say('quota.title', locale)}**",
            _day(allowance, locale),
            _buys(allowance, locale, price_text(ordinary, locale, per_usd), ordinary),
            _next(allowance, locale),
            _at_once(allowance, locale),
        )
    )


def _day(allowance: Quota, locale: str) -> str:
    if allowance.daily is None or allowance.left is None:
        return say("quota.day_unlimited", locale, used=allowance.used)
    return say("quota.day", locale, used=allowance.used, daily=allowance.daily, left=allowance.left)


def _buys(allowance: Quota, locale: str, price: str, ordinary: int) -> str:
    if allowance.left is None:
        return ""
    return say("quota.buys", locale, count=allowance.left // ordinary, price=price)


def _next(allowance: Quota, locale: str) -> str:
    if allowance.daily is None or allowance.next_slot_at is None:
        return ""
    return say("quota.next", locale, at=allowance.next_slot_at)


def _at_once(allowance: Quota, locale: str) -> str:
    if allowance.at_once is None:
        return say("quota.at_once_unlimited", locale, active=allowance.active)
    return say("quota.at_once", locale, active=allowance.active, limit=allowance.at_once)
