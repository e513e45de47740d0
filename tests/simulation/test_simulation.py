"""The promises hold in the simulated world, and the simulation sees when they do not."""

import random
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from itertools import count

import pytest

from bot.db.books import SqlBooks
from bot.db.tasks import TaskBooks
from bot.errors import Fate, PostError
from bot.video.life import descent, engine
from bot.video.life.submitter import Submitter
from bot.video.models import State
from tests.simulation.database import Database
from tests.simulation.run import Result, Run
from tests.simulation.sweep import runs_of
from tests.simulation.world import Weather

KILLED_EVERYWHERE = 150  # runs; `python -m tests.simulation` does thousands
SECONDS = 60.0  # of processor time, in which a planted fault must be found; on a calm machine, few


@pytest.fixture(scope="module")
def database() -> Iterator[Database]:
    with closing(Database()) as opened:
        yield opened


def shown(failures: list[Result]) -> str:
    return "\n".join(map(str, failures))


def test_promises_hold_when_it_is_killed_at_every_step(database: Database) -> None:
    failures, runs, seed = [], 0, 20_000
    while runs < KILLED_EVERYWHERE:
        for result in runs_of(database, seed, most_steps=160):
            runs += 1
            failures += [result] if result.violations else []
        seed += 1
    assert not failures, shown(failures)


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


# Planted faults: each must be found soon


def first_violation(database: Database, *, stop: str = "kills", **weather: float) -> str:
    """Hunt in such weather until something is found or the time is up; `stop`: kills or freezes."""
    until = time.process_time() + SECONDS
    for seed in count(50_000):
        whole = Run(database, seed, weather=Weather(**weather)).result()
        for step in random.Random(seed).sample(range(whole.steps), 10):
            stopped = Run(database, seed, weather=Weather(**weather), **{stop: [step]}).result()
            if found := whole.violations + stopped.violations:
                return "\n".join(found)
            if time.process_time() > until:
                return ""
    return ""


def test_it_sees_peoples_moves_that_do_not_compare(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def move_from(self, task_id, states, to, **changes):
        return self.note(task_id, state=to, **changes)

    monkeypatch.setattr(TaskBooks, "move_from", move_from)
    assert first_violation(database, people=0.7)


def test_it_sees_a_claim_that_is_forgotten_by_an_unknown_commit(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Submitter, "_unclaim", lambda self, books: None)
    assert "stuck" in first_violation(database, storage=0.2)


def test_it_sees_a_film_submitted_again_after_a_restart(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    tasks_in = TaskBooks.tasks_in

    def forgetful(self, state, *, owner):
        found = tasks_in(self, state, owner=owner)
        if state is not State.SUBMITTING:
            return found
        for task in found:
            self.move(task, State.QUEUED, submitted_at=None)
        return []

    monkeypatch.setattr(TaskBooks, "tasks_in", forgetful)
    assert "submitted twice" in first_violation(database)


def test_it_sees_a_callback_that_is_ignored_while_unconfirmed(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    called_back = engine.called_back

    def deaf(books, task_id, candidate, now):
        task = books.find_task(task_id)
        if task is not None and task.state is State.UNCONFIRMED:
            return True
        return called_back(books, task_id, candidate, now)

    monkeypatch.setattr(engine, "called_back", deaf)
    assert "lost although its callback was taken" in first_violation(database, api=0.4)


def test_it_sees_a_ladder_that_descends_on_an_unknown_outcome(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    failed = descent.failed

    def hasty(books, post, error, now):
        known = PostError(Fate.REFUSED) if error.fate is Fate.UNKNOWN else error
        return failed(books, post, known, now)

    monkeypatch.setattr(descent, "failed", hasty)
    assert "messages of kind film" in first_violation(database, discord=0.4)


def test_it_sees_a_submission_before_the_first_response_is_known(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_task = TaskBooks.add_task

    def eager(self, task, **entry):
        add_task(self, replace(task, ready_at=task.created_at), **entry)

    monkeypatch.setattr(SqlBooks, "add_task", eager)
    assert "before its first response had arrived" in first_violation(database, discord=0.4)
