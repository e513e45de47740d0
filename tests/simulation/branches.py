"""A run with branches: the outcome when it is stopped after each of its steps.

The steps before a branch run once: each branch continues in a copy of the process."""

import random
from collections.abc import Iterator
from itertools import accumulate

from tests.simulation.child import in_child
from tests.simulation.database import Database
from tests.simulation.run import Result, Run

MORE_KILLS = 3
APART = 200  # steps between them, at most


def branches(
    database: Database, seed: int, *, everywhere: bool, at_random: float
) -> Iterator[Result]:
    """The run killed after each step if `everywhere`, equal ones once; at last the run as it is.

    Besides, that share of the steps is followed by several kills, and as many by a freeze.
    """
    run, chance = Run(database, seed), random.Random(seed)
    with run.begun():
        for step, is_different in run.crashes():
            if everywhere and is_different:
                yield in_child(lambda: run.ended_by(kills=[run.steps]))
            if chance.random() < at_random:
                kills = [step, *_later(step, chance, least=1)]
                yield in_child(lambda: run.ended_by(kills=kills))  # noqa: B023 - called at once
            if chance.random() < at_random:
                kills = _later(step, chance, least=0)
                yield in_child(lambda: run.ended_by(freezes=[run.steps], kills=kills))  # noqa: B023
        yield run.ended()


def _later(step: int, chance: random.Random, *, least: int) -> list[int]:
    pauses = [chance.randint(1, APART) for _ in range(chance.randint(least, MORE_KILLS))]
    return list(accumulate(pauses, initial=step))[1:]
