"""What the operator is told: in time, and not too often."""

from datetime import timedelta

import pytest

from bot.video.outbox.notices import tell_operator
from tests.video.harness import Harness, Start


async def test_the_operator_hears_in_time_that_the_credits_run_low(start: Start, api):
    api.credits = 300.0
    async with start() as harness:
        await harness.clock.advance(20)
        assert harness.announcer.notices() == [
            ("operator.low_balance", {"films": 11, "credits": 300.0})
        ]


async def test_the_operator_hears_of_a_cause_again_only_after_an_hour(start: Start, api):
    async with start() as harness:
        await harness.clock.advance(45 * 60)
        api.credits = 300.0
        await harness.clock.advance(
            50 * 60
        )  # told at minute 50 and not in the next hour of the day
        assert len(harness.announcer.notices()) == 1
        await harness.clock.advance(20 * 60)
        assert len(harness.announcer.notices()) == 2


async def test_a_clock_that_was_ahead_once_does_not_silence_the_operators_lines(harness: Harness):
    now = harness.clock.now()
    for at in (now + timedelta(days=365), now):
        await harness.store.tx(lambda books, at=at: tell_operator(books, "key", now=at))
    await harness.clock.jump(366 * 86_400)
    assert [subject for subject, _ in harness.announcer.notices()] == ["operator.key"] * 2


@pytest.mark.parametrize("reserved", [None, 270_000, 271_000, 27, 27.0, 26.8])
async def test_a_reservation_of_our_price_in_either_unit_is_no_news(start: Start, api, reserved):
    api.reserved = reserved
    async with start() as harness:
        await harness.ask()
        await harness.clock.advance(20)
        assert len(api.submitted) == 1
        assert harness.announcer.notices() == []


@pytest.mark.parametrize("reserved", [324_000, 32.4, 21.6, 2_700, 0])
async def test_the_operator_hears_once_a_start_that_the_api_has_another_price(
    start: Start, api, caplog, reserved
):
    api.reserved = reserved
    async with start() as harness:
        await harness.ask()
        await harness.clock.advance(600)
        api.finish(1)
        await harness.clock.advance_in_steps(3600)
        await harness.ask()
        await harness.clock.advance(600)
        assert len(api.submitted) == 2
        assert harness.announcer.notices() == [
            ("operator.price", {"price": 270_000, "reserved": reserved})
        ]
    assert caplog.text.count("price table") == 1
    async with start() as harness:
        await harness.ask()
        await harness.clock.advance(20)
        assert len(harness.announcer.notices()) == 2
