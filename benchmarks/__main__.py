"""`python -m benchmarks [NAME ...] [--quick]`: measures and prints one table per benchmark."""

import argparse
import asyncio
import os
import platform
import sys
from collections.abc import Awaitable, Callable
from importlib import import_module
from typing import Any

import psutil

from benchmarks.figures import Figure, table

NAMES = (
    "first_response",
    "rush",
    "processes",
    "waiting",
    "polling",
    "callbacks",
    "start",
    "hour",
    "growth",
    "retention",
    "move",
    "day",
    "servers",
    "others",
)


def main() -> int:
    """Run the named benchmarks, or all; returns 1 if a target is missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(NAMES)}")
    parser.add_argument("--quick", action="store_true", help="small sizes, to see that it works")
    chosen = parser.parse_args()
    if unknown := set(chosen.names) - set(NAMES):
        parser.error(f"no such benchmark: {', '.join(sorted(unknown))}")
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores\n")
    met = [_show(name, is_quick=chosen.quick) for name in chosen.names or NAMES]
    return 0 if all(met) or chosen.quick else 1


def _show(name: str, *, is_quick: bool) -> bool:
    bench = import_module(f"benchmarks.{name}")
    measure: Callable[..., Awaitable[list[Figure]]] = bench.measure
    before = psutil.cpu_times()
    figures = asyncio.run(_measured(measure, is_quick))
    print(f"{bench.TITLE} ({_circumstances(before)})\n\n{table(figures)}\n", flush=True)
    return all(figure.is_met for figure in figures)


def _circumstances(before: Any) -> str:
    """How busy the machine was, and its host: time that other guests took is in every figure.

    https://psutil.readthedocs.io/en/latest/#psutil.cpu_times
    """
    after = psutil.cpu_times()
    taken = getattr(after, "steal", 0.0) - getattr(before, "steal", 0.0)
    share = taken / max(0.01, sum(after) - sum(before))
    return f"load average {os.getloadavg()[0]:.1f} at its end, {share:.0%} taken by other guests"


async def _measured(
    measure: Callable[..., Awaitable[list[Figure]]], is_quick: bool
) -> list[Figure]:
    return await measure(is_quick=is_quick)


if __name__ == "__main__":
    sys.exit(main())
