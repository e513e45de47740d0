"""A process that cannot reach the video API, or has a wrong key, does not stop the others."""

import pytest

from bot.db.sqlite import FileLease
from bot.errors import ApiError, Cause, Certainty
from bot.video.life.agreed_gate import agree
from bot.video.life.gate import Gate
from tests.fakes import FakeApi
from tests.video.harness import Harness, Start

FAILURES = [
    ApiError(Cause.UNAVAILABLE, sent=Certainty.NO),
    ApiError(Cause.UNAVAILABLE, sent=Certainty.MAYBE),
    ApiError(Cause.KEY, sent=Certainty.NO, status=401),
]


@pytest.fixture(autouse=True)
def shared(monkeypatch):
    monkeypatch.setattr(FileLease, "is_shared", property(lambda self: True, lambda *_: None))


async def others_go_on(harness: Harness) -> None:
    """Another process finds the API well, again and again, for five minutes."""
    for _ in range(60):
        await harness.store.tx(agree, Gate.reopen, 3)
        harness.engine.notify()
        await harness.clock.advance(5)


@pytest.mark.parametrize("failure", FAILURES, ids=lambda each: f"{each.cause} {each.sent}")
async def test_after_a_failure_it_submits_nothing_until_it_is_answered_itself(
    harness: Harness, failure: ApiError
) -> None:
    harness.api.script = [failure]
    harness.api.balance_error = failure
    for user in (1, 2, 3):
        await harness.ask(user=user)
    await harness.clock.advance(10)
    await others_go_on(harness)
    assert len(harness.api.submitted) == 1

    harness.api.balance_error = None
    await harness.clock.advance(60)
    await others_go_on(harness)
    assert len(set(harness.api.submitted)) == 3


async def test_one_that_was_never_answered_submits_nothing(start: Start, api: FakeApi) -> None:
    api.balance_error = FAILURES[1]
    async with start() as harness:
        await harness.ask()
        await others_go_on(harness)
    assert api.submitted == []


async def test_one_that_fails_although_it_is_answered_tries_ever_more_rarely(
    harness: Harness,
) -> None:
    harness.api.script = [ApiError(Cause.KEY, sent=Certainty.NO, status=403)] * 100
    await harness.ask()
    await harness.clock.advance(10)
    await others_go_on(harness)
    assert 5 < len(harness.api.submitted) < 12
