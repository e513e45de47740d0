"""A server's monthly bill, by day and person: exactly the videos that its budget counts.

Read one day at a time, so that a busy month does not hold up other readers."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta

from msgspec import Struct

from bot.video.limits.budget import TICK, Budget, budget_of, month_of
from bot.video.ports.bill import Ordered
from bot.video.ports.books import Books
from bot.video.ports.edges import PatientStore

DAY = timedelta(days=1)
ANY_PRICE = 2**62  # 1/10,000 credit
NO_END = datetime.max.replace(tzinfo=UTC)


class Spent(Struct, frozen=True, kw_only=True):
    """Some videos, and what they cost together."""

    films: int = 0
    price: int = 0  # 1/10,000 credit

    @classmethod
    def on(cls, orders: Iterable[Ordered]) -> "Spent":
        found = list(orders)
        films, price = sum(each.films for each in found), sum(each.price for each in found)
        return cls(films=films, price=price)


class Day(Struct, frozen=True, kw_only=True):
    """What was ordered on a day (UTC), by person."""

    date: date
    orders: Sequence[Ordered]


class MonthlyBill(Struct, frozen=True, kw_only=True):
    """What a server's videos cost in a month. Waiting videos have no day yet and count in this
    month, until they are ordered."""

    start: datetime
    days: Sequence[Day]  # those with orders
    waiting: Sequence[Ordered] = ()
    budget: Budget | None = None  # this month's only

    @property
    def orders(self) -> list[Ordered]:
        """Everything, by person and day."""
        return [order for day in self.days for order in day.orders] + list(self.waiting)

    @property
    def total(self) -> Spent:
        return Spent.on(self.orders)

    def people(self) -> list[Ordered]:
        """Each person once, highest cost first."""
        films, prices = Counter[int](), Counter[int]()
        for order in self.orders:
            films[order.user_id] += order.films
            prices[order.user_id] += order.price
        found = [
            Ordered(user_id=user_id, films=films[user_id], price=price)
            for user_id, price in prices.items()
        ]
        return sorted(found, key=lambda each: (-each.price, -each.films, each.user_id))


async def bill_of(store: PatientStore, server_id: int, now: datetime, *, last: bool) -> MonthlyBill:
    """The bill of this month, or with `last` of the one before."""
    start = _start(now, last=last)
    _, end = month_of(start)
    starts = [start + number * DAY for number in range((end - start).days)]
    ends = {day: day + DAY - TICK for day in starts}
    if not last:  # a clock that ran ahead dated some later; they count, as in a budget
        today = max(day for day in starts if day <= now)
        ends = {day: until for day, until in ends.items() if day < today} | {today: NO_END}
    days = [await store.read(_day, server_id, day, until) for day, until in ends.items()]
    waiting, budget = ((), None) if last else await store.read(_still_open, server_id, now)
    return MonthlyBill(
        start=start, days=[day for day in days if day.orders], waiting=waiting, budget=budget
    )


def _start(now: datetime, *, last: bool) -> datetime:
    start, _ = month_of(now)
    return month_of(start - DAY)[0] if last else start


def _day(books: Books, server_id: int, start: datetime, until: datetime) -> Day:
    orders = books.ordered_by_person(server_id, since=start - TICK, until=until)
    return Day(date=start.date(), orders=orders)


def _still_open(
    books: Books, server_id: int, now: datetime
) -> tuple[Sequence[Ordered], Budget | None]:
    budget = budget_of(books, server_id, books.settings(server_id), now)
    amount = ANY_PRICE if budget is None else budget.amount
    return books.waiting_by_person(server_id, amount=amount), budget
