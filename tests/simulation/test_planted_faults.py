"""Proves that the simulation notices broken promises: it soon finds each planted fault."""

import random
from collections.abc import Iterator
from contextlib import closing
from itertools import count
from typing import Any

import pytest
from msgspec.structs import replace

from bot.clock import SteadyClock
from bot.db.books import SqlBooks
from bot.db.tasks import TaskSqlBooks
from bot.errors import Fate, PostError
from bot.video.life import descent, engine, submitter
from bot.video.life.gate import Gate
from bot.video.life.verdicts import Verdict
from bot.video.outbox import owed
from bot.video.outbox import takes as several
from bot.video.values.videos import State
from tests.simulation.database import Database, Lease
from tests.simulation.run import Run
from tests.simulation.world import Weather

pytestmark = pytest.mark.long

RUNS = 3000  # in which a planted fault must be found; most take a few
STOPS = 40  # of a seed, at most


@pytest.fixture(scope="module")
def database() -> Iterator[Database]:
    with closing(Database()) as opened:
        yield opened


def first_violation(database: Database, *, stop: str = "kills", **weather: float) -> str:
    """Hunt in such weather until something is found, or in vain; `stop`: kills or freezes."""
    runs = 0
    for seed in count(50_000):
        run = Run(database, seed, weather=Weather(**weather))
        with run.begun():
            steps = []
            for step, is_different in run.crashes():
                steps += [step] if is_different else []
                if run.world.violations:  # a program with a fault in it may never come to rest
                    return "\n".join(run.world.violations)
            found = run.ended().violations
        runs += 1
        for step in random.Random(seed).sample(steps, min(len(steps), STOPS)):
            stopped = Run(database, seed, weather=Weather(**weather), **{stop: [step]}).result()
            if found := found + stopped.violations:
                return "\n".join(found)
            runs += 1
        if runs >= RUNS:
            return ""
    return ""


def test_it_sees_peoples_moves_that_do_not_compare(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def move_from(self, task_id, states, to, **changes):
        return self.note(task_id, state=to, **changes)

    monkeypatch.setattr(TaskSqlBooks, "move_from", move_from)
    assert first_violation(database, people=0.7)


def test_it_sees_moves_of_a_driver_that_do_not_compare(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where others have taken over, the fence and the comparison each hide the other's absence."""

    def move(self, task, to, **changes):
        return self.note(task.id, state=to, **changes)

    monkeypatch.setattr(TaskSqlBooks, "move", move)
    monkeypatch.setattr(SqlBooks, "drives", lambda self, owner: True)
    assert "was moved from" in first_violation(database, stop="freezes")


def test_it_sees_a_lease_that_is_never_checked(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Lease, "is_held", lambda self: True)
    assert first_violation(database, stop="freezes")


def test_it_sees_an_outage_that_stops_nobody(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Gate, "shut", lambda self, *_, **__: None)
    assert "before the API was well again" in first_violation(database, api=0.4)


def test_it_sees_a_video_refused_for_its_own_sake_that_never_steps_back(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(submitter, "verdict", lambda trial: Verdict.PAUSE)
    assert "times in vain" in first_violation(database, own=0.5)


def test_it_sees_tries_that_a_restart_forgets(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    step_back: Any = vars(submitter)["step_back"]

    def forgetful(books, task, tries, until):
        step_back(books, task, 0, until)

    monkeypatch.setattr(submitter, "step_back", forgetful)
    assert first_violation(database, own=0.5)


def test_it_sees_a_clock_that_is_followed_wherever_it_is_set(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(SteadyClock, "now", lambda self: self._source.now())
    assert first_violation(database, clock=1.0)


def test_it_sees_a_step_of_the_clock_that_moves_nothing(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(SqlBooks, "move_times", lambda self, *_, **__: None)
    assert first_violation(database, clock=1.0)


def test_it_sees_a_claim_that_is_forgotten_by_an_unknown_commit(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.video.life.submitter.unclaim", lambda *_, **__: None)
    assert "stuck" in first_violation(database, storage=0.2)


def test_it_sees_a_film_submitted_again_after_a_restart(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    tasks_in = TaskSqlBooks.tasks_in

    def forgetful(self, state, *, owner):
        found = tasks_in(self, state, owner=owner)
        if state is not State.SUBMITTING:
            return found
        for task in found:
            self.move(task, State.QUEUED, submitted_at=None)
        return []

    monkeypatch.setattr(TaskSqlBooks, "tasks_in", forgetful)
    assert "submitted twice" in first_violation(database)


def test_it_sees_a_callback_that_is_ignored_while_unconfirmed(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    called_back: Any = vars(engine)["called_back"]

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
    assert "though channel was open" in first_violation(database, discord=0.4)


def test_it_sees_a_submission_before_the_first_response_is_known(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_task = TaskSqlBooks.add_task

    def eager(self, task, **entry):
        add_task(self, replace(task, ready_at=task.created_at), **entry)

    monkeypatch.setattr(SqlBooks, "add_task", eager)
    assert "before its first response had arrived" in first_violation(database, discord=0.4)


def test_it_sees_an_interaction_that_is_accepted_again(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(SqlBooks, "keep_interaction", lambda self, interaction_id, *, by: True)
    found = first_violation(database, again=1.0)
    assert "two videos were accepted for one interaction" in found


def test_it_sees_a_message_for_each_of_several_takes(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def hasty(books, task, request, now):
        several._owe(books, [task], request, now)

    monkeypatch.setattr(owed, "owe_news", hasty)
    assert "pinged more than once" in first_violation(database)
