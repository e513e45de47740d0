"""`python -m tests.fuzz --inputs N [--seed S]`: made-up inputs for everything that parses."""

import argparse
import os
import random
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from itertools import chain
from multiprocessing import get_context

from tests.fuzz.targets import TARGETS, feed

CHUNK = 5000


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--inputs", type=int, default=1_000_000, help="in all")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**9))
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    arguments = parser.parse_args()
    each = -(-arguments.inputs // len(TARGETS))
    sys.stdout.write(f"seed {arguments.seed}, {each} inputs for each of {', '.join(TARGETS)}\n")
    started = time.monotonic()
    pieces = [
        (target, arguments.seed + offset, min(CHUNK, each - offset))
        for target in TARGETS
        for offset in range(0, each, CHUNK)
    ]
    with ProcessPoolExecutor(arguments.processes, mp_context=get_context("spawn")) as pool:
        list(chain(pool.map(feed, *zip(*pieces, strict=True))))
    seconds = time.monotonic() - started
    sys.stdout.write(f"{each * len(TARGETS)} inputs, {seconds:.0f} s, no undeclared exception\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
