"""A few kills in bad weather, for each test run; `make chaos` makes hundreds."""

from pathlib import Path

import pytest

from tests.chaos.round import Plan, play

pytestmark = pytest.mark.long

KILLS = 2


@pytest.mark.timeout(300)
async def test_no_promise_is_broken_by_kills_in_bad_weather(
    tmp_path: Path, sqlite_url: str
) -> None:
    plan = Plan(seed="ci", database="sqlite", has_callbacks=True, kills=KILLS)

    result = await play(plan, folder=tmp_path, url=sqlite_url, patience=4.0)

    assert result.kills.total() == KILLS
    assert result.outcomes.total() > 0
    assert result.findings.broken == []
