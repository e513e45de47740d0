"""A scrape in which everything that can be asked for has been counted."""

import aiohttp
import pytest
from msgspec.structs import replace

from bot.clock import SystemClock
from bot.config import Config
from bot.metrics.monitor import Monitor
from bot.video.values.posts import Post, PostKind, PostState, Rung
from bot.video.values.standing import Standing
from tests.fakes import FakeClock, RecordingAnnouncer
from tests.metrics.scrapes import OWN, STANDING, page_of
from tests.story.harness import free_port

POST = Post(id="p", kind=PostKind.FILM, state=PostState.DUE, rung=Rung.CHANNEL, nonce="n")


async def read() -> Standing:
    return STANDING


@pytest.fixture
async def page() -> str:
    """The page, after a little of everything happened."""
    port = free_port()
    config = Config(metrics_port=port, discord_api_url=f"http://127.0.0.1:{port}")
    monitor = Monitor(config, port, SystemClock())
    async with monitor.serving(own=lambda: replace(OWN, cap=1), read=read):
        for tracing in (monitor.calls_to_api(), monitor.calls_to_discord()):
            assert tracing is not None
            async with aiohttp.ClientSession(trace_configs=[tracing]) as session:
                await session.get(f"http://127.0.0.1:{port}/users/@me")
        await monitor.around(RecordingAnnouncer(FakeClock())).remove(POST)
        return await page_of(port)
