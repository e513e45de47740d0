"""One round from a seed: people, faults and kills, then calm, then a check of the books."""

import asyncio
import re
from collections import Counter
from collections.abc import Coroutine, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from time import monotonic

from bot.db import upgrade
from tests.chaos.books import Audit, Findings
from tests.chaos.database import Database
from tests.chaos.harness import Harness, open_harness
from tests.chaos.history import History
from tests.chaos.people import People
from tests.chaos.postgres import Postgres
from tests.chaos.strikes import Striker
from tests.chaos.takeover import Takeover, takeover
from tests.chaos.weather import Weather

LEASE_SECONDS = 12.0  # a process that was killed holds its films so long on PostgreSQL
CUT_OFF = re.compile(r" of \S+ failed bot\.errors\.(StorageDown|CommitUnknown)")
OUTAGE = (  # what the program says while PostgreSQL restarts
    "The database at ",  # a start meanwhile
    "The database went away, so the bot stopped",
    "The database fails, and is tried again",
    "The database still fails",
)
REST_SECONDS = 120.0  # in which nothing got done, with time passing in the rows: then it is stuck


@dataclass(frozen=True, kw_only=True)
class Plan:
    """A round's plan; the same plan gives the same round, as far as real processes allow."""

    seed: str
    database: str  # its kind
    has_callbacks: bool
    kills: int
    processes: int = 1
    restarts: int = 0  # of PostgreSQL


@dataclass(kw_only=True)
class Result:
    """What a round came to."""

    plan: Plan
    findings: Findings = field(default_factory=Findings)
    kills: Counter[str] = field(default_factory=Counter)
    killed_in: Counter[str] = field(default_factory=Counter)
    outcomes: Counter[str] = field(default_factory=Counter)
    faults: int = 0
    acts: int = 0
    submissions: int = 0
    waits: int = 0
    takeovers: list[Takeover] = field(default_factory=list)


def played(plan: Plan, patience: float) -> Result:
    """Play a round on a database of its own."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="chaos-")))
        url, server = f"sqlite:///{folder / 'bot.db'}", None
        if plan.database == "postgresql":
            server = stack.enter_context(Postgres())
            url = server.url
            patience += LEASE_SECONDS
        upgrade(url)
        return asyncio.run(play(plan, folder=folder, url=url, patience=patience, server=server))


async def play(
    plan: Plan, *, folder: Path, url: str, patience: float, server: Postgres | None = None
) -> Result:
    """Play a round in `folder` on the empty database at `url`, of a `server` that restarts.

    After `patience` seconds of rest that did not suffice, time is moved in the stopped database.
    """
    result = Result(plan=plan)
    database = Database(url)
    async with open_harness(
        folder,
        database=url,
        has_callbacks=plan.has_callbacks,
        seed=plan.seed,
        processes=plan.processes,
    ) as harness:
        history = History(harness.discord)
        await _trouble(harness, database, result, server)
        await _rest(harness, database, result, patience)
        if any([await each.stop() != 0 for each in harness.bots]):
            result.findings.broken.append("it did not end when it was asked to")
        _judge(harness, database, history, result)
    return result


async def _trouble(
    harness: Harness, database: Database, result: Result, server: Postgres | None
) -> None:
    plan = result.plan
    people = People(harness.discord, plan.seed)
    weather = Weather(harness, Random(f"{plan.seed}/weather"))
    striker = Striker(harness, Random(f"{plan.seed}/strikes"))
    await harness.start()
    await harness.online()
    with _going_on(people.live(), weather.blow()):
        for number in range(plan.kills):
            result.kills[await striker.strike()] += 1
            result.killed_in += database.unfinished()
            if server is not None and _is_restarted(plan, number):
                await asyncio.to_thread(server.stop)
                await asyncio.to_thread(server.start)
            elif striker.waits():
                result.takeovers.append(await takeover(harness, database))
            await harness.start()
    weather.clear()
    result.faults = weather.ordered
    result.acts = len(people.asked) + len(people.pressed)


async def _rest(harness: Harness, database: Database, result: Result, patience: float) -> None:
    await harness.online()
    least, deadline = database.unfinished().total(), monotonic() + REST_SECONDS
    while not await came_to_rest(harness, database, patience):
        left = database.unfinished().total()
        if left < least:
            least, deadline = left, monotonic() + REST_SECONDS
        if monotonic() > deadline:
            result.findings.broken.append(f"stuck: {dict(database.unfinished())}")
            return
        await harness.kill()
        database.pass_time(datetime.now(UTC))
        result.waits += 1
        await harness.start()
        await harness.online()


async def came_to_rest(harness: Harness, database: Database, patience: float) -> bool:
    """Whether nothing is left to do within so many seconds."""
    until = monotonic() + patience
    while monotonic() < until:
        is_made = all(not task.running for task in harness.api.tasks.values())
        if is_made and not database.unfinished():
            return True
        await harness.pulse(0.3)
    return False


def _judge(harness: Harness, database: Database, history: History, result: Result) -> None:
    found = Audit(database, harness.api, history).findings()
    result.findings.broken += found.broken + _faults_of_its_own(harness, result.plan.restarts)
    late = [each for each in result.takeovers if each.is_broken]
    result.findings.broken += [f"taken over too late: {each}" for each in late]
    result.findings.known += found.known
    result.outcomes = Counter(f"{task.state}" for task in database.tasks())
    result.submissions = len(harness.api.requests)


def _faults_of_its_own(harness: Harness, restarts: int) -> list[str]:
    """Errors that the program only logs: nobody foresaw them."""
    faults = Counter(line for each in harness.bots for line in each.complaints())
    return [
        f"logged {count} times: {line}"
        for line, count in faults.items()
        if not (restarts and (line.startswith(OUTAGE) or CUT_OFF.search(line)))
    ]


def _is_restarted(plan: Plan, number: int) -> bool:
    """Whether PostgreSQL restarts after the kill with this number; evenly over a round."""
    before, after = (plan.restarts * each // plan.kills for each in (number, number + 1))
    return before != after


@contextmanager
def _going_on(*works: Coroutine[object, object, None]) -> Iterator[None]:
    """What goes on beside; a fault of the harness itself is raised, not swallowed."""
    tasks = [asyncio.create_task(work) for work in works]
    try:
        yield
        for task in tasks:
            if task.done():
                task.result()
    finally:
        for task in tasks:
            task.cancel()
