"""Many runs across processes: seed by seed, killed after every step, and more at random."""

import gc
from collections.abc import Iterable
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from contextlib import closing
from dataclasses import dataclass
from itertools import count
from multiprocessing import get_context

from tests.simulation.branches import branches
from tests.simulation.database import Database
from tests.simulation.run import Result, Run

MOST_STEPS = 400  # of a run that is killed at every one of them; longer ones, at random steps
AT_RANDOM = 4  # of them, about: so many are killed several times, and as many frozen
FAILURES_SHOWN = 5


@dataclass(frozen=True, kw_only=True)
class Tally:
    """What a number of seeds came to."""

    seeds: int = 0
    crashes: int = 0  # steps that were killed at, equal ones included
    different: int = 0  # of them, each a run
    several: int = 0  # runs that were killed more than once, or frozen
    failed: int = 0
    failures: tuple[Result, ...] = ()

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(
            seeds=self.seeds + other.seeds,
            crashes=self.crashes + other.crashes,
            different=self.different + other.different,
            several=self.several + other.several,
            failed=self.failed + other.failed,
            failures=(self.failures + other.failures)[:FAILURES_SHOWN],
        )

    def __str__(self) -> str:
        return (
            f"{self.seeds} seeds, killed after each of {self.crashes} steps ({self.different} "
            f"different crashes), {self.several} times stopped at random: "
            f"{self.failed or 'no'} failures"
        )


def sweep(*, crashes: int, first_seed: int, processes: int) -> Tally:
    """At least so many crashes, on so many processes."""
    total = Tally()
    seeds = count(first_seed)
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        working = {pool.submit(_seed, next(seeds)) for _ in range(processes)}
        while working:
            done, working = wait(working, return_when=FIRST_COMPLETED)
            for each in done:
                total += each.result()
                if total.crashes < crashes:
                    working.add(pool.submit(_seed, next(seeds)))
    return total


def _seed(seed: int) -> Tally:
    with closing(Database()) as database:
        steps = Run(database, seed).result().steps
        everywhere = steps <= MOST_STEPS
        gc.collect()
        gc.freeze()  # or each branch would copy what it only counts
        results = tally(
            branches(database, seed, everywhere=everywhere, at_random=AT_RANDOM / steps)
        )
        gc.unfreeze()
    return results + Tally(seeds=1, crashes=steps if everywhere else 0)


def tally(results: Iterable[Result]) -> Tally:
    """Count runs, and keep the first failures."""
    total = Tally()
    for result in results:
        failures = (result,) if result.violations else ()
        total += Tally(
            different=int(len(result.kills) == 1 and not result.freezes),
            several=int(len(result.kills) > 1 or bool(result.freezes)),
            failed=len(failures),
            failures=failures,
        )
    return total
