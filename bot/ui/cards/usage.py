"""A server's monthly costs: the private card of `/limits usage`, and its file."""

from collections.abc import Iterator

import discord
from discord import ui

from bot.ui.cards.parts import layout, small, text
from bot.ui.languages import day_name, month_name
from bot.ui.member_names import MemberNames
from bot.ui.money import price_text
from bot.ui.tables import Cell, Table
from bot.ui.texts import say
from bot.video.limits.bill import MonthlyBill, Spent
from bot.video.limits.budget import Budget
from bot.video.ports.bill import Ordered
from bot.video.values.prices import CREDIT

TOP = 10  # people
COLUMNS = ("day", "member", "member_name", "videos", "credits", "dollars")


def usage(
    bill: MonthlyBill, locale: str, per_usd: float, names: MemberNames
) -> tuple[ui.LayoutView, list[discord.File]]:
    """The card, and its file with one line per person and day."""
    month = month_name(bill.start, locale)
    head = f"**{say('usage.title', locale, month=month)}**"
    if not bill.orders:
        nothing = text(head, say("usage.none", locale), _budget(bill.budget, locale, per_usd))
        return layout(nothing), []
    table = Table([say(f"usage.column.{name}", locale) for name in COLUMNS])
    is_whole = table.add(_lines(bill, locale, per_usd, names))
    cut = "" if is_whole else say("usage.cut", locale, count=table.rows)
    name = f"usage-{bill.start:%Y-%m}.csv"
    card = layout(
        text(head, *_totals(bill, locale, per_usd), *_people(bill, locale, per_usd)),
        text(*_days(bill, locale, per_usd), small(say("usage.about", locale)), cut),
        ui.File(f"attachment://{name}"),
    )
    return card, [table.file(name)]


def budget_share(budget: Budget, price: int) -> int:
    """A price as percent of a budget; with a budget of nothing, always 100."""
    return price * 100 // budget.amount if budget.amount else 100


def _totals(bill: MonthlyBill, locale: str, per_usd: float) -> list[str]:
    waiting = Spent.on(bill.waiting)
    return [
        _sum(bill.total, locale, per_usd),
        _waiting(waiting, locale, per_usd) if waiting.films else "",
        _budget(bill.budget, locale, per_usd),
    ]


def _waiting(waiting: Spent, locale: str, per_usd: float) -> str:
    return say(
        "usage.waiting",
        locale,
        videos=say("usage.videos", locale, count=waiting.films),
        price=price_text(waiting.price, locale, per_usd),
    )


def _budget(budget: Budget | None, locale: str, per_usd: float) -> str:
    if budget is None:
        return ""
    return say(
        "usage.budget_waiting" if budget.waiting else "usage.budget",
        locale,
        used=price_text(budget.used, locale, per_usd),
        reserved=price_text(budget.waiting, locale, per_usd),
        share=budget_share(budget, budget.billed),
        budget=price_text(budget.amount, locale, per_usd),
        left=budget.left,
        at=budget.ends_at,
    )


def _people(bill: MonthlyBill, locale: str, per_usd: float) -> Iterator[str]:
    people = bill.people()
    yield f"**{say('usage.people', locale)}**"
    for number, each in enumerate(people[:TOP], 1):
        yield _person(number, each, bill.budget, locale, per_usd)
    if others := people[TOP:]:
        rest = _sum(Spent.on(others), locale, per_usd)
        yield say("usage.others", locale, count=len(others), sum=rest)


def _person(number: int, who: Ordered, budget: Budget | None, locale: str, per_usd: float) -> str:
    spent = _sum(Spent.on([who]), locale, per_usd)
    facts = {"number": number, "who": who.user_id, "sum": spent}
    if budget is None:
        return say("usage.person", locale, **facts)
    return say("usage.person_share", locale, share=budget_share(budget, who.price), **facts)


def _days(bill: MonthlyBill, locale: str, per_usd: float) -> Iterator[str]:
    if bill.orders:
        yield f"**{say('usage.days', locale)}**"
    if bill.waiting:
        spent = _sum(Spent.on(bill.waiting), locale, per_usd)
        yield say("usage.day", locale, day=say("usage.day_waiting", locale), sum=spent)
    for day in reversed(bill.days):
        spent = _sum(Spent.on(day.orders), locale, per_usd)
        yield say("usage.day", locale, day=day_name(day.date, locale), sum=spent)


def _sum(spent: Spent, locale: str, per_usd: float) -> str:
    return say(
        "usage.sum",
        locale,
        videos=say("usage.videos", locale, count=spent.films),
        price=price_text(spent.price, locale, per_usd),
    )


def _lines(
    bill: MonthlyBill, locale: str, per_usd: float, names: MemberNames
) -> Iterator[list[Cell]]:
    """The file's lines. Members are mentions, because spreadsheets round long ids; their names
    are beside them."""
    for day in bill.days:
        for each in day.orders:
            yield _line(day.date.isoformat(), each, per_usd, names)
    for each in bill.waiting:
        yield _line(say("usage.not_started", locale), each, per_usd, names)


def _line(day: str, order: Ordered, per_usd: float, names: MemberNames) -> list[Cell]:
    credits, name = order.price / CREDIT, names.of(order.user_id)
    return [day, f"<@{order.user_id}>", name, order.films, credits, round(credits / per_usd, 4)]
