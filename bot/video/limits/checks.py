"""The refusals that say why one more video does not fit."""

from bot.errors import Refusal, RuleRefusal
from bot.video.limits.budget import Budget
from bot.video.limits.ceiling import OperatorCap
from bot.video.limits.effective import Rule
from bot.video.limits.usage import NEVER, Usage, counted
from bot.video.values.limits import Measure
from bot.video.values.prices import Cost

TAKES_AT_ONCE = "takes_at_once"
MOST_HELD = 5  # per person and server: more would overwhelm the moderators


def check_at_once(rule: Rule, active: int, films: int = 1) -> None:
    if rule.amount is None or active + films <= rule.amount:
        return
    if not rule.amount:
        raise RuleRefusal("limit_none")
    if active < rule.amount:
        free = rule.amount - active
        raise Refusal(TAKES_AT_ONCE, takes=films, limit=rule.amount, active=active, count=free)
    reason = "at_once_anywhere" if rule.is_default else "at_once"
    raise Refusal(reason, limit=rule.amount, active=active, count=active)


def check_held(held: int) -> None:
    if held >= MOST_HELD:
        raise Refusal("held_enough", held=held, count=held)


def check_budget(budget: Budget | None, film: Cost) -> None:
    if budget is None or film.price <= budget.left:
        return
    facts = {"price": film.price, "left": budget.left, "budget": budget.amount}
    raise RuleRefusal("budget", retry_at=budget.opens_at(film.price), **facts)


def check_ceiling(ceiling: OperatorCap | None, film: Cost) -> None:
    if ceiling is None or film.price <= ceiling.left:
        return
    if film.price > ceiling.amount:
        raise Refusal("above_bot_limit", price=film.price)
    raise Refusal("bot_daily_limit", price=film.price, left=ceiling.left)


_REASONS = {
    Measure.FILMS: "limit_films",
    Measure.SECONDS: "limit_seconds",
    Measure.CREDITS: "limit_credits",
}


_WASTED = {
    Measure.FILMS: "wasted_films",
    Measure.SECONDS: "wasted_seconds",
    Measure.CREDITS: "wasted_credits",
}


_TOO_LARGE = {Measure.SECONDS: "above_limit_seconds", Measure.CREDITS: "above_limit_credits"}


def no_room(usage: Usage, film: Cost) -> Refusal:
    """The refusal; the server's audit records it only if the server's own rule decided."""
    rule, opens_at = usage.rule, usage.opens_at(film)
    kind = Refusal if rule.is_default else RuleRefusal
    if not rule.amount:
        return kind("limit_none")
    return kind(
        _reason(usage, film),
        retry_at=None if opens_at == NEVER else opens_at,
        window=str(rule.window),
        limit=rule.amount,
        used=usage.used,
        wasted=usage.wasted,
        left=usage.left,
        cost=counted(rule.measure, film),
        count=rule.amount,
    )


def _reason(usage: Usage, film: Cost) -> str:
    rule, cost = usage.rule, counted(usage.rule.measure, film)
    if rule.amount is not None and usage.used + cost <= rule.amount:
        return _WASTED[rule.measure]
    if rule.amount is not None and cost > rule.amount and rule.measure in _TOO_LARGE:
        return _TOO_LARGE[rule.measure]
    return "limit_default" if rule.is_default else _REASONS[rule.measure]
