"""An interaction's age, although Discord's clock and ours differ."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.ui.ages import Ages

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


class Clock:
    """Stands still until it is moved; `set_by` is how far someone set it."""

    boot = ""
    set_by = timedelta(0)

    def __init__(self) -> None:
        self.time = NOON

    def now(self) -> datetime:
        return self.time + self.set_by

    def monotonic(self) -> float:
        return (self.time - NOON).total_seconds()

    async def sleep(self, seconds: float) -> None:
        self.time += timedelta(seconds=max(0.0, seconds))


@pytest.mark.parametrize("wrong_by", [timedelta(seconds=-40), timedelta(0), timedelta(hours=1)])
def test_a_clock_that_is_wrong_does_not_make_fresh_interactions_old(wrong_by: timedelta) -> None:
    clock = Clock()
    ages = Ages(clock)
    ages.created(clock.time - wrong_by - timedelta(milliseconds=50))

    clock.time += timedelta(seconds=10)
    created = ages.created(clock.time - wrong_by - timedelta(milliseconds=80))

    assert clock.time - created == timedelta(milliseconds=30)


def test_an_interaction_that_waited_is_as_old_as_it_is() -> None:
    clock = Clock()
    ages = Ages(clock)
    ages.created(clock.time)

    assert clock.time - ages.created(clock.time - timedelta(seconds=2)) == timedelta(seconds=2)


@pytest.mark.parametrize("step", [timedelta(hours=48), timedelta(hours=-1)])
def test_a_clock_that_is_set_makes_nobody_late(step: timedelta) -> None:
    clock = Clock()
    ages = Ages(clock)
    ages.created(clock.time)

    clock.set_by = step
    clock.time += timedelta(seconds=1)
    created = ages.created(clock.time)

    assert clock.now() - created == timedelta(0)


def test_a_clock_that_drifts_is_followed_within_two_minutes() -> None:
    clock = Clock()
    ages = Ages(clock)
    ages.created(clock.time)

    set_forward = timedelta(seconds=30)
    for _ in range(3):
        clock.time += timedelta(seconds=61)
        created = ages.created(clock.time - set_forward)

    assert created == clock.time
