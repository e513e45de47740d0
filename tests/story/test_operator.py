"""What the operator is told, once, and that nothing secret is ever written down."""

import logging
from decimal import Decimal

import pytest

from bot.playground.demo.child import Child
from tests.story.stage import Stage

pytestmark = pytest.mark.long


async def test_a_low_balance_is_told_once(stage: Stage) -> None:
    stage.api.ledger.balance = Decimal(300)
    async with stage.bot():
        await stage.until(stage.told_operator)
        assert stage.clock is not None
        stage.clock.pass_by(minutes=11)
        await stage.quiet()
        await stage.video()
        await stage.film()

    (told,) = stage.told_operator()
    assert "300" in told
    assert "enough for 11 average videos" in told


async def test_the_operators_channel_is_used_where_one_is_named(stage: Stage) -> None:
    stage.api.ledger.balance = Decimal(300)
    mods = stage.discord.world.channel("mods")
    async with stage.bot(OPERATOR_CHANNEL_ID=str(mods.id)):
        await stage.until(lambda: stage.discord.messages("mods"))

    assert stage.told_operator() == []


async def test_a_healthy_start_says_in_few_lines_where_it_listens_and_that_it_serves(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="bot")
    async with stage.bot():
        await stage.until(lambda: "Ready" in caplog.text)

    told = [one.message for one in caplog.records]
    assert len(told) <= 6
    assert f"Listening on 127.0.0.1:{stage.port}" in told
    assert "Ready as video, in 1 server" in told


async def test_no_secret_is_logged_or_shown(
    real_stage: Stage, capfd: pytest.CaptureFixture[str]
) -> None:
    stage = real_stage
    stage.callbacks_on()
    stage.api.faults.next_submit(status=401)
    stage.api.faults.next_query(status=500)
    async with stage.process(LOG_LEVEL="DEBUG") as child:
        assert isinstance(child, Child)
        sent = await stage.video()
        await stage.film()
        await stage.reads(sent, "see the video")

    log = capfd.readouterr().err
    said = stage.discord.dump().partition("#films:")[2]
    assert log
    for secret in (stage.settings["EVOLINK_API_KEY"], stage.discord.token):
        assert secret not in log
        assert secret not in said
    for interaction in stage.discord.state.interactions:
        assert interaction not in log
    callback = str(stage.api.requests[-1].body).rpartition("/callbacks/")[2][20:45]
    assert callback
    assert callback not in log
