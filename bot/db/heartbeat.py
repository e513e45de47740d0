"""The lease of a process on PostgreSQL: a row that it beats from a thread of its own.

All times that processes compare are the database's; each measures its own by what has passed."""

import logging
import threading
import time
from collections.abc import Callable

from msgspec import Struct
from sqlalchemy import Engine, text
from sqlalchemy.exc import SQLAlchemyError

from bot.db import processes

log = logging.getLogger(__name__)

_NOW = "CAST(extract(epoch FROM now()) * 1000 AS bigint)"
_BEAT = text(f"UPDATE processes SET beat_at = {_NOW} WHERE owner = :owner AND NOT ended")
_END_SILENT = text(
    "UPDATE processes SET ended = true WHERE owner IN (SELECT owner FROM processes"
    f" WHERE NOT ended AND beat_at < {_NOW} - :ttl FOR UPDATE SKIP LOCKED)"
)
_FORGET = text(
    f"DELETE FROM processes WHERE ended AND beat_at < {_NOW} - 86400000"
    " AND NOT EXISTS (SELECT FROM tasks WHERE tasks.owner = processes.owner)"
)


class LeaseTimes(Struct, frozen=True, kw_only=True):
    """All in seconds. A process that was silent for `ttl` has lost its tasks to others."""

    ttl: float = 10
    beat: float = 2
    margin: float = 2  # it takes itself for dead so much earlier than others do


class Heartbeat:
    """Beats until it is stopped or another process has ended us; ends those that are silent."""

    def __init__(
        self,
        engine: Engine,
        *,
        owner: int,
        times: LeaseTimes,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._engine = engine
        self._owner = owner
        self._times = times
        self._monotonic = monotonic
        self._held_until = monotonic()
        self._is_lost = False
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

    def is_held(self) -> bool:
        return self._monotonic() < self._held_until

    def start(self) -> None:
        """The first beat is here, so that a lease is held from the start."""
        self.beat()
        with self._engine.begin() as connection:
            connection.execute(_FORGET)
        self._thread.start()

    def stop(self) -> None:
        """Gives the lease up: others may adopt our tasks at once."""
        self._stopped.set()
        self._thread.join()
        self._held_until = self._monotonic()
        try:
            with self._engine.begin() as connection:
                processes.end(connection, self._owner)
        except SQLAlchemyError as error:
            log.warning("The lease was not given up, it ends by itself: %s", error)
        self._engine.dispose()

    def beat(self) -> None:
        """Renews the lease, then ends the processes that did not renew theirs."""
        started = self._monotonic()
        with self._engine.begin() as connection:
            renewed = connection.execute(_BEAT, {"owner": self._owner}).rowcount == 1
        self._is_lost = not renewed
        held_for = self._times.ttl - self._times.margin if renewed else 0
        self._held_until = started + held_for
        with self._engine.begin() as connection:
            connection.execute(_END_SILENT, {"ttl": int(self._times.ttl * 1000)})

    def _run(self) -> None:
        while not self._stopped.wait(self._times.beat):
            try:
                self.beat()
            except SQLAlchemyError as error:
                log.warning("The lease was not renewed: %s", error)
