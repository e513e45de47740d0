"""No rolling 24 hours and no month has more orders than allowed, whatever happens."""

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test
from sqlalchemy import func, select, true

from bot.db.ledgers import LedgerSqlBooks
from bot.db.tables import charges, tasks
from bot.video.limits.spending import Spending
from bot.video.limits.usage import Usage
from bot.video.values.ledgers import Bill, Billed
from tests.simulation.spending import Spenders

EXAMPLES = {"sqlite": 20, "postgresql": 3}
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

    def billed_by_acceptance(self, *, since, amount, server_id=None):
        of_server = true() if server_id is None else tasks.c.server_id == server_id
        price = select(func.coalesce(func.sum(tasks.c.price), 0)).join(charges)
        counting = (tasks.c.created_at > since, charges.c.state != Bill.RELEASED, of_server)
        found = self.connection.execute(price.where(*counting)).scalar()
        return Billed(ordered=int(found), waiting=0)

    monkeypatch.setattr(Spending, "lacks", lambda self, server_id, price: None)
    monkeypatch.setattr(LedgerSqlBooks, "billed", billed_by_acceptance)


def count_only_what_was_settled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Usage, "wasted", 0)


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
