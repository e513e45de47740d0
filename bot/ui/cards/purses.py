"""What pays for a server's videos besides personal limits: its budget and the operator's cap."""

from bot.ui.cards.usage import budget_share
from bot.ui.money import price_text
from bot.ui.texts import say
from bot.video.doors.money import Purses
from bot.video.limits.ceiling import OperatorCap
from bot.video.values.prices import CREDIT, Cost

ROUND = 1000 * CREDIT  # a sample budget, where none is set


def purse_lines(purses: Purses, dearest: Cost, locale: str, per_usd: float) -> list[str]:
    """The budget and the cap as they are now, or a warning that spending has no limit."""
    ceiling = purses.ceiling
    return [
        budget_line(purses, locale, per_usd),
        "" if ceiling is None else _ceiling(ceiling, dearest, locale, per_usd),
    ]


def budget_line(purses: Purses, locale: str, per_usd: float) -> str:
    """The budget as it is now, or a warning that there is none."""
    budget = purses.budget
    if budget is None:
        return say("limits.no_end" if purses.ceiling is None else "limits.no_budget", locale)
    return say(
        "limits.budget_waiting" if budget.waiting else "limits.budget",
        locale,
        used=price_text(budget.used, locale, per_usd),
        reserved=price_text(budget.waiting, locale, per_usd),
        budget=price_text(budget.amount, locale, per_usd),
        share=budget_share(budget, budget.billed),
        left=budget.left,
    )


def _ceiling(ceiling: OperatorCap, dearest: Cost, locale: str, per_usd: float) -> str:
    """The cap; other servers' share shows only when it is soon in the way."""
    if ceiling.left < dearest.price:
        return say("limits.ceiling_left", locale, left=ceiling.left)
    return say("limits.ceiling", locale, cap=price_text(ceiling.amount, locale, per_usd))


def budget_help(
    purses: Purses, ordinary: Cost, dearest: Cost, locale: str, per_usd: float
) -> list[str]:
    """Help for setting a budget: what was used, and what credits pay for."""
    amount = ROUND if not purses.budget or not purses.budget.amount else purses.budget.amount
    return [
        say("settings.budget.used", locale, used=price_text(purses.billed, locale, per_usd)),
        say(
            "settings.budget.pays",
            locale,
            budget=price_text(amount, locale, per_usd),
            many=amount // ordinary.price,
            seconds=ordinary.seconds,
            few=amount // dearest.price,
            most=dearest.seconds,
        ),
    ]
