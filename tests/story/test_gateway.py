"""The gateway breaks, falls silent or is away: films go on."""

from collections.abc import Callable

import aiohttp
import pytest

from tests.story.stage import Stage

BREAKS: dict[str, Callable[[Stage], None]] = {
    "reconnect": lambda stage: stage.discord.gateway.reconnect(),
    "cut": lambda stage: stage.discord.gateway.drop(),
    "invalid, resumable": lambda stage: stage.discord.gateway.invalidate(resumable=True),
    "invalid": lambda stage: stage.discord.gateway.invalidate(),
}


@pytest.mark.parametrize("way", BREAKS)
async def test_a_broken_gateway_heals_and_films_go_on(stage: Stage, way: str) -> None:
    gateway = stage.discord.gateway
    async with stage.bot():
        sent = await stage.video()
        connections = gateway.identifies + gateway.resumes
        BREAKS[way](stage)
        await stage.until(lambda: gateway.identifies + gateway.resumes > connections)
        await stage.film()
        await stage.reads(sent, "see the video")
        assert "credits used" in await stage.asks("maya", "quota")


async def test_a_gateway_that_falls_silent_is_left_for_a_new_one(stage: Stage) -> None:
    gateway = stage.discord.gateway
    gateway.heartbeat_interval = 0.3
    async with stage.bot() as app:
        app.bot._connection.heartbeat_timeout = 1.5  # seconds, in place of a minute
        gateway.drop()  # counts from the next connection on
        await stage.until(lambda: gateway.resumes == 1)
        sent = await stage.video()
        connections = gateway.identifies + gateway.resumes
        gateway.acknowledges = False
        await stage.until(lambda: gateway.identifies + gateway.resumes > connections)
        gateway.acknowledges = True
        await stage.until(lambda: gateway.online)
        await stage.film()
        await stage.reads(sent, "see the video")
        assert "credits used" in await stage.asks("maya", "quota")


async def readiness(stage: Stage) -> int:
    """What monitoring reads at /readyz."""
    async with aiohttp.request("GET", f"http://127.0.0.1:{stage.port}/readyz") as answer:
        return answer.status


@pytest.mark.long
async def test_monitoring_sees_that_discord_is_gone_and_that_it_is_back(stage: Stage) -> None:
    async with stage.bot() as app:
        await app.bot.wait_until_ready()
        assert await readiness(stage) == 200
        stage.discord.go_down()
        await stage.until(lambda: not app.bot.is_connected)
        assert await readiness(stage) == 503
        stage.discord.come_back()
        await stage.until(lambda: app.bot.is_connected)
        assert await readiness(stage) == 200


async def test_the_bot_waits_for_a_discord_that_is_down(stage: Stage) -> None:
    stage.discord.go_down()
    async with stage.bot(is_awaited=False):
        await stage.until(lambda: len(stage.discord.requests) >= 2)
        stage.discord.come_back()
        await stage.until(stage.is_online)
        await stage.video()
        await stage.film()
