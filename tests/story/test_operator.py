"""What the operator is told, once, and that nothing secret is ever written down."""

import logging
import os
from decimal import Decimal

import pytest

from bot.playground.demo.child import Child
from tests.story.harness import Harness

pytestmark = pytest.mark.long


async def test_a_low_balance_is_told_once(harness: Harness) -> None:
    harness.api.ledger.balance = Decimal(300)
    async with harness.bot():
        await harness.until(harness.told_operator)
        assert harness.clock is not None
        harness.clock.pass_by(minutes=11)
        await harness.quiet()
        await harness.video()
        await harness.film()

    (told,) = harness.told_operator()
    assert "300" in told
    assert "enough for 11 average videos" in told


async def test_the_operators_channel_is_used_where_one_is_named(harness: Harness) -> None:
    harness.api.ledger.balance = Decimal(300)
    mods = harness.discord.world.channel("mods")
    async with harness.bot(OPERATOR_CHANNEL_ID=str(mods.id)):
        await harness.until(lambda: harness.discord.messages("mods"))

    assert harness.told_operator() == []


async def test_a_healthy_start_says_in_few_lines_where_it_listens_and_that_it_serves(
    harness: Harness, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="bot")
    async with harness.bot():
        await harness.until(lambda: "Ready" in caplog.text)

    told = [one.message for one in caplog.records]
    assert len(told) <= 6
    assert f"Web server on 127.0.0.1:{harness.port}" in told
    assert any(f"pid {os.getpid()}, starts video-bot" in each for each in told)
    assert "Ready as video, in 1 server" in told


async def test_no_secret_is_logged_or_shown(
    process_harness: Harness, capfd: pytest.CaptureFixture[str]
) -> None:
    harness = process_harness
    harness.callbacks_on()
    harness.api.faults.next_submit(status=401)
    harness.api.faults.next_query(status=500)
    async with harness.process(LOG_LEVEL="DEBUG") as child:
        assert isinstance(child, Child)
        sent = await harness.video()
        await harness.film()
        await harness.reads(sent, "see the video")

    log = capfd.readouterr().err
    said = harness.discord.dump().partition("#films:")[2]
    assert log
    for secret in (harness.settings["EVOLINK_API_KEY"], harness.discord.token):
        assert secret not in log
        assert secret not in said
    for interaction in harness.discord.state.interactions:
        assert interaction not in log
    callback = str(harness.api.requests[-1].body).rpartition("/callbacks/")[2][20:45]
    assert callback
    assert callback not in log
