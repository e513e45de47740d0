"""Steps of the machine's clock: notices them, waits, then corrects the rows.

At first the program ignores a step and goes on by its own counter. A step that lasts is adopted:
all due times move with it, so that it neither ends nor delays anything."""

import json
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

from msgspec import Struct

from bot.clock import SteadyClock
from bot.video.outbox.notices import tell_operator
from bot.video.ports.books import Books
from bot.video.ports.edges import Lease, Store

log = logging.getLogger(__name__)

INTERVAL = 15.0  # seconds between two looks
LASTING = 30.0  # seconds; a shorter step was corrected at once
RECORDED = 120.0  # seconds between two notes of the time, for the next start
GAP = timedelta(seconds=10)  # a smaller step moves nothing
LONG = timedelta(hours=1)  # a step forward of this size would delete people's words too early
DOWN = timedelta(days=1)  # a longer downtime may as well be a wrong clock
RETENTION_WAITS = timedelta(days=7)
_NOTE, _MOVED, _FORWARD, _AHEAD = "clock", "clock.moved", "clock.forward", "clock.ahead"


class Seen(Struct, frozen=True, kw_only=True):
    """What clock and counter say."""

    at: datetime
    counted: float  # seconds
    boot: str  # names the counter's start
    owner: int
    is_shared: bool  # other machines' clocks write to the same rows


class StepWatch:
    """Watches whether the clock is set; calls `moved` when times in the rows have moved."""

    def __init__(
        self,
        *,
        store: Store,
        lease: Lease,
        clock: SteadyClock,
        moved: Callable[[], Awaitable[None]],
    ) -> None:
        self._store = store
        self._lease = lease
        self._clock = clock
        self._moved = moved
        self._first_seen: float | None = None
        self._recorded_at = clock.monotonic()

    async def run(self) -> None:
        """Watch forever."""
        while True:
            await self.look()
            await self._clock.sleep(INTERVAL)

    async def look(self) -> None:
        """Look once; adopts a step that has lasted."""
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
        """At a start, once an earlier process's tasks are taken over: handle a step since then."""
        if await self._store.tx(catch_up, self._seen()):
            await self._moved()

    async def _adopt(self) -> None:
        """Move the rows first: repeating that after an unknown commit changes nothing."""
        by = self._clock.step
        if by:
            await self._store.tx(follow, self._seen(by))
            self._clock.adopt()
            await self._moved()
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
    """Note the time; `since` is when this counter began, if that is not noted yet."""
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
    """Move due times by how far the clock has left the counter since the last note. A start makes
    the first note."""
    if (said := _noted(books, _name(seen))) is None:
        return False
    counted = timedelta(seconds=seen.counted - said["counted"])
    by = seen.at - datetime.fromisoformat(said["at"]) - counted
    return _move(books, seen, by, datetime.fromisoformat(said["since"]))


def catch_up(books: Books, seen: Seen) -> bool:
    """Do the same at a start. Exact while the counter ran on. Otherwise only a step back can be
    noticed, and where several machines share the rows, not even that."""
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
    """Whether the date can be trusted enough to delete what is old."""
    forward = books.fact(_FORWARD)
    return not forward or abs(now - datetime.fromisoformat(forward)) > RETENTION_WAITS


def was_set(books: Books, since: datetime) -> bool:
    """Whether the clock was set after a moment, so that other times cannot be compared with
    ours."""
    moved = books.fact(_MOVED)
    return moved is not None and datetime.fromisoformat(moved) >= since


def _move(books: Books, seen: Seen, by: timedelta, since: datetime) -> bool:
    if abs(by) <= GAP:
        record(books, seen, since=since)
        return False
    log.warning("The clock was set; moving due times by %s", by, extra={"action": "clock_step"})
    books.move_times(seen.owner, by, since=since, now=seen.at, is_alone=not seen.is_shared)
    record(books, seen, since=since + by)
    books.set_fact(_MOVED, seen.at.isoformat())
    _distrust(books, by, seen.at)
    tell_operator(books, "clock_step", now=seen.at, seconds=round(by.total_seconds()))
    return True


def _distrust(books: Books, by: timedelta, now: datetime) -> None:
    """Add up how far the clock is ahead of when it was last trusted."""
    before = 0.0 if is_settled(books, now - by) else float(books.fact(_AHEAD) or 0)
    ahead = max(0.0, before + by.total_seconds())
    books.set_fact(_AHEAD, str(ahead))
    if ahead <= LONG.total_seconds():
        books.set_fact(_FORWARD, "")
    elif by > timedelta():
        books.set_fact(_FORWARD, now.isoformat())


def _name(seen: Seen) -> str:
    """The name of the note: processes that share rows follow their own clocks."""
    return f"{_NOTE}.{seen.owner}" if seen.is_shared else _NOTE


def _noted(books: Books, name: str) -> dict[str, Any] | None:
    said: dict[str, Any] | None = json.loads(books.fact(name) or "null")
    return said
