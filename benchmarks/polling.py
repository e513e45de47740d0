"""Polling running tasks, simulated: requests and delay, compared with other policies."""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import count
from random import Random
from statistics import fmean

from benchmarks.figures import Figure, quantile
from bot.video.life.polling import next_look

TITLE = (
    "Polling, simulated (lognormal true durations, round trip 120 ms, progress in whole percents)"
)
ROUND_TRIP = 0.12  # seconds
SEED = 20261123
ORDINARY = 300.0  # seconds, also the API's estimate

# Seconds until the next look, by the task's age, its progress, and the number of looks so far.
Policy = Callable[[float, int, int], float]


@dataclass(frozen=True, kw_only=True)
class Found:
    """The cost of noticing a video's end: requests, and seconds from the end to the notice."""

    requests: int
    delay: float


async def measure(*, is_quick: bool) -> list[Figure]:
    """Compare our policy with a fixed interval and with exponential backoff."""
    films = 200 if is_quick else 20_000
    policies: dict[str, Policy] = {
        "every 2 s": lambda age, progress, looks: 2.0,
        "every 5 s": lambda age, progress, looks: 5.0,
        "backoff x1.5 up to 30 s": lambda age, progress, looks: min(30.0, 1.5**looks),
    }
    figures = _figures("300 s", _ours, _durations(films, ORDINARY, 0.25), targets=(16, 1.7))
    for name, policy in policies.items():
        figures += _figures(f"300 s, {name}", policy, _durations(films, ORDINARY, 0.25))
    for seconds, spread in ((300.0, 0.6), (100.0, 0.25), (900.0, 0.25)):
        what = f"{seconds:.0f} s (estimated as 300 s, sigma {spread})"
        figures += _figures(what, _ours, _durations(films, seconds, spread))
    return figures


def _ours(age: float, progress: int, looks: int) -> float:
    return next_look(age=age, estimate=ORDINARY, progress=progress)


def _durations(count: int, median: float, sigma: float) -> Iterable[float]:
    random = Random(SEED)
    return [median * math.exp(random.gauss(0.0, sigma)) for _ in range(count)]


def _figures(
    what: str,
    policy: Policy,
    durations: Iterable[float],
    targets: tuple[float | None, float | None] = (None, None),
) -> list[Figure]:
    found = [_followed(duration, policy) for duration in durations]
    delays: Sequence[float] = [each.delay for each in found]
    requests = fmean(each.requests for each in found)
    return [
        Figure(what=f"{what}: requests", measured=requests, unit="", target=targets[0]),
        Figure(what=f"{what}: mean delay", measured=fmean(delays), unit="s", target=targets[1]),
        Figure(what=f"{what}: p99 delay", measured=quantile(delays, 0.99), unit="s"),
    ]


def _followed(duration: float, policy: Policy) -> Found:
    age = policy(0.0, 0, 0)
    for looks in count(1):
        seen = age + ROUND_TRIP / 2  # the moment the API answers
        age += ROUND_TRIP
        if seen >= duration:
            return Found(requests=looks, delay=age - duration)
        age += policy(age, int(100 * seen / duration), looks)
    raise AssertionError
