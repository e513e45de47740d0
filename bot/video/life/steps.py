"""Steps of the machine's clock: noticed, waited out, and then dealt with in the rows.

While a step is fresh the program goes on by its own count. One that lasts is adopted: every time
that somebody waits for moves with it, so that nothing is given up or held up on its strength."""

import json
import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from msgspec import Struct

from bot.clock import SteadyClock
from bot.video.life.notices import tell_operator
from bot.video.ports.books import Books
from bot.video.ports.edges import Lease, Store

log = logging.getLogger(__name__)

INTERVAL = 5.0  # seconds between two looks
LASTING = 30.0  # seconds after which a step is no blunder that is put right at once
RECORDED = 60.0  # seconds between two notes of the time for the next start
GAP = timedelta(seconds=10)  # less, between two starts, is no step
LONG = timedelta(hours=1)  # a step forward of so much makes people's words old too early
RETENTION_WAITS = timedelta(days=7)
_NOTE, _STEPPED = "clock", "clock.stepped"


class Seen(Struct, frozen=True, kw_only=True):
    """What clock and counter said, for the next start."""

    at: datetime
    since: datetime  # when this count of time began
    counted: float  # seconds
    boot: str


class StepWatch:
    """Looks whether the clock was set; `moved` is told when times in the rows have moved."""

    def __init__(
        self, *, store: Store, lease: Lease, clock: SteadyClock, moved: Callable[[], None]
    ) -> None:
        self._store = store
        self._lease = lease
        self._clock = clock
        self._moved = moved
        self._since = clock.now()
        self._first_seen: float | None = None
        self._recorded_at: float | None = None

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
        if self._recorded_at is None or counted - self._recorded_at >= RECORDED:
            await self._store.tx(record, self._seen())
            self._recorded_at = counted

    async def catch_up(self) -> None:
        """At a start, with what an earlier process left taken over: was the clock set since?"""
        is_shared = self._lease.is_shared
        found = await self._store.tx(since_last, self._seen(), is_shared=is_shared)
        if found is not None:
            by, since = found
            await self._move(by, since, self._clock.now())
        await self._store.tx(record, self._seen())

    async def _adopt(self) -> None:
        by = self._clock.step
        if by:
            await self._move(by, self._since, self._clock.now() + by)
            self._clock.adopt()
            self._since = self._clock.now()
        self._first_seen = None
        self._recorded_at = None

    async def _move(self, by: timedelta, since: datetime, now: datetime) -> None:
        log.warning("Everything that is waited for moves by %s", by, extra={"action": "clock_step"})
        await self._store.tx(move, self._lease.owner, by, since, now)
        self._moved()

    def _seen(self) -> Seen:
        return Seen(
            at=self._clock.now(),
            since=self._since,
            counted=self._clock.monotonic(),
            boot=self._clock.boot,
        )


def move(books: Books, owner: int, by: timedelta, since: datetime, now: datetime) -> None:
    """Move what `owner` waits for, and what was counted since `since`, by a step to `now`."""
    books.move_times(owner, by, since=since, now=now)
    note_step(books, by, now)
    tell_operator(books, "clock_step", now=now, seconds=round(by.total_seconds()))


def note_step(books: Books, by: timedelta, now: datetime) -> None:
    """A step forward keeps the retention waiting, one back takes that back."""
    if by > LONG:
        books.set_fact(_STEPPED, now.isoformat())
    elif by < -LONG:
        books.set_fact(_STEPPED, "")


def is_settled(books: Books, now: datetime) -> bool:
    """Whether the date can be trusted enough to forget what is old by it."""
    stepped = books.fact(_STEPPED)
    return not stepped or abs(now - datetime.fromisoformat(stepped)) > RETENTION_WAITS


def record(books: Books, seen: Seen) -> None:
    """Note the time, for the next start."""
    note = {
        "at": seen.at.isoformat(),
        "since": seen.since.isoformat(),
        "counted": seen.counted,
        "boot": seen.boot,
    }
    books.set_fact(_NOTE, json.dumps(note))


def since_last(books: Books, seen: Seen, *, is_shared: bool) -> tuple[timedelta, datetime] | None:
    """How far the clock was set between two starts, and since when times were by the old one.

    Exact where the counter went on; else no more can be told than that it was set back, and where
    several machines share the rows not even that."""
    said = json.loads(books.fact(_NOTE) or "null")
    if said is None:
        return None
    at, since = datetime.fromisoformat(said["at"]), datetime.fromisoformat(said["since"])
    if seen.boot and seen.boot == said["boot"]:
        by = seen.at - at - timedelta(seconds=seen.counted - said["counted"])
        return (by, since) if abs(by) > GAP else None
    if seen.at - at > timedelta(days=1):
        books.set_fact(_STEPPED, seen.at.isoformat())  # down for so long, or set: who knows
    return (seen.at - at, since) if at - seen.at > GAP and not is_shared else None
