"""`python -m tests.simulation --crashes N`: the proof at any size; `--seed` repeats one run."""

import argparse
import os
import sys
import time
from contextlib import closing

from tests.simulation.database import Database
from tests.simulation.run import Run
from tests.simulation.sweep import sweep


def main() -> int:
    arguments = _parser().parse_args()
    if arguments.seed is not None:
        return _replay(arguments.seed, arguments.kill, arguments.freeze)
    started = time.monotonic()
    done = sweep(
        crashes=arguments.crashes,
        first_seed=arguments.first_seed,
        processes=arguments.processes,
    )
    seconds = time.monotonic() - started
    sys.stdout.write(f"from {arguments.first_seed} on {done}, {seconds:.0f} s\n")
    sys.stdout.writelines(f"{each}\n" for each in done.failures)
    return 1 if done.failed else 0


def _replay(seed: int, kills: list[int], freezes: list[int]) -> int:
    with closing(Database()) as database:
        result = Run(database, seed, kills, freezes=freezes).result()
    sys.stdout.write(f"{result}\n")
    return 1 if result.violations else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("--crashes", type=int, default=9000, help="at least so many")
    parser.add_argument("--first-seed", type=int, default=0)
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--seed", type=int, help="this seed only")
    parser.add_argument("--kill", type=int, action="append", default=[], help="after this step")
    parser.add_argument("--freeze", type=int, action="append", default=[], help="after this step")
    return parser


if __name__ == "__main__":
    sys.exit(main())
