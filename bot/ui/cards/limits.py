"""The private cards of `/limits`: a change with Undo, the list, one person's usage."""

from collections.abc import Mapping, Sequence
from typing import Any

from discord import ui

from bot.ui.cards.parts import button, layout, row, small, text
from bot.ui.cards.quota import REASON_LIMIT, amount_text, others, usage_lines
from bot.ui.escape import escaped
from bot.ui.items import Verb
from bot.ui.money import price_text
from bot.ui.texts import say
from bot.video.limits.changes import Placed, read_limit
from bot.video.limits.effective import Limits, Rule, lifts, rules
from bot.video.limits.room import Room
from bot.video.values.limits import Limit, Measure, Subject, Window
from bot.video.values.moderation import AuditEntry
from bot.video.values.prices import Cost

PAGE = 15  # limits
LINES = 10  # limits per change


def limit_changed(line: str, entry: AuditEntry, locale: str) -> ui.LayoutView:
    """A change, with its Undo button."""
    undo = button(Verb.UNDO_LIMIT, entry.id, locale, key="button.undo")
    return layout(text(line), row(undo))


def who_text(subject: Subject, subject_id: int, locale: str) -> str:
    """Whom a limit applies to."""
    if subject is Subject.EVERYONE:
        return say("limits.everyone", locale)
    return f"<@&{subject_id}>" if subject is Subject.ROLE else f"<@{subject_id}>"


def rule_text(rule: Rule | Limit, locale: str) -> str:
    """Such as "3 videos a day"."""
    amount = amount_text(rule.measure, rule.amount, locale)
    if rule.measure is Measure.AT_ONCE:
        return amount
    return say("limits.rule", locale, amount=amount, window=str(rule.window))


def limit_line(limit: Limit, locale: str) -> str:
    """Such as "**everyone**: 3 videos a day"."""
    who = who_text(limit.subject, limit.subject_id, locale)
    return f"**{who}**: {rule_text(limit, locale)}"


def change_text(facts: Mapping[str, Any], locale: str) -> str:
    """What an audit entry changed about limits; "" for other entries."""
    rows = [facts["limit"]] if "limit" in facts else facts.get("limits", [])
    if rows and isinstance(rows[0], Mapping):
        return " · ".join(limit_line(read_limit(row), locale) for row in rows[:LINES])
    if "grant" in facts:
        reason = escaped(facts["reason"], REASON_LIMIT)
        what = amount_text(Measure(facts["measure"]), facts["amount"], locale)
        return f"{what} ({reason})" if reason else what
    return ""


def worst_case(limit: Limit, dearest: Cost, locale: str, per_usd: float) -> str:
    """The most a limit can cost; `dearest` is the longest video in the best quality."""
    if limit.amount is None:
        return say("limits.worst.unlimited", locale)
    units = {
        Measure.FILMS: limit.amount * dearest.price,
        Measure.AT_ONCE: limit.amount * dearest.price,
        Measure.SECONDS: -(-limit.amount * dearest.price // dearest.seconds),
        Measure.CREDITS: limit.amount,
    }
    price = price_text(units[limit.measure], locale, per_usd)
    if limit.measure is Measure.AT_ONCE:
        return say("limits.worst.at_once", locale, price=price)
    whom = say(f"limits.worst.{limit.subject}", locale)
    return say("limits.worst", locale, price=price, whom=whom, window=str(limit.window))


def limit_replaced(placed: Placed, own: Limits, locale: str) -> str:
    """What a new limit replaces: an earlier one or the operator's `own`; "" for neither."""
    if placed.before is not None:
        return say("limits.before", locale, rule=rule_text(placed.before, locale))
    is_count = placed.limit.measure is Measure.AT_ONCE
    amount = own.at_once if is_count else own.daily
    if not placed.ends_default or amount is None:
        return ""
    measure, window = (Measure.AT_ONCE, Window.NOW) if is_count else (Measure.CREDITS, Window.DAY)
    rule = rule_text(Rule(measure=measure, window=window, amount=amount), locale)
    key = "limits.instead" if lifts(placed.limit, own) else "limits.beside"
    return say(key, locale, rule=rule)


def limit_list(
    limits: Sequence[Limit], own: Limits, purses: Sequence[str], *, page: int, locale: str
) -> ui.LayoutView:
    """A page (from 0) of all limits, with those of the operator's `own` that apply as well;
    `purses` are lines about the budget and the operator's cap."""
    shown = limits[page * PAGE : (page + 1) * PAGE]
    lines = [limit_line(each, locale) for each in shown] or [say("limits.nothing", locale)]
    lines += [
        small(f"{rule_text(rule, locale)} {_by(rule, locale)}")
        for rule in rules(limits, own, user_id=0, role_ids=())
        if rule.subject is None and rule.amount is not None
    ]
    turns = []
    if page:
        turns.append(button(Verb.LIMITS, str(page - 1), locale, key="button.newer"))
    if len(limits) > (page + 1) * PAGE:
        turns.append(button(Verb.LIMITS, str(page + 1), locale, key="button.older"))
    title = f"**{say('limits.title', locale)}**"
    return layout(text(title, *lines), text(*purses), *([row(*turns)] if turns else []))


def usage_of(user_id: int, room: Room, *, locale: str) -> ui.LayoutView:
    """One person's limits and usage, and which rule decides each line."""
    decided = [
        line
        for each in room.usages
        for line in (
            usage_lines(each, locale, _by(each.rule, locale))
            if each.rule.amount is not None
            else [f"{rule_text(each.rule, locale)}. {_by(each.rule, locale)}"]
        )
    ]
    *rest, at_once = others(room, locale)
    reset = "" if room.reset_at is None else say("limits.reset_at", locale, at=room.reset_at)
    return layout(
        text(
            f"**{say('limits.explain', locale, who=user_id)}**",
            *decided,
            *rest,
            f"{at_once} {_by(room.at_once, locale)}",
            reset,
        )
    )


def _by(rule: Rule, locale: str) -> str:
    """Which rule decides, for the small print."""
    if rule.subject is None:
        return say("limits.by.operator", locale)
    who = who_text(rule.subject, rule.subject_id, locale)
    return say("limits.by", locale, who=who)
