"""How long people's words are kept, and what people can ask for: an export, or to be forgotten.

`retention.py` deletes the rows later, once no limit and no bill needs them."""

import logging
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from bot.clock import Clock
from bot.errors import CommitUnknown, StorageDown
from bot.video.clock_steps import is_settled
from bot.video.doors.hearing import forget_old
from bot.video.ports.books import Books
from bot.video.ports.edges import Store
from bot.video.ports.privacy import Trace, Whose
from bot.video.privacy import traces
from bot.video.privacy.forgetting import Reads, keep_promises, walk
from bot.video.privacy.retention import MOST, Retention
from bot.video.values.settings import BLANK_PROMPTS_AFTER

log = logging.getLogger(__name__)

INTERVAL = timedelta(hours=1)
BATCH = 500  # videos, or boards, per transaction
REMOVED = timedelta(days=1)  # between two rounds that delete rows
OFFERED = timedelta(days=1)  # lifetime of an offered smaller video


class Sweep:
    """Deletes what was kept long enough."""

    def __init__(self, *, store: Store, read: Reads, clock: Clock) -> None:
        self._store = store
        self._read = read
        self._clock = clock
        self._retention = Retention(act=store.tx, read=read, clock=clock)
        self._removed_at: datetime | None = None

    async def run(self) -> None:
        """Sweep forever; if storage is down, the next round does the work."""
        while True:
            with suppress(StorageDown, CommitUnknown):
                await self.sweep()
            await self._clock.sleep(INTERVAL.total_seconds())

    async def sweep(self) -> int:
        """One round; returns how many videos and audit entries lost their words."""
        if not await self._store.tx(is_settled, self._clock.now()):
            return await self._keep_promises()  # the clock was set, so nothing is surely old
        total = await self._blank(None)
        for server_id in await self._store.tx(lambda books: books.servers_with_settings()):
            total += await self._blank(server_id)
        await self._store.tx(forget_old, self._clock.now())
        drafts = Whose(before=self._clock.now() - OFFERED)
        await walk(self._read, self._store.tx, Trace.OLD_DRAFTS, drafts, drop_drafts)
        total += await self._keep_promises()
        await self._remove_old()
        return total

    async def _remove_old(self) -> None:
        """Once a day, delete the rows of what nobody keeps any more."""
        now = self._clock.now()
        if self._removed_at is not None and abs(now - self._removed_at) < REMOVED:
            return
        films = await self._retention.remove()
        if films:
            log.info("Deleted %d old videos", films, extra={"action": "sweep"})
        if films is not None and films < MOST:
            self._removed_at = now

    async def _blank(self, server_id: int | None) -> int:
        """Blank what one server no longer keeps, or all those without settings of their own."""
        total = 0
        while blanked := await self._store.tx(blank_old, server_id, self._clock.now()):
            total += blanked
        while await self._store.tx(drop_boards, server_id, self._clock.now()):
            pass
        return total

    async def _keep_promises(self) -> int:
        return await keep_promises(self._read, self._store.tx)


def drop_drafts(books: Books, _: Whose, ids: Sequence[str]) -> int:
    """Remove offers that nobody took; returns their number."""
    return len(books.drop_drafts(ids))


def blank_old(books: Books, server_id: int | None, now: datetime) -> int:
    """Blank one batch of what a server no longer keeps; returns how many videos and entries."""
    before = _end_of_words(books, server_id, now)
    films = books.blank_words(ended_before=before, server_id=server_id, limit=BATCH)
    traces.cover_cards(books, films, now)
    lines = traces.cover_audit(books, before=before, server_id=server_id, at=now, limit=BATCH)
    return len(films) + lines


def drop_boards(books: Books, server_id: int | None, now: datetime) -> bool:
    """Delete one batch of closed boards that a server no longer keeps; False if there was none."""
    before = _end_of_words(books, server_id, now)
    return books.drop_boards(changed_before=before, server_id=server_id, limit=BATCH) > 0


def _end_of_words(books: Books, server_id: int | None, now: datetime) -> datetime:
    days = BLANK_PROMPTS_AFTER if server_id is None else books.settings(server_id).prompt_days
    return now - timedelta(days=days)
