"""`python -m tests.chaos --kills N`: rounds of kills and faults; exits 1 on a broken promise."""

import argparse
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from pathlib import Path
from random import Random
from time import monotonic

import pytest

from tests.chaos.round import Plan, Result, played

KILLS_A_ROUND = 9  # of each process
KINDS = "sqlite", "postgresql"
SCENES = sorted(str(file) for file in Path(__file__).with_name("scenes").glob("scene_*.py"))


def main() -> int:
    parser = _parser()
    chosen = parser.parse_args()
    if chosen.processes > 1 and chosen.database != "postgresql":
        parser.error("several processes need --database postgresql")
    started = monotonic()
    results = []
    with ProcessPoolExecutor(chosen.at_once, mp_context=get_context("spawn")) as pool:
        playing = [pool.submit(played, plan, chosen.patience) for plan in _plans(chosen)]
        for done in as_completed(playing):
            results.append(done.result())
            _tell(results[-1])
    _sum_up(results, monotonic() - started)
    is_broken = any(result.findings.broken for result in results)
    return (
        1
        if is_broken or (chosen.scenes and pytest.main(["-q", "-s", "-m", "long", *SCENES]))
        else 0
    )


def _plans(chosen: argparse.Namespace) -> Iterator[Plan]:
    left, number = chosen.kills, chosen.round
    while left > 0:
        chance = Random(f"{chosen.seed}/{number}")
        kinds = KINDS if chosen.database == "both" else (chosen.database,)
        plan = Plan(
            seed=f"{chosen.seed}/{number}",
            database=kinds[number % len(kinds)],
            has_callbacks=chance.random() < 0.7,
            kills=min(left, KILLS_A_ROUND * chosen.processes),
            processes=chosen.processes,
            restarts=chosen.restarts,
        )
        yield plan
        left, number = left - plan.kills, number + 1


def _tell(result: Result) -> None:
    plan = result.plan
    mode = "callbacks" if plan.has_callbacks else "polling"
    verdict = "broken" if result.findings.broken else "in order"
    _say(
        f"{plan.seed} {plan.database}, {mode}: {plan.kills} kills, {result.acts} acts, "
        f"{result.faults} faults, {result.submissions} submissions, {_told(result.outcomes)}; "
        f"time moved {result.waits} times; {verdict}"
    )
    for each in result.takeovers:
        if each.late:
            _say(f"  LATE {each}")
    for line in result.findings.broken:
        _say(f"  BROKEN {line}")
    if result.findings.broken:
        seed, number = plan.seed.rsplit("/", 1)
        options = f"--seed {seed} --round {number} --kills {plan.kills}"
        options += f" --processes {plan.processes} --restarts {plan.restarts}"
        _say(f"  again: python -m tests.chaos {options} --database {plan.database}")


def _sum_up(results: Sequence[Result], seconds: float) -> None:
    def total(name: str) -> Counter[str]:
        return sum((getattr(result, name) for result in results), Counter())

    kills = total("kills")
    broken = sum(len(result.findings.broken) for result in results)
    known: Counter[str] = sum((result.findings.known for result in results), Counter())
    _say(f"{kills.total()} kills in {len(results)} rounds, {seconds:.0f} s: {_told(kills)}")
    _say(f"killed with: {_told(total('killed_in'))}")
    _say(f"films: {_told(total('outcomes'))}")
    if took := [each for result in results for each in result.takeovers if each.has_heirs]:
        driven, heard = (max(getattr(each, of) for each in took) for of in ("driven", "heard"))
        _say(f"{len(took)} takeovers: all driven after {driven:.1f} s, heard after {heard:.1f} s")
    _say(f"promises broken: {broken}")
    for cause, count in known.most_common():
        _say(f"not promised: {count} x {cause}")


def _told(counts: Counter[str]) -> str:
    return ", ".join(f"{count} {name}" for name, count in counts.most_common()) or "none"


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--kills", type=int, default=300, help="so many in all")
    parser.add_argument("--seed", default="1", help="any word")
    parser.add_argument("--round", type=int, default=0, help="the number of the first round")
    parser.add_argument("--database", choices=(*KINDS, "both"), default="both")
    parser.add_argument("--patience", type=float, default=8.0, help="seconds before time is moved")
    parser.add_argument("--processes", type=int, default=1, help="of the bot, on one PostgreSQL")
    parser.add_argument("--restarts", type=int, default=0, help="of PostgreSQL, in each round")
    parser.add_argument("--at-once", type=int, default=3, help="rounds played at once")
    parser.add_argument("--scenes", action="store_true", help="then a lost lease, a slow disk ...")
    return parser


if __name__ == "__main__":
    sys.exit(main())
