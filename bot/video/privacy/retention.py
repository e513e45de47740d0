"""Deletes videos, audit entries and messages that their server no longer keeps.

Long reads find them a page at a time, short transactions delete them, so nobody waits. A round that
is interrupted begins again: what it had deleted is gone, with its sums kept."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

from bot.clock import Clock
from bot.video.doors.hearing import time_of
from bot.video.ports.books import Books
from bot.video.ports.retention import Aged, Old
from bot.video.privacy.forgetting import Reads, Transactions

# The longest window of a limit is 30 days, a server's bill reaches back two months, and the
# operator compares the account with single videos.
AT_LEAST = timedelta(days=100)
SUMS = timedelta(days=3 * 366)  # how long sums by day, server and person outlive their videos
VOUCHED = timedelta(days=1)  # how far our clock may be ahead of the newest interaction
PAGE = 500  # rows per read
PIECE = 10  # videos, entries or messages per transaction
PAUSE = 0.1  # seconds between two transactions, in which others go first
MOST = 20_000  # videos per round; the next round goes on

Drop = Callable[[Books, Sequence[str], datetime], int]


class Retention:
    """Deletes what is old, once in a while."""

    def __init__(self, *, act: Transactions, read: Reads, clock: Clock) -> None:
        self._act = act
        self._read = read
        self._clock = clock

    async def remove(self) -> int | None:
        """One round; returns how many videos were deleted, at `MOST` or more because of their
        number. None if nobody knows how late it is."""
        now, total = await self._read(vouched, self._clock.now()), 0
        if now is None:
            return None
        for old in Old:
            total += await self._remove(old, now, most=MOST - total)
        await self._act(lambda books: books.drop_sums(before=(now - SUMS).astimezone(UTC).date()))
        return total

    async def _remove(self, old: Old, now: datetime, *, most: int) -> int:
        drop, total = _DROPS.get(old, _drop_videos), 0
        page = await self._read(_page, old, now, None)
        while page is not None and total < most:
            for before, keys in page[0]:
                total += await self._drop(drop, keys, before)
            page = await self._read(_page, old, now, page[1])
        return total

    async def _drop(self, drop: Drop, keys: Sequence[str], before: datetime) -> int:
        total = 0
        for at in range(0, len(keys), PIECE):
            total += await self._act(drop, keys[at : at + PIECE], before)
            await self._clock.sleep(PAUSE)
        return total


def vouched(books: Books, now: datetime) -> datetime | None:
    """The time as far as Discord confirms it, by the newest interaction; None without one. A clock
    that is years ahead deletes nothing."""
    newest = books.newest_interaction()
    return None if newest is None else min(now, time_of(newest) + VOUCHED)


Group = tuple[datetime, list[str]]


def _page(
    books: Books, old: Old, now: datetime, after: Aged | None
) -> tuple[list[Group], Aged] | None:
    """The next old things, by the time from before which their servers keep nothing."""
    found = books.aged(old, before=now - AT_LEAST, after=after, limit=PAGE)
    if not found:
        return None
    ends = {server: now - kept(books, server) for server in {each.server_id for each in found}}
    groups: dict[datetime, dict[str, None]] = {}
    for each in found:
        if each.at < ends[each.server_id]:
            groups.setdefault(ends[each.server_id], {})[each.key] = None
    return [(before, list(keys)) for before, keys in groups.items()], found[-1]


def kept(books: Books, server_id: int) -> timedelta:
    """How long a server keeps its videos: as long as their prompts, and never less than others
    need."""
    return max(AT_LEAST, timedelta(days=books.settings(server_id).prompt_days))


def _drop_videos(books: Books, keys: Sequence[str], before: datetime) -> int:
    books.lock(["retention"])  # a second process deletes the same
    return books.drop_videos(keys, before=before)


def _drop_entries(books: Books, keys: Sequence[str], before: datetime) -> int:
    books.drop_entries(keys, before=before)
    return 0


def _drop_lines(books: Books, keys: Sequence[str], before: datetime) -> int:
    books.drop_lines(keys, before=before)
    return 0


_DROPS: dict[Old, Drop] = {Old.ENTRIES: _drop_entries, Old.LINES: _drop_lines}
