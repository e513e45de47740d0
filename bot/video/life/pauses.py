"""Says why nothing is submitted, in words, and logs it when that changes."""

import logging
from collections.abc import Callable, Mapping
from contextlib import suppress

from bot.clock import Clock
from bot.errors import CommitUnknown, StorageDown
from bot.video.life.agreed_gate import read_gate
from bot.video.life.gate import Pause
from bot.video.ports.books import Books
from bot.video.ports.edges import Lease, PatientStore

log = logging.getLogger(__name__)

LOOK_SECONDS = 10.0
BY_OPERATOR = "by you (to go on: python -m bot resume)"
CAUSES: Mapping[str, str] = {
    Pause.OUTAGE: "the video API gives no answer that can be trusted, and is asked every minute",
    Pause.KEY: "the video API refuses EVOLINK_API_KEY: set a valid one and restart",
    Pause.CREDIT: "the account has no credits left: top it up",
    Pause.BUSY: "the video API asked to wait",
    Pause.REFUSED: "a video was refused for an unknown reason, others are tried soon",
}


def why_paused(is_paused: bool, pause: str) -> str:
    """The causes in words; "" while videos are submitted. `is_paused` is the operator's pause."""
    return "; ".join(
        [*([BY_OPERATOR] if is_paused else []), *([CAUSES.get(pause, pause)] if pause else [])]
    )


class PauseWatch:
    """Logs each pause that this process finds or that begins, and its end. `gate` says why this
    process submits nothing by itself; where processes share a lease, the row says it for all."""

    def __init__(
        self, *, store: PatientStore, gate: Callable[[], Pause | None], lease: Lease, clock: Clock
    ) -> None:
        self._store = store
        self._gate = gate
        self._lease = lease
        self._clock = clock
        self._told = ""

    async def run(self) -> None:
        """Look from time to time, until cancelled."""
        while True:
            with suppress(StorageDown, CommitUnknown):  # whoever works with it says so
                await self.look()
            await self._clock.sleep(LOOK_SECONDS)

    async def look(self) -> None:
        """Log what has changed since the last look. Raises `StorageDown`."""
        is_paused, pause = await self._store.read(self._read)
        found = why_paused(is_paused, pause or "")
        if found and found != self._told:
            log.warning("Paused, no video starts: %s", found, extra={"action": "pause"})
        elif self._told and not found:
            log.info("Videos start again", extra={"action": "resume"})
        self._told = found

    def _read(self, books: Books) -> tuple[bool, Pause | None]:
        pause = read_gate(books).pause if self._lease.is_shared else self._gate()
        return books.is_paused(), pause
