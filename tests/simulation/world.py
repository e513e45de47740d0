"""What lies outside the program and survives it: time, chance, and requests in flight."""

import asyncio
import heapq
import itertools
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

from tests.simulation.loop import START, SimulatedLoop

T = TypeVar("T")


SEVERAL = 3
STORM = 3600.0  # seconds; later every request arrives, so that late things can be waited for


@dataclass(frozen=True, kw_only=True)
class Weather:
    """How much goes wrong in a run; each between 0 and 1, drawn from the seed."""

    api: float = 0.0  # requests to the video API that get lost, or no useful answer
    discord: float = 0.0
    films: float = 0.0
    people: float = 0.0  # how often people press buttons
    closed: float = 0.0  # places on Discord that are closed
    storage: float = 0.0  # transactions that the database loses, before or while it commits
    own: float = 0.0  # videos that the API refuses for their own sake, whatever else it does
    clock: float = 0.0  # how often the machine's clock is set
    again: float = 0.0  # how often an interaction is heard again
    has_callbacks: bool = True

    @classmethod
    def draw(cls, chance: random.Random) -> "Weather":
        def some(much: float) -> float:
            return chance.choice((0.0, 0.1, much))

        return cls(
            api=some(0.4),
            discord=some(0.4),
            films=some(0.3),
            people=some(0.7),
            closed=some(0.5),
            has_callbacks=chance.random() < 0.6,
            storage=chance.choice((0.0, 0.0, 0.0, 0.02, 0.1)),
            own=chance.choice((0.0, 0.0, 0.3)),
            clock=chance.choice((0.0, 0.0, 0.5)),
            again=0.3,
        )


class World:
    """Time and chance of one run; `violations` are the promises that were seen broken."""

    def __init__(self, seed: int, weather: Weather | None) -> None:
        self.chance = random.Random(seed)
        self.weather = weather or Weather.draw(self.chance)
        self.takes = SEVERAL if seed % 4 == 3 else 1  # that a person asks for
        self.now = 0.0
        self.set_by = 0.0  # seconds that the machine's clock is ahead of the time
        self.violations: list[str] = []
        self._past = 0  # events
        self._events: list[tuple[float, int, Callable[[], None]]] = []
        self._counter = itertools.count()

    def at(self, moment: float, act: Callable[[], None]) -> None:
        """Do something at a moment, whatever lives then."""
        heapq.heappush(self._events, (max(moment, self.now), next(self._counter), act))

    def state(self) -> object:
        """Equal only if nothing has happened in between, and nothing will happen otherwise."""
        return self.now, self._past, len(self._events), len(self.violations), self.chance.getstate()

    def next_at(self) -> float | None:
        """When something happens next."""
        return self._events[0][0] if self._events else None

    def happen(self) -> None:
        """Let the next thing happen."""
        self._past += 1
        self.now, _, act = heapq.heappop(self._events)
        act()

    def instant(self, moment: float | None = None) -> datetime:
        """A moment, now by default, as the program reads it."""
        return START + timedelta(seconds=self.now if moment is None else moment)

    def comes_true(self, probability: float) -> bool:
        return self.chance.random() < probability

    def goes_wrong(self, probability: float) -> bool:
        """Whether the weather strikes."""
        return self.now < STORM and self.comes_true(probability)

    def delay(self) -> float:
        """Seconds on the way; mostly short."""
        return self.chance.choice((0.01, 0.05, 0.2)) * (0.5 + self.chance.random())

    def violate(self, what: str) -> None:
        self.violations.append(f"at {self.now:.3f} s: {what}")


class Line:
    """The way to one peer. Requests on one `thread` arrive in the order they were sent."""

    def __init__(self, world: World, *, loss: float, timeout: float) -> None:
        self._world = world
        self._loss = loss
        self._timeout = timeout
        self._arrived: dict[str, float] = {}

    async def ask(
        self, serve: Callable[[], T], *, lost: Callable[[], Exception], thread: str = ""
    ) -> T:
        """What `serve` says, outside this process; `lost` when request or answer is lost.

        A request that has left arrives, whatever becomes of the process meanwhile.
        """
        answer: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        world = self._world
        is_lost = world.goes_wrong(self._loss)
        is_served = not is_lost or world.comes_true(0.5)
        back = world.delay()

        def arrive() -> None:
            outcome = _outcome(serve) if is_served else None
            if is_lost or outcome is None:
                outcome = lambda to: to.set_exception(lost())  # noqa: E731
            at = world.now + (self._timeout * world.chance.random() if is_lost else back)
            world.at(at, lambda: _reply(answer, outcome))

        moment = world.now + world.delay()
        if thread:
            moment = self._arrived[thread] = max(moment, self._arrived.get(thread, 0.0) + 0.001)
        world.at(moment, arrive)
        return await answer


def _outcome(serve: Callable[[], T]) -> Callable[[asyncio.Future[T]], None]:
    try:
        value = serve()
    except Exception as error:
        failure = error
        return lambda to: to.set_exception(failure)
    return lambda to: to.set_result(value)


def _reply(answer: "asyncio.Future[Any]", outcome: Callable[["asyncio.Future[Any]"], None]) -> None:
    loop = answer.get_loop()
    if isinstance(loop, SimulatedLoop) and not loop.is_dead and not answer.done():
        outcome(answer)
