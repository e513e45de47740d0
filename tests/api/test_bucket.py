"""The pace of reads."""

from typing import Any

import pytest

from bot.api.bucket import TokenBucket


async def test_a_burst_passes_at_once_and_the_rest_at_the_rate(clock: Any) -> None:
    bucket = TokenBucket(rate=4, burst=3, clock=clock)
    for _ in range(3):
        await bucket.take()
    assert clock.slept == 0
    for _ in range(4):
        await bucket.take()
    assert clock.slept == pytest.approx(1.0)


async def test_a_rest_brings_back_no_more_than_the_burst(clock: Any) -> None:
    bucket = TokenBucket(rate=1, burst=2, clock=clock)
    await clock.sleep(100)
    for _ in range(4):
        await bucket.take()
    assert clock.slept == pytest.approx(102)


async def test_a_hold_stops_everyone_and_leaves_no_burst_behind(clock: Any) -> None:
    bucket = TokenBucket(rate=1, burst=5, clock=clock)
    bucket.hold(30)
    for _ in range(3):
        await bucket.take()
    assert clock.slept == pytest.approx(32)


async def test_a_clock_that_is_set_back_delays_nobody_for_long(clock: Any) -> None:
    bucket = TokenBucket(rate=1, burst=1, clock=clock)
    await bucket.take()
    clock.time = clock.time.replace(year=2025)
    await bucket.take()
    assert clock.slept <= 1
