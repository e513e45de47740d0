"""Many runs: a kill at every single step of a seed, several kills at random, over processes."""

import random
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from contextlib import closing
from dataclasses import dataclass
from itertools import count
from multiprocessing import get_context

from tests.simulation.database import Database
from tests.simulation.run import Result, Run

MOST_KILLS = 4
FREEZES = 8  # at random steps of each seed
MOST_STEPS = 300  # of a run that is killed at every one of them; longer ones, at random steps
FAILURES_SHOWN = 5


@dataclass(frozen=True, kw_only=True)
class Tally:
    """What a number of runs came to."""

    seeds: int = 0
    runs: int = 0
    steps: int = 0
    failed: int = 0
    failures: tuple[Result, ...] = ()

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(
            seeds=self.seeds + other.seeds,
            runs=self.runs + other.runs,
            steps=self.steps + other.steps,
            failed=self.failed + other.failed,
            failures=(self.failures + other.failures)[:FAILURES_SHOWN],
        )


def runs_of(database: Database, seed: int, *, most_steps: int = MOST_STEPS) -> Iterator[Result]:
    """The run as it is, then killed after each single step, then a few times in a row; then frozen.

    A long run is not killed everywhere.
    """
    whole = Run(database, seed).result()
    yield whole
    if whole.steps <= most_steps:
        for step in range(1, whole.steps + 1):
            yield Run(database, seed, [step]).result()
    chance = random.Random(seed)
    for kills in range(1, MOST_KILLS + 1):
        steps = [chance.randint(1, whole.steps * 2) for _ in range(kills)]
        yield Run(database, seed, steps).result()
    for _ in range(FREEZES):
        yield Run(database, seed, freezes=[chance.randint(1, whole.steps)]).result()


def tally(results: Iterable[Result]) -> Tally:
    """Count, and keep the first failures."""
    total = Tally(seeds=1)
    for result in results:
        failures = (result,) if result.violations else ()
        one = Tally(runs=1, steps=result.steps, failed=len(failures), failures=failures)
        total += one
    return total


def sweep(*, runs: int, first_seed: int, processes: int) -> Tally:
    """At least `runs` runs, seed by seed, on so many processes."""
    total = Tally()
    seeds = count(first_seed)
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        working = {pool.submit(_seed, next(seeds)) for _ in range(processes * 2)}
        while working:
            done, working = wait(working, return_when=FIRST_COMPLETED)
            for each in done:
                total += each.result()
                if total.runs < runs:
                    working.add(pool.submit(_seed, next(seeds)))
    return total


def _seed(seed: int) -> Tally:
    with closing(Database()) as database:
        return tally(runs_of(database, seed))
