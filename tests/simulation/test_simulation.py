"""The promises hold in the simulated world; `test_planted_faults.py` proves that it notices."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing

import pytest

from tests.simulation.database import Database
from tests.simulation.run import Result, Run

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def database() -> Iterator[Database]:
    with closing(Database()) as opened:
        yield opened


def shown(failures: list[Result]) -> str:
    return "\n".join(map(str, failures))


def test_promises_hold_when_it_is_killed_at_every_step() -> None:
    """As in `.ci/run`, where there are thousands. A process of its own: it forks."""
    command = [sys.executable, "-m", "tests.simulation", "--crashes", "100", "--processes", "1"]
    done = subprocess.run([*command, "--first-seed", "20000"], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "no failures" in done.stdout


@pytest.mark.parametrize("seed", [20_101, 20_102])  # some hundred steps: each is a run
def test_steps_that_are_taken_for_one_crash_are_one(database: Database, seed: int) -> None:
    """After each of them, the world goes the same way, in however many steps."""
    run = Run(database, seed)
    with run.begun():
        differs = [is_different for _, is_different in run.crashes()]
    ways = [Run(database, seed, [step + 1]).result() for step in range(len(differs))]
    equal = [step for step, is_different in enumerate(differs) if not is_different]
    assert len(equal) > len(differs) * 0.45, "there are many to compare"
    for step in equal:
        sooner, later = ways[step - 1], ways[step]
        assert (sooner.trace, sooner.violations) == (later.trace, later.violations)


def test_promises_hold_in_all_weathers(database: Database) -> None:
    results = [Run(database, seed).result() for seed in range(30_000, 30_040)]
    failures = [result for result in results if result.violations]
    assert not failures, shown(failures)


def test_the_same_seed_is_the_same_run(database: Database) -> None:
    for seed in range(40_000, 40_005):
        assert Run(database, seed, [50]).result() == Run(database, seed, [50]).result()


def test_a_failure_prints_the_command_that_repeats_it() -> None:
    result = Result(seed=7, kills=(3, 9), freezes=(5,), steps=10, violations=("late",), trace=0)
    command = "python -m tests.simulation --seed 7 --kill 3 --kill 9 --freeze 5"
    assert str(result) == f"{command}\n  late"
