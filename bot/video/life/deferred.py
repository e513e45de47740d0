"""Finishes "thinking" messages whose process died before it answered, in true words.

A process that lives takes up its own within two minutes; a start finishes all at once, if no other
process may be at it."""

import asyncio
import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.clock import Clock
from bot.errors import Fate, PostError
from bot.video.ports.books import Books
from bot.video.ports.edges import Announcer, Lease, Store
from bot.video.values.deferrals import Deferral

log = logging.getLogger(__name__)

LOOK = 10.0  # seconds between looks
AGAIN = timedelta(seconds=8)  # until another try: Discord is down, or a kill came in between
WIDTH = 8  # messages finished at a time


class Deferred:
    """Looks after what was deferred and never answered."""

    def __init__(self, *, store: Store, announcer: Announcer, lease: Lease, clock: Clock) -> None:
        self._store = store
        self._announcer = announcer
        self._lease = lease
        self._clock = clock

    async def resume(self) -> None:
        """Make due what an earlier process left, unless another one may live."""
        if not self._lease.is_shared:
            await self._store.tx(lambda books: books.hurry_deferrals(self._clock.now()))

    async def run(self) -> None:
        """Look from time to time, forever."""
        while True:
            await self.look()
            await self._clock.sleep(LOOK)

    async def look(self) -> None:
        """Finish what is due."""
        if not self._lease.is_held():
            return
        now = self._clock.now()
        due = await self._store.tx(give_up, now)
        for first in range(0, len(due), WIDTH):
            done = await asyncio.gather(*map(self._finish, due[first : first + WIDTH]))
            await self._store.tx(finished, [each for each in done if each is not None])

    async def _finish(self, deferral: Deferral) -> int | None:
        """The interaction's id, if nothing is left to do for it."""
        try:
            if self._clock.now() < deferral.token_until:
                await self._announcer.finish(deferral)
        except PostError as error:
            if error.fate is not Fate.REFUSED:
                return None
            log.info("A deferred answer is out of reach: %s", error, extra={"action": "defer"})
        return deferral.interaction_id


def give_up(books: Books, now: datetime) -> Sequence[Deferral]:
    """What is due; nobody accepts anything for it from now on."""
    return books.give_up_deferrals(now=now, again_at=now + AGAIN)


def finished(books: Books, interaction_ids: Sequence[int]) -> None:
    """Owe nothing more to these."""
    books.drop_deferrals(interaction_ids)
