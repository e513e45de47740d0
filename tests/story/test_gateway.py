"""The gateway breaks, falls silent or is away: videos continue."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.story.harness import Harness

BREAKS: dict[str, Callable[[Harness], None]] = {
    "reconnect": lambda harness: harness.discord.gateway.reconnect(),
    "cut": lambda harness: harness.discord.gateway.drop(),
    "invalid, resumable": lambda harness: harness.discord.gateway.invalidate(resumable=True),
    "invalid": lambda harness: harness.discord.gateway.invalidate(),
}


@pytest.mark.parametrize("way", BREAKS)
async def test_a_broken_gateway_heals_and_films_go_on(harness: Harness, way: str) -> None:
    gateway = harness.discord.gateway
    async with harness.bot():
        sent = await harness.video()
        connections = gateway.identifies + gateway.resumes
        BREAKS[way](harness)
        await harness.until(lambda: gateway.identifies + gateway.resumes > connections)
        await harness.film()
        await harness.reads(sent, "see the video")
        assert "credits used" in await harness.asks("maya", "quota")


async def test_a_gateway_that_falls_silent_is_left_for_a_new_one(harness: Harness) -> None:
    gateway = harness.discord.gateway
    gateway.heartbeat_interval = 0.3
    async with harness.bot() as app:
        app.bot._connection.heartbeat_timeout = 1.5  # seconds, in place of a minute
        gateway.drop()  # counts from the next connection on
        await harness.until(lambda: gateway.resumes == 1)
        sent = await harness.video()
        connections = gateway.identifies + gateway.resumes
        gateway.acknowledges = False
        await harness.until(lambda: gateway.identifies + gateway.resumes > connections)
        gateway.acknowledges = True
        await harness.until(lambda: gateway.online)
        await harness.film()
        await harness.reads(sent, "see the video")
        assert "credits used" in await harness.asks("maya", "quota")


@pytest.mark.long
async def test_monitoring_sees_that_discord_is_gone_and_that_it_is_back(harness: Harness) -> None:
    async with harness.bot() as app:
        await app.bot.wait_until_ready()
        assert await harness.is_ready()
        harness.discord.go_down()
        await harness.until(lambda: not app.bot.is_connected)
        assert not await harness.is_ready()
        harness.discord.come_back()
        await harness.until(lambda: app.bot.is_connected)
        assert await harness.is_ready()


async def test_the_bot_waits_for_a_discord_that_is_down(harness: Harness) -> None:
    harness.discord.go_down()
    async with harness.bot(is_awaited=False):
        await harness.until(lambda: len(harness.discord.requests) >= 2)
        harness.discord.come_back()
        await harness.until(harness.is_online)
        await harness.video()
        await harness.film()


async def test_one_process_hears_all_shards_and_identifies_one_in_five_seconds(
    harness: Harness,
) -> None:
    gateway = harness.discord.gateway
    gateway.identify_gap = timedelta(seconds=5)
    async with harness.bot(SHARDS="3") as app:
        await harness.until(lambda: app.bot.is_connected)
        await harness.video()
        await harness.film()

    assert (gateway.identifies, gateway.refused_identifies) == (3, 0)
