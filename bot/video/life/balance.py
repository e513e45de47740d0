"""Warns the operator when credits run low. It only reads and never stops anything."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from bot.clock import Clock
from bot.errors import ApiError
from bot.outages import level
from bot.video.outbox.notices import tell_operator
from bot.video.ports.books import Books
from bot.video.ports.edges import Lease, Store, VideoApi
from bot.video.values.prices import CREDIT, Prices
from bot.video.values.videos import Balance

log = logging.getLogger(__name__)

INTERVAL = timedelta(minutes=10)
SOON = timedelta(seconds=30)  # before that, a look counts as the next one
FILMS_LEFT = 20  # with credits for fewer average videos, the operator gets a warning
AVERAGE_OF = 50  # videos


class BalanceWatch:
    """Compares the balance with recent videos' costs; `news` says that posts are owed."""

    def __init__(
        self,
        *,
        store: Store,
        api: VideoApi,
        lease: Lease,
        prices: Prices,
        clock: Clock,
        news: Callable[[], None],
    ) -> None:
        self._store = store
        self._lease = lease
        self._api = api
        self._prices = prices
        self._clock = clock
        self._news = news

    async def run(self) -> None:
        """Watch forever."""
        while True:
            await self.look()
            await self._clock.sleep(INTERVAL.total_seconds())

    async def look(self) -> None:
        """Check the balance once."""
        if self._lease.is_shared and not await self._store.tx(take_turn, self._clock.now()):
            return  # another process has asked
        try:
            balance = await self._api.balance()
        except ApiError as error:
            said = "Could not read the balance: %s"
            log.log(level(error), said, error, extra={"action": "balance"})
            return
        await self._store.tx(warn, balance, self._prices.ordinary().price, self._clock.now())
        self._news()


def take_turn(books: Books, now: datetime) -> bool:
    """Whether it is time for one process to ask, which then is the caller."""
    books.lock(["balance"])
    asked = books.fact("balance.asked")
    if asked is not None and abs(now - datetime.fromisoformat(asked)) < INTERVAL - SOON:
        return False  # a time in the future comes from a wrong clock
    books.set_fact("balance.asked", now.isoformat())
    return True


def warn(books: Books, balance: Balance, ordinary: int, now: datetime) -> None:
    """Owe the operator a line if the balance is enough for fewer than 20 average videos; before any
    was made, one costs `ordinary` units."""
    average = books.average_price(AVERAGE_OF)
    films = int(balance.credits * CREDIT / (average or ordinary))
    if films < FILMS_LEFT:
        tell_operator(books, "low_balance", now=now, films=films, credits=round(balance.credits, 1))
