"""Keeps a row for each "thinking" message, many in one transaction.

`life/deferred.py` finishes those whose process died."""

import asyncio
import logging
from collections.abc import Sequence

from bot.errors import CommitUnknown, StorageDown
from bot.video.ports.books import Books
from bot.video.ports.edges import Store
from bot.video.values.deferrals import Deferral

log = logging.getLogger(__name__)


class Deferrals:
    """The rows of this process's "thinking" messages."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._to_keep: dict[int, Deferral] = {}
        self._to_drop: set[int] = set()
        self._kept: dict[int, asyncio.Future[bool]] = {}  # whether the row is there
        self._writing: asyncio.Task[None] | None = None

    def keep(self, deferral: Deferral) -> asyncio.Future[bool]:
        """Have a row written as soon as possible; the result says whether it is there."""
        kept = asyncio.get_running_loop().create_future()
        self._to_keep[deferral.interaction_id] = deferral
        self._kept[deferral.interaction_id] = kept
        self._write()
        return kept

    async def kept(self, interaction_id: int) -> bool:
        """Whether the row is there, once that is known; False if storage did not take it."""
        found = self._kept.get(interaction_id)
        return found is not None and await asyncio.shield(found)

    def drop(self, interaction_id: int) -> None:
        """Have a row removed: the message was replaced."""
        if (kept := self._kept.pop(interaction_id, None)) is None:
            return  # there is none
        if not self._spared(interaction_id, kept):
            self._to_drop.add(interaction_id)
            self._write()

    def forget(self, interaction_id: int) -> None:
        """Leave a row to others: to the transaction that took it up, or to another process."""
        if (kept := self._kept.pop(interaction_id, None)) is not None:
            self._spared(interaction_id, kept)

    def _spared(self, interaction_id: int, kept: asyncio.Future[bool]) -> bool:
        """Whether a row was not begun to be written, and will not be."""
        if self._to_keep.pop(interaction_id, None) is None:
            return False
        kept.set_result(False)
        return True

    def _write(self) -> None:
        if self._writing is None:
            self._writing = asyncio.create_task(self._write_all(), name="deferrals")

    async def _write_all(self) -> None:
        """Write what has gathered, until nothing is left."""
        try:
            while self._to_keep or self._to_drop:
                keep, drop = list(self._to_keep.values()), list(self._to_drop)
                waiting = [self._kept[each.interaction_id] for each in keep]
                self._to_keep.clear()
                self._to_drop.clear()
                is_written = await self._written(keep, drop)
                for each in waiting:
                    each.set_result(is_written)
        finally:
            self._writing = None

    async def _written(self, keep: Sequence[Deferral], drop: Sequence[int]) -> bool:
        try:
            await self._store.tx(_keep_and_drop, keep, drop)
        except (StorageDown, CommitUnknown):
            return False
        return True


def _keep_and_drop(books: Books, keep: Sequence[Deferral], drop: Sequence[int]) -> None:
    books.keep_deferrals(keep)
    books.drop_deferrals(drop)
