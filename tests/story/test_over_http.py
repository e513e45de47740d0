"""Without a gateway: Discord calls the bot's web server, and everything else is the same."""

import gc
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from aiohttp.web import Application
from nacl.signing import SigningKey

from bot.app import App
from bot.client import VideoBot
from bot.clock import SystemClock
from bot.parts import hear_over_http
from bot.playground.guild import Cut
from bot.playground.guild.endpoint import Endpoint
from tests.cogs.harness import shown
from tests.story.harness import Harness

KEY = SigningKey(b"a key of thirty-two bytes, or so")


@asynccontextmanager
async def called(harness: Harness) -> AsyncIterator[tuple[App, Endpoint]]:
    """The bot, whose web server is the application's Interactions Endpoint URL."""
    world = harness.discord.world
    world.application = replace(world.application, verify_key=KEY.verify_key.encode().hex())
    async with (
        harness.bot(is_awaited=False, over_http=True) as app,
        Endpoint(harness.discord.state, KEY) as endpoint,
    ):
        await harness.until(lambda: harness.discord.actor("maya").offered("films"))
        await endpoint.use(f"http://127.0.0.1:{harness.port}/interactions")
        yield app, endpoint


async def test_a_video_is_made_without_a_gateway(harness: Harness) -> None:
    async with called(harness) as (_, endpoint):
        sent = await harness.video(prompt="a fox in the snow")
        await harness.film()
        await harness.reads(sent, "see the video")
        assert not harness.discord.gateway.online

    assert set(endpoint.statuses) == {202}
    assert len(harness.api.requests) == 1


async def test_the_start_says_what_to_enter_in_the_developer_portal(
    harness: Harness, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="bot")
    async with called(harness):
        pass
    hear_over_http(
        Application(), VideoBot.__new__(VideoBot), SystemClock(), "https://v.example.org"
    )

    unnamed, named = [one.message for one in caplog.records if "Developer Portal" in one.message]
    assert "https:// and this web server's name on the internet, then /interactions" in unnamed
    assert "https://v.example.org/interactions" in named


async def test_what_discord_sends_twice_counts_once(harness: Harness) -> None:
    async with called(harness) as (_, endpoint):
        sent = await harness.video(prompt="a fox in the snow")
        sent.replay()
        await harness.until(lambda: len(endpoint.statuses) == 2)
        await harness.film()
        await harness.reads(sent, "see the video")

    assert len(harness.api.requests) == 1


async def test_members_and_moderators_are_known_by_what_discord_says(harness: Harness) -> None:
    maya, sam = harness.discord.actor("maya"), harness.discord.actor("sam")
    async with called(harness):
        sent = await harness.video(prompt="a fox in the snow")
        await harness.film()
        await harness.reads(sent, "see the video")
        card = await shown(await sam.command("films", "moderate user", {"member": maya.user.id}))
        quota = await shown(await maya.command("films", "quota"))

    assert "Block" in str(card.components)
    assert quota.text


async def test_a_server_that_cannot_be_read_is_answered_in_words(
    harness: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.ui.rush.PATIENCE", 0.75)  # as it is
    async with called(harness):
        harness.discord.faults.add("GET /guilds/*", times=None, status=500)
        sent = await harness.discord.actor("maya").command("films", "video", {"prompt": "a fox"})
        await harness.until(lambda: any(each.text for each in sent.said()))
        harness.discord.faults.clear()

    assert harness.api.requests == []


async def test_a_server_whose_answers_are_cut_off_is_one_line_in_the_log(
    harness: Harness, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("bot.ui.rush.PATIENCE", 0.75)  # as it is
    async with called(harness):
        harness.discord.faults.add("GET /guilds/*", times=None, cut=Cut.BEFORE)
        sent = await harness.discord.actor("maya").command("films", "video", {"prompt": "a fox"})
        await harness.until(lambda: any(each.text for each in sent.said()))
        harness.discord.faults.clear()
    gc.collect()

    said = [each.getMessage() for each in caplog.records if each.levelname in ("WARNING", "ERROR")]
    assert any("Cannot read server" in each for each in said)
    assert not any("never retrieved" in each for each in said)


async def test_who_was_heard_before_a_stop_is_answered(harness: Harness) -> None:
    async with called(harness) as (app, endpoint):
        slow = harness.discord.faults.add("GET /guilds/*", times=None, delay=0.5)
        sent = await harness.discord.actor("maya").command("films", "video", {"prompt": "a fox"})
        await harness.until(lambda: endpoint.statuses and slow)
        app.front.services.videos.close()
        await app.bot.finish_answering()
        said = list(sent.said())

    assert any("restarting" in each.text for each in said)
