"""A proxy between the bot and Discord's REST API is one variable."""

from collections.abc import AsyncIterator

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from tests.story.harness import Harness

KEPT_APART = {"host", "transfer-encoding", "content-length", "connection"}


class Proxy:
    """Passes every request on, and counts them."""

    def __init__(self, target: str, session: aiohttp.ClientSession) -> None:
        self.passed = 0
        self._target = target
        self._session = session

    async def pass_on(self, request: web.Request) -> web.Response:
        self.passed += 1
        async with self._session.request(
            request.method,
            self._target + request.path_qs,
            data=await request.read(),
            headers=_without(request.headers),
        ) as answer:
            body = await answer.read()
            return web.Response(status=answer.status, body=body, headers=_without(answer.headers))


def _without(headers: "aiohttp.typedefs.LooseHeaders") -> dict[str, str]:
    return {name: value for name, value in dict(headers).items() if name.lower() not in KEPT_APART}


@pytest.fixture
async def proxy(harness: Harness) -> AsyncIterator[Proxy]:
    """A proxy to the local Discord, which the bot uses."""
    async with aiohttp.ClientSession(auto_decompress=False) as session:
        proxy = Proxy(harness.discord.base_url, session)
        app = web.Application(client_max_size=1 << 30)
        app.router.add_route("*", "/{path:.*}", proxy.pass_on)
        async with TestServer(app, host="127.0.0.1") as server:
            harness.settings["DISCORD_API_URL"] = str(server.make_url("/api/v10"))
            yield proxy


async def test_a_video_is_made_through_a_proxy(harness: Harness, proxy: Proxy) -> None:
    async with harness.bot():
        sent = await harness.video()
        await harness.film()
        await harness.reads(sent, "see the video")

    assert proxy.passed == len(harness.discord.requests)
