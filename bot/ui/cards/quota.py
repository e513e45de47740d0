"""The private card of `/quota`: what one may use, what is used, when more opens."""

from discord import ui

from bot.ui.cards.parts import layout, text
from bot.ui.money import price_text
from bot.ui.texts import say
from bot.video.limits import Quota


def quota(quota: Quota, *, locale: str, per_usd: float, ordinary: int) -> ui.LayoutView:
    """One's allowance; `ordinary` is the price of a film with no options set, in units."""
    return layout(
        text(
            f"**{say('quota.title', locale)}**",
            _day(quota, locale),
            _buys(quota, locale, price_text(ordinary, locale, per_usd), ordinary),
            _next(quota, locale),
            _at_once(quota, locale),
        )
    )


def _day(quota: Quota, locale: str) -> str:
    if quota.daily is None or quota.left is None:
        return say("quota.day_unlimited", locale, used=quota.used)
    return say("quota.day", locale, used=quota.used, daily=quota.daily, left=quota.left)


def _buys(quota: Quota, locale: str, price: str, ordinary: int) -> str:
    if quota.left is None:
        return ""
    return say("quota.buys", locale, count=quota.left // ordinary, price=price)


def _next(quota: Quota, locale: str) -> str:
    if quota.daily is None or quota.next_slot_at is None:
        return ""
    return say("quota.next", locale, at=quota.next_slot_at)


def _at_once(quota: Quota, locale: str) -> str:
    if quota.at_once is None:
        return say("quota.at_once_unlimited", locale, active=quota.active)
    return say("quota.at_once", locale, active=quota.active, limit=quota.at_once)
