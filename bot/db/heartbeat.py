"""A process's lease on PostgreSQL: a row that a thread of its own keeps fresh.

Only the database's clock compares processes; each process measures its own waits by a counter."""

import logging
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import SQLAlchemyError

from bot.db import processes
from bot.db.hints import tell, words_of
from bot.db.reach import Reach
from bot.outages import Outage
from bot.video.ports.meters import UNMETERED, Meters
from bot.video.values.standing import Peer, Process, process_name

log = logging.getLogger(__name__)

_NOW = "CAST(extract(epoch FROM now()) * 1000 AS bigint)"
# A lost beat does no harm, so none waits for a busy disk.
_QUICKLY = text("SET LOCAL synchronous_commit TO off")
_BEAT = text(
    f"UPDATE processes SET beat_at = {_NOW},"
    f" api_at = coalesce({_NOW} - CAST(:api AS bigint), api_at),"
    f" discord_at = coalesce({_NOW} - CAST(:discord AS bigint), discord_at)"
    " WHERE owner = :owner AND NOT ended"
)
_NOTHING: Mapping[str, int | None] = {peer.value: None for peer in Peer}
# Nobody could beat while the server was away.
_END_SILENT = text(
    "UPDATE processes SET ended = true WHERE owner IN (SELECT owner FROM processes"
    f" WHERE NOT ended AND beat_at < {_NOW} - :ttl"
    f" AND extract(epoch FROM pg_postmaster_start_time()) * 1000 < {_NOW} - :ttl"
    " FOR UPDATE SKIP LOCKED) RETURNING owner, host, pid"
)
_FORGET = text(f"DELETE FROM processes WHERE ended AND beat_at < {_NOW} - 86400000")


APART = 5.0  # seconds by which machines' clocks may differ
_CLOCK = text("SELECT clock_timestamp()")


def seconds_ahead(connection: Connection, now: datetime) -> float:
    """How far this machine's clock is ahead of the database's."""
    theirs: datetime = connection.execute(_CLOCK).scalar_one()
    return (now - theirs).total_seconds()


def apart(seconds: float) -> str | None:
    """What to do about a clock that is so far ahead; None if it is right enough."""
    if abs(seconds) <= APART:
        return None
    way = "ahead of" if seconds > 0 else "behind"
    return (
        f"is {abs(seconds):,.0f} s {way} the database's: with several machines, videos start "
        "and end at wrong times. Let all machines follow one time server (timedatectl set-ntp true)"
    )


class LeaseTimes(Struct, frozen=True, kw_only=True):
    """Times in seconds. A process that is silent for `ttl` loses its tasks to others.

    With the others' beat and look, the whole is within the 10 s that are promised.
    """

    ttl: float = 6
    beat: float = 1
    margin: float = 1.5  # a process gives itself up this much earlier than others do


def begin(connection: Connection, *, now: datetime) -> int:
    """Register this start, with a first sign of life: a start that is killed before it beats has to
    be found silent as well. Returns its number."""
    owner = processes.begin(connection, now=now)
    connection.execute(_BEAT, {"owner": owner, **_NOTHING})
    return owner


class Heartbeat:
    """Beats until stopped or ended by another process, and ends processes that fell silent."""

    def __init__(
        self,
        engine: Engine,
        *,
        owner: int,
        times: LeaseTimes,
        outage: Outage,
        monotonic: Callable[[], float] = time.monotonic,
        meters: Meters = UNMETERED,
        reach: Reach | None = None,
    ) -> None:
        self._reach = reach
        self._meters = meters
        self._outage = outage
        self._engine = engine
        self._owner = owner
        self._times = times
        self._monotonic = monotonic
        self._held_until = self._judges_from = monotonic()
        self._is_lost = False
        self._drivers = 1
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="heartbeat", daemon=True)

    @property
    def owner(self) -> int:
        return self._owner

    @property
    def is_shared(self) -> bool:
        return True

    @property
    def is_lost(self) -> bool:
        return self._is_lost

    @property
    def drivers(self) -> int:
        return self._drivers

    def is_held(self) -> bool:
        return self._monotonic() < self._held_until

    def start(self) -> None:
        """Beat for the first time, so that the lease is held from the start."""
        self.beat()
        with self._engine.begin() as connection:
            connection.execute(_FORGET)
        self._thread.start()

    def stop(self) -> None:
        """Give up the lease: others may adopt our tasks at once."""
        self._stopped.set()
        self._thread.join()
        self._held_until = self._monotonic()
        try:
            with self._engine.begin() as connection:
                processes.end(connection, self._owner)
                tell(connection, self._owner)
        except SQLAlchemyError as error:
            log.warning(
                "Could not release the lease, which now expires by itself: %s", words_of(error)
            )
        self._engine.dispose()

    def beat(self) -> None:
        """Renew the lease, then end the processes that did not renew theirs."""
        started = self._monotonic()
        with self._engine.begin() as connection:
            connection.execute(_QUICKLY)
            renewed = connection.execute(_BEAT, self._news()).rowcount == 1
        done = self._monotonic()
        if done - self._held_until >= self._times.margin:
            # What kept this process from beating may have kept the others, too: let them return.
            self._judges_from = done + self._times.ttl
        self._is_lost = not renewed
        held_for = self._times.ttl - self._times.margin if renewed else 0
        self._held_until = started + held_for
        self._judge(done)

    def _news(self) -> Mapping[str, int | None]:
        """What the others learn of this process: also how long ago each service answered it."""
        known = {} if self._reach is None else self._reach.silences()
        ago = {peer.value: int(seconds * 1000) for peer, seconds in known.items()}
        return {"owner": self._owner, **_NOTHING, **ago}

    def _judge(self, now: float) -> None:
        """End the silent, and see who lives."""
        ended: Sequence[Any] = ()
        with self._engine.begin() as connection:
            if now >= self._judges_from:
                ttl = {"ttl": int(self._times.ttl * 1000)}
                ended = connection.execute(_END_SILENT, ttl).all()
            if ended:
                tell(connection, 0)
            living = processes.living(connection)
        self._drivers = max(1, sum(each.role not in processes.IDLE for each in living))
        if self._reach is not None:
            self._reach.look([each for each in living if self._may_replace(each)])
        for owner, host, pid in ended:
            self._told_dead(process_name(owner, host, pid))

    def _may_replace(self, other: Process) -> bool:
        is_silent = other.silent is None or other.silent > self._times.ttl
        return other.owner != self._owner and not is_silent and not other.is_leaving

    def _told_dead(self, name: str) -> None:
        self._meters.ended_silent()
        log.warning(
            "Process %s has been silent for more than %g s: others take over what it did",
            name,
            self._times.ttl,
            extra={"action": "take_over"},
        )

    def _run(self) -> None:
        while not self._stopped.wait(self._times.beat):
            try:
                self.beat()
            except SQLAlchemyError as error:
                self._outage.failed(words_of(error))
            else:
                self._outage.worked()
