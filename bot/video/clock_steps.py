"""Steps of the machine's clock: noticed, waited out, and then dealt with in the rows.

While a step is fresh the program goes on by its own count. One that lasts is adopted: every time
that somebody waits for moves with it, so that nothing is given up or held up on its strength."""

import json
import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from msgspec import Struct

from bot.clock import SteadyClock
from bot.video.outbox.notices import tell_operator
from bot.video.ports.books import Books
from bot.video.ports.edges import Lease, Store

log = logging.getLogger(__name__)

INTERVAL = 15.0  # seconds between two looks
LASTING = 30.0  # seconds after which a step is no blunder that is put right at once
RECORDED = 120.0  # seconds between two notes of the time for the next start
GAP = timedelta(seconds=10)  # less is no step that moves anything
LONG = timedelta(hours=1)  # a step forward of so much makes people's words old too early
DOWN = timedelta(days=1)  # a longer time down may as well be a clock that is wrong
RETENTION_WAITS = timedelta(days=7)
_NOTE, _MOVED, _FORWARD, _AHEAD = "clock", "clock.moved", "clock.forward", "clock.ahead"


class Seen(Struct, frozen=True, kw_only=True):
    """What clock and counter say."""

    at: datetime
    counted: float  # seconds
    boot: str  # what they are counted from
    owner: int
    is_shared: bool  # others' clocks write to the same rows


class StepWatch:
    """Looks whether the clock was set; `moved` is told when times in the rows have moved."""

    def __init__(
        self, *, store: Store, lease: Lease, clock: SteadyClock, moved: Callable[[], None]
    ) -> None:
        self._store = store
        self._lease = lease
        self._clock = clock
        self._moved = moved
        self._first_seen: float | None = None
        self._recorded_at = clock.monotonic()

    async def run(self) -> None:
        """Watch for ever."""
        while True:
            await self.look()
            await self._clock.sleep(INTERVAL)

    async def look(self) -> None:
        """One look; adopts a step that has lasted."""
        counted = self._clock.monotonic()
        if not self._clock.step:
            self._first_seen = None
        elif self._first_seen is None:
            self._first_seen = counted
            log.warning("The machine's clock was set by %s", self._clock.step)
        elif counted - self._first_seen >= LASTING:
            await self._adopt()
        if counted - self._recorded_at >= RECORDED:
            await self._store.tx(record, self._seen())
            self._recorded_at = counted

    async def catch_up(self) -> None:
        """At a start, with what an earlier process left taken over: was the clock set since?"""
        if await self._store.tx(catch_up, self._seen()):
            self._moved()

    async def _adopt(self) -> None:
        """The rows first: doing that again after an unknown commit changes nothing."""
        by = self._clock.step
        if by:
            await self._store.tx(follow, self._seen(by))
            self._clock.adopt()
            self._moved()
        self._first_seen = None

    def _seen(self, by: timedelta = timedelta()) -> Seen:
        return Seen(
            at=self._clock.now() + by,
            counted=self._clock.monotonic(),
            boot=self._clock.boot,
            owner=self._lease.owner,
            is_shared=self._lease.is_shared,
        )


def record(books: Books, seen: Seen, *, since: datetime | None = None) -> None:
    """Note the time; `since`: when this count of time began, where that is not known yet."""
    said = _noted(books, _name(seen))
    begun = since.isoformat() if since is not None else said["since"] if said else None
    note = {
        "at": seen.at.isoformat(),
        "counted": seen.counted,
        "boot": seen.boot,
        "since": begun or seen.at.isoformat(),
    }
    for name in {_NOTE, _name(seen)}:
        books.set_fact(name, json.dumps(note))


def follow(books: Books, seen: Seen) -> bool:
    """Move what is waited for by as much as the clock is ahead of the count since the last note,
    which a start makes."""
    if (said := _noted(books, _name(seen))) is None:
        return False
    counted = timedelta(seconds=seen.counted - said["counted"])
    by = seen.at - datetime.fromisoformat(said["at"]) - counted
    return _move(books, seen, by, datetime.fromisoformat(said["since"]))


def catch_up(books: Books, seen: Seen) -> bool:
    """The same at a start. Exact where the counter went on; else no more can be told than that the
    clock was set back, and where several machines share the rows not even that."""
    said = _noted(books, _NOTE)
    if said is None:
        record(books, seen)
        return False
    at, since = datetime.fromisoformat(said["at"]), datetime.fromisoformat(said["since"])
    if seen.boot and seen.boot == said["boot"]:
        by = seen.at - at - timedelta(seconds=seen.counted - said["counted"])
        return _move(books, seen, by, since)
    if seen.at - at > DOWN:
        _distrust(books, seen.at - at, seen.at)
    by = timedelta() if seen.is_shared else min(seen.at - at, timedelta())
    return _move(books, seen, by, since)


def is_settled(books: Books, now: datetime) -> bool:
    """Whether the date can be trusted enough to forget what is old by it."""
    forward = books.fact(_FORWARD)
    return not forward or abs(now - datetime.fromisoformat(forward)) > RETENTION_WAITS


def was_set(books: Books, since: datetime) -> bool:
    """Whether the clock was set after a moment, so that others' times cannot be compared."""
    moved = books.fact(_MOVED)
    return moved is not None and datetime.fromisoformat(moved) >= since


def _move(books: Books, seen: Seen, by: timedelta, since: datetime) -> bool:
    if abs(by) <= GAP:
        record(books, seen, since=since)
        return False
    log.warning("All that is waited for moves by %s", by, extra={"action": "clock_step"})
    books.move_times(seen.owner, by, since=since, now=seen.at, is_alone=not seen.is_shared)
    record(books, seen, since=since + by)
    books.set_fact(_MOVED, seen.at.isoformat())
    _distrust(books, by, seen.at)
    tell_operator(books, "clock_step", now=seen.at, seconds=round(by.total_seconds()))
    return True


def _distrust(books: Books, by: timedelta, now: datetime) -> None:
    """Sum up how far the clock is ahead of what it was when it was trusted last."""
    before = 0.0 if is_settled(books, now - by) else float(books.fact(_AHEAD) or 0)
    ahead = max(0.0, before + by.total_seconds())
    books.set_fact(_AHEAD, str(ahead))
    if ahead <= LONG.total_seconds():
        books.set_fact(_FORWARD, "")
    elif by > timedelta():
        books.set_fact(_FORWARD, now.isoformat())


def _name(seen: Seen) -> str:
    """Whose note it is: processes that share rows follow their clocks one by one."""
    return f"{_NOTE}.{seen.owner}" if seen.is_shared else _NOTE


def _noted(books: Books, name: str) -> dict[str, Any] | None:
    said: dict[str, Any] | None = json.loads(books.fact(name) or "null")
    return said
