"""When to kill the bot: at any moment, or exactly when a request arrives or takes effect."""

import asyncio
import signal
from collections.abc import Callable
from enum import StrEnum
from random import Random
from typing import Any, TypeVar

from bot.playground.evolink.script import Script
from bot.playground.guild import Event, EventKind, Request
from tests.chaos.harness import Harness

T = TypeVar("T")
PATIENT = 0.5  # of the strikes at several processes meet all of them at work
LONGEST = 3.0  # seconds from being online until a strike, whether its instant came or not
EFFECTS = {EventKind.MESSAGE, EventKind.EDITED, EventKind.RESPONSE}


class Instant(StrEnum):
    """Where a strike meets the bot."""

    STARTING = "while it starts"
    ANY = "at any moment"
    REQUEST = "when Discord gets a request"
    EFFECT = "when Discord has done it, before the answer"
    SUBMIT = "when the API gets a submission"
    ACCEPTED = "when the API has accepted, before the answer"


WEIGHTS = {
    Instant.STARTING: 1,
    Instant.ANY: 4,
    Instant.REQUEST: 2,
    Instant.EFFECT: 3,
    Instant.SUBMIT: 2,
    Instant.ACCEPTED: 3,
}


class _Watched(Script[T]):
    """A script that says when it is asked."""

    def __init__(self, script: Script[T], asked: Callable[[], None]) -> None:
        super().__init__()
        self._script = script
        self._asked = asked

    def add(self, fault: T, times: int | None) -> None:
        self._script.add(fault, times)

    def take(self, fits: Callable[[T], bool] = lambda _: True) -> T | None:
        self._asked()
        return self._script.take(fits)

    def clear(self) -> None:
        self._script.clear()


class Striker:
    """Kills the bot at instants that `chance` chooses."""

    def __init__(self, harness: Harness, chance: Random) -> None:
        self._harness = harness
        self._chance = chance
        self._awaited: Instant | None = None
        self._left = 0
        self._victim = harness.bot
        self._struck = asyncio.Event()
        faults: Any = harness.api.faults
        faults.submits = _Watched(faults.submits, lambda: self._reached(Instant.SUBMIT))
        faults.courses = _Watched(faults.courses, lambda: self._reached(Instant.ACCEPTED))
        harness.discord.events.subscribe(self._heard)

    async def strike(self) -> Instant:
        """Let a bot that was just started live for a while, then kill one of its processes."""
        self._victim = self._chance.choice(self._harness.bots)
        instant = self._chance.choices(list(WEIGHTS), list(WEIGHTS.values()))[0]
        if instant is Instant.STARTING:
            await asyncio.sleep(self._chance.uniform(0.0, 2.0))
        else:
            await self._harness.online()
            await self._instant(instant)
        await self._victim.kill()
        return instant

    def waits(self) -> bool:
        """Whether all that was killed should be taken over before the next strike."""
        return len(self._harness.bots) > 1 and self._chance.random() < PATIENT

    async def _instant(self, instant: Instant) -> None:
        if instant is Instant.ANY:
            await asyncio.sleep(self._chance.uniform(0.0, LONGEST))
            return
        self._struck.clear()
        self._left, self._awaited = self._chance.randint(1, 6), instant
        if instant is Instant.REQUEST:  # here because the end of an outage forgets faults
            self._harness.discord.faults.add(self._asked, times=None)
        try:
            async with asyncio.timeout(LONGEST):
                await self._struck.wait()
        except TimeoutError:
            self._awaited = None

    def _asked(self, request: Request) -> bool:
        self._reached(Instant.REQUEST)
        return False

    def _heard(self, event: Event) -> None:
        if event.kind in EFFECTS and event.body.get("author", {}).get("bot", True):
            self._reached(Instant.EFFECT)

    def _reached(self, instant: Instant) -> None:
        if self._awaited is not instant:
            return
        self._left -= 1
        if self._left <= 0:
            self._awaited = None
            self._victim.send(signal.SIGKILL)
            self._struck.set()
