"""How often follow-ups go into a channel: Discord takes 30 in a minute, whoever they answer, and
bans an address that goes on all the same.

https://github.com/discord/discord-api-docs/issues/7243"""

from collections import deque

from bot.clock import Clock

MOST = 25  # of the 30; the others are for answers that were not deferred
WINDOW = 60.0  # seconds
CHANNELS = 1000  # remembered; others have had no follow-up for long


class FollowUps:
    """Books a time for each follow-up, in order."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._booked: dict[int, deque[float]] = {}

    async def wait(self, channel_id: int) -> None:
        """Wait until the channel takes another follow-up."""
        now = self._clock.monotonic()
        booked = self._booked.setdefault(channel_id, deque(maxlen=MOST))
        at = now if len(booked) < MOST else max(now, booked[0] + WINDOW)
        booked.append(at)
        if len(self._booked) > CHANNELS:
            self._forget(now)
        if at > now:
            await self._clock.sleep(at - now)

    def _forget(self, now: float) -> None:
        self._booked = {
            channel_id: booked
            for channel_id, booked in self._booked.items()
            if booked[-1] > now - WINDOW
        }
