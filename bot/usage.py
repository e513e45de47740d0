"""`python -m bot usage`: what the bot's videos cost, by server, person and day."""

import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from typing import TextIO

from msgspec import Struct

from bot.db.usage import Spending
from bot.video.values.prices import CREDIT

MOST = 31  # lines of a table; the CSV has them all
COLUMNS = ("day", "server", "person", "videos", "seconds", "credits", "dollars", "possibly_spent")


class Sum(Struct, kw_only=True):
    """A sum over several videos; prices in 1/10,000 credit."""

    videos: int = 0
    seconds: int = 0
    price: int = 0
    possible: int = 0

    def add(self, spending: Spending) -> None:
        self.videos += spending.videos
        self.seconds += spending.seconds
        self.price += spending.price
        self.possible += spending.possible


def write_csv(spending: Iterable[Spending], per_usd: float, to: TextIO) -> None:
    """One line for each day, server and person."""
    writer = csv.writer(to, lineterminator="\n")
    writer.writerow(COLUMNS)
    for one in spending:
        amounts = (one.videos, one.seconds, *_money(one.price, per_usd), one.possible / CREDIT)
        writer.writerow((one.day.isoformat(), one.server_id, one.user_id, *amounts))


def tables(spending: Sequence[Spending], since: date, per_usd: float) -> Iterator[str]:
    """The tables, line by line, for a person at a terminal."""
    whole = _summed(spending, lambda one: "all").get("all", Sum())
    credits, dollars = _money(whole.price, per_usd)
    count = f"{whole.videos} video{'s' * (whole.videos != 1)}, {whole.seconds} s"
    yield f"Since {since} (UTC): {count}, {credits:,.1f} credits (${dollars:,.2f})."
    if whole.possible:
        yield f"Possibly spent of these, without proof: {whole.possible / CREDIT:,.1f} credits."
    if spending:
        yield from _table("Server", _largest(spending, lambda one: str(one.server_id)), per_usd)
        yield from _table("Person", _largest(spending, lambda one: str(one.user_id)), per_usd)
        yield from _table("Day", _newest(spending), per_usd)


def _summed(spending: Iterable[Spending], by: Callable[[Spending], str]) -> dict[str, Sum]:
    sums: dict[str, Sum] = {}
    for one in spending:
        sums.setdefault(by(one), Sum()).add(one)
    return sums


def _largest(spending: Iterable[Spending], by: Callable[[Spending], str]) -> list[tuple[str, Sum]]:
    return sorted(_summed(spending, by).items(), key=lambda pair: (-pair[1].price, pair[0]))


def _newest(spending: Iterable[Spending]) -> list[tuple[str, Sum]]:
    return sorted(_summed(spending, lambda one: one.day.isoformat()).items(), reverse=True)


def _table(name: str, sums: list[tuple[str, Sum]], per_usd: float) -> Iterator[str]:
    yield ""
    yield f"{name:<20}  {'Videos':>7}  {'Seconds':>8}  {'Credits':>11}  {'Dollars':>10}"
    for title, each in sums[:MOST]:
        credits, dollars = _money(each.price, per_usd)
        amounts = f"{each.videos:>7}  {each.seconds:>8}  {credits:>11,.1f}  {dollars:>10,.2f}"
        yield f"{title:<20}  {amounts}"
    if len(sums) > MOST:
        yield f"and {len(sums) - MOST} more: --csv has them all"


def _money(price: int, per_usd: float) -> tuple[float, float]:
    credits = price / CREDIT
    return round(credits, 4), round(credits / per_usd, 4)
