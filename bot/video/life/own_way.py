"""A process's own way to the video API, where others of one database may go on without it.

At its start and after each failure of its own it asks for the balance before it submits. With a
broken network or a wrong key, it would make all the others pause again and again."""

import logging

from bot.clock import Clock
from bot.errors import ApiError
from bot.outages import level
from bot.video.life.gate import FIRST_PROBE, LAST_PROBE
from bot.video.ports.edges import VideoApi

log = logging.getLogger(__name__)


class OwnWay:
    """Whether this process may submit, as far as it alone is concerned."""

    def __init__(self, *, api: VideoApi, clock: Clock) -> None:
        self._api = api
        self._clock = clock
        self._asks_at: float | None = clock.monotonic()  # None without a doubt
        self._delay = FIRST_PROBE

    def doubt(self) -> None:
        """A submission of this process failed. The wait grows until one succeeds."""
        if self._asks_at is None:
            self._wait()

    def trust(self) -> None:
        """A submission of this process succeeded."""
        self._asks_at, self._delay = None, FIRST_PROBE

    async def clear_in(self) -> float:
        """Ask the API if that is due; returns the seconds to wait, 0 if this process may submit."""
        if self._asks_at is None:
            return 0.0
        if (left := self._asks_at - self._clock.monotonic()) > 0:
            return left
        try:
            await self._api.balance()
        except ApiError as error:
            said = "This process submits nothing, since the video API does not answer it: %s"
            log.log(level(error, logging.WARNING), said, error, extra={"action": "probe"})
            return self._wait()
        self._asks_at = None
        return 0.0

    def _wait(self) -> float:
        seconds, self._delay = self._delay, min(self._delay * 2, LAST_PROBE)
        self._asks_at = self._clock.monotonic() + seconds
        return seconds
