"""The benchmarks run, small, against real processes; their figures are not judged here."""

import asyncio
import sys
from pathlib import Path

import pytest

from benchmarks.figures import Figure, quantile, table

pytestmark = pytest.mark.long

ROOT = Path(__file__).parent.parent


def test_a_missed_target_is_told_apart_from_a_met_one():
    met = Figure(what="first", measured=20, unit="ms", target=25)
    missed = Figure(what="second", measured=30, unit="ms", target=25, bare=10)
    assert (met.is_met, missed.is_met) == (True, False)
    lines = table([met, missed]).splitlines()
    assert "yes" in lines[2]
    assert "NO" in lines[3]
    assert "3.00" in lines[3]


def test_a_ratio_above_its_target_is_a_miss():
    assert not Figure(what="start", measured=3, unit="s", bare=1, ratio_target=2).is_met


def test_a_quantile_is_one_of_the_values():
    assert quantile(range(100), 0.99) == 99
    assert quantile([3.0], 0.5) == 3.0


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("rush", "the few have their cards"),
        ("polling", "every 5 s: mean delay"),
        ("start", "idle memory"),
        ("waiting", "memory per video"),
        ("callbacks", "callback to video"),
        ("others", "searches for words"),
        ("retention", "SQLite, 2,000 old videos"),
        ("move", "2,000 videos: memory"),
        ("day", "wait of others in the crowd's hour"),
        ("servers", "servers known"),
    ],
)
async def test_a_benchmark_prints_its_table(name: str, expected: str):
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "benchmarks", name, "--quick"),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(100):
            printed, _ = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    assert process.returncode == 0
    assert expected in printed.decode()
