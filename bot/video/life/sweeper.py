"""Looks through all owed posts and the head of the queue, and wakes whoever has to act on them."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import timedelta

from bot.clock import Clock
from bot.video.life.agenda import wait_for_news
from bot.video.life.board_posts import BoardPosts
from bot.video.life.delivery import Delivery
from bot.video.life.fence import sharing
from bot.video.life.overview import survey
from bot.video.outbox.ladder import LONGEST_ASKED
from bot.video.ports.edges import Lease, Store
from bot.video.values.posts import PostKind
from bot.video.values.surveys import Near, OwedPost

SWEEP = 60.0  # seconds; a safety net for lost wake-ups
BREATH = 0.1  # seconds after a sweep in which news gathers for the next
SOON = timedelta(seconds=BREATH)


class Sweeper:
    """Sweeps when there is news or a post comes due, and from time to time anyway. `watched` hears
    of videos whose place in the queue people watch, `rested` of a time without news."""

    def __init__(
        self,
        *,
        store: Store,
        lease: Lease,
        clock: Clock,
        delivery: Delivery,
        boards: BoardPosts,
        watched: Callable[[Near], None],
        rested: Callable[[], None],
    ) -> None:
        self._store = store
        self._lease = lease
        self._clock = clock
        self._delivery = delivery
        self._boards = boards
        self._watched = watched
        self._rested = rested
        self._news = asyncio.Event()
        self._next = clock.monotonic()

    def wake(self) -> None:
        """Note that posts may be owed, or that the queue has changed."""
        self._news.set()

    async def run(self) -> None:
        """Sweep forever."""
        while True:
            await wait_for_news(self._news, self._clock, self._next - self._clock.monotonic())
            if not self._news.is_set():
                self._rested()
            self._news.clear()
            await self.sweep()
            await self._clock.sleep(BREATH)

    async def sweep(self) -> None:
        """Sweep once."""
        found = await self._store.tx(survey, self._clock.now(), sharing(self._lease))
        self._hand_over(found.owed)
        for each in found.near:
            self._watched(each)

    def _hand_over(self, owed: Sequence[OwedPost]) -> None:
        """Posts due later wait for a later sweep: few replies are still owed by then."""
        now = self._clock.now()
        soon, longest = now + SOON, now + timedelta(seconds=LONGEST_ASKED)
        for each in (each for each in owed if not soon < each.at <= longest):
            if each.kind is PostKind.BOARD:
                self._boards.agenda.put(each.post_id, min(each.at, soon))
            else:
                self._delivery.put(each, min(each.at, soon))
        waits = [(each.at - now).total_seconds() for each in owed if soon < each.at <= longest]
        self._next = self._clock.monotonic() + min([SWEEP, *waits])
