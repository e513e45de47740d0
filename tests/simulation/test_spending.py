"""In no rolling 24 hours and in no month is more ordered than allowed, whatever happens between."""

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test
from msgspec.structs import replace
from sqlalchemy import func, select

from bot.db.columns import among
from bot.db.ledgers import LedgerBooks
from bot.db.tables import tasks
from bot.video.limits.room import Standing
from bot.video.limits.spending import Spending
from bot.video.models import WAITING
from tests.simulation.spending import Spenders

EXAMPLES = {"sqlite": 25, "postgresql": 4}
URLS = {"sqlite": "sqlite_url", "postgresql": "pg_url"}


def play(url: str, *, examples: int) -> None:
    run_state_machine_as_test(
        lambda: Spenders(url),
        settings=settings(
            max_examples=examples,
            stateful_step_count=25,
            deadline=None,
            database=None,
            derandomize=True,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.long
@pytest.mark.parametrize("kind", EXAMPLES)
def test_whatever_is_held_let_go_turned_back_or_restarted_no_more_is_ordered_than_allowed(
    kind: str, request: pytest.FixtureRequest
) -> None:
    play(request.getfixturevalue(URLS[kind]), examples=EXAMPLES[kind])


def ask_only_at_acceptance(monkeypatch: pytest.MonkeyPatch) -> None:
    """By the date of acceptance, and never again."""
    billed = LedgerBooks.billed

    def billed_by_acceptance(self, *, since, **values):
        old = select(func.coalesce(func.sum(tasks.c.price), 0)).where(
            tasks.c.created_at <= since, among(tasks.c.state, WAITING)
        )
        forgotten = int(self.connection.execute(old).scalar())
        found = billed(self, since=since, **values)
        return replace(found, waiting=max(0, found.waiting - forgotten))

    monkeypatch.setattr(Spending, "lacks", lambda self, server_id, price: None)
    monkeypatch.setattr(LedgerBooks, "billed", billed_by_acceptance)


def count_only_what_was_settled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Standing, "wasted", 0)


@pytest.mark.long
@pytest.mark.parametrize(
    ("plant", "seen"),
    [
        (ask_only_at_acceptance, "were ordered in"),
        (count_only_what_was_settled, "costs more than twice"),
    ],
)
def test_it_sees_a_planted_fault(
    plant: Callable[[pytest.MonkeyPatch], None],
    seen: str,
    sqlite_url: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    plant(monkeypatch)
    with pytest.raises(AssertionError, match=seen):
        play(sqlite_url, examples=80)
