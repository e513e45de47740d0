"""Hypothesis plays people, the API, time and restarts on the real store, on both databases."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from bot.video.life import engine
from bot.video.moderation import approval
from tests.simulation.life import Life

pytestmark = pytest.mark.long

EXAMPLES = {"sqlite": 8, "postgresql": 2}


@pytest.mark.parametrize("kind", EXAMPLES)
def test_whatever_happens_in_whatever_order(kind: str, request: pytest.FixtureRequest) -> None:
    url = request.getfixturevalue({"sqlite": "sqlite_url", "postgresql": "pg_url"}[kind])
    play(url, examples=EXAMPLES[kind])


def play(url: str, *, examples: int, **more: Any) -> None:
    run_state_machine_as_test(
        lambda: Life(url),
        settings=settings(
            max_examples=examples,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            **more,
        ),
    )


def order_all_of_a_copy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "end_old_queue", lambda books, now: [])


def let_go_what_is_denied(monkeypatch: pytest.MonkeyPatch) -> None:
    approve = approval.approve
    monkeypatch.setattr(
        approval, "deny", lambda books, act, task_id, _: approve(books, act, task_id)
    )


@pytest.mark.parametrize("plant", [order_all_of_a_copy, let_go_what_is_denied])
def test_it_sees_a_planted_fault(
    plant: Callable[[pytest.MonkeyPatch], None], sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant(monkeypatch)
    with pytest.raises(AssertionError, match="went on"):
        play(sqlite_url, examples=60, database=None, derandomize=True, phases=[Phase.generate])
