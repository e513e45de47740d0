"""Only Discord is heard over HTTP, and only once for what it sends now."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from nacl.signing import SigningKey
from yarl import URL

from bot.playground.guild import LocalDiscord
from bot.playground.guild.endpoint import Endpoint, NotVerified
from bot.web import interactions
from tests.fakes import FakeClock

KEY = SigningKey(b"a key of thirty-two bytes, or so")
COMMAND = json.dumps({"type": 2, "id": "1", "data": {"name": "video"}}).encode()


@asynccontextmanager
async def listening(app: web.Application) -> AsyncIterator[str]:
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}{interactions.PATH}"
    finally:
        await runner.cleanup()


class Site:
    """The endpoint, what it heard, and Discord on the other side."""

    def __init__(self, url: str, discord: Endpoint, heard: list[Any], clock: FakeClock) -> None:
        self.url, self.discord, self.heard, self.clock = url, discord, heard, clock

    async def status(self, body: bytes, **how: Any) -> int:
        status, _ = await self.discord.post(self.url, body, **how)
        return status


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    clock, heard, app = FakeClock(), list[Any](), web.Application(client_max_size=1024)
    interactions.add_route(app, key=KEY.verify_key.encode().hex, hear=heard.append, clock=clock)
    local = LocalDiscord(clock=clock)
    async with local, listening(app) as url, Endpoint(local.state, KEY) as discord:
        yield Site(url, discord, heard, clock)


async def test_discord_saves_the_address(site: Site) -> None:
    await site.discord.use(site.url)
    assert site.heard == []


async def test_an_address_that_believes_everybody_is_not_saved(site: Site) -> None:
    async def pong(_: web.Request) -> web.Response:
        return web.json_response({"type": 1})

    gullible = web.Application()
    gullible.router.add_post(interactions.PATH, pong)
    async with listening(gullible) as url:
        with pytest.raises(NotVerified, match="wrong signature"):
            await site.discord.use(url)


async def test_what_discord_signed_is_heard(site: Site) -> None:
    assert await site.status(COMMAND) == 202
    assert site.heard == [json.loads(COMMAND)]


@pytest.mark.parametrize(
    "how",
    [{"signed_by": SigningKey.generate()}, {"seconds": -301}, {"seconds": 301}],
    ids=["another's", "old", "from the future"],
)
async def test_what_discord_did_not_sign_now_is_not_heard(site: Site, how: Any) -> None:
    assert await site.status(COMMAND, **how) == 401
    assert site.heard == []


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Signature-Ed25519": "zz", "X-Signature-Timestamp": "1"},
        {"X-Signature-Ed25519": "00", "X-Signature-Timestamp": "1"},
        {"X-Signature-Ed25519": "0" * 128},
        {"X-Signature-Ed25519": "0" * 128, "X-Signature-Timestamp": "9" * 400},
    ],
)
async def test_strangers_are_turned_away(site: Site, headers: dict[str, str]) -> None:
    async with aiohttp.ClientSession() as session:
        async with session.post(site.url, data=COMMAND, headers=headers) as answer:
            assert answer.status == 401
    assert site.heard == []


@pytest.mark.parametrize("body", [b"", b"null", b"[]", b"{}", b'{"type": "2"}', b"\xff", b"1e999"])
async def test_what_is_no_interaction_is_refused_in_words(site: Site, body: bytes) -> None:
    assert await site.status(body) == 400
    assert site.heard == []


async def test_more_than_discord_sends_is_not_read(site: Site) -> None:
    assert await site.status(b" " * (interactions.BODY_LIMIT + 1)) == 401


async def test_who_sends_nothing_is_let_go(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(interactions, "BODY_SECONDS", 0.01)

    place = URL(site.url)
    reader, writer = await asyncio.open_connection(place.host, place.port)
    writer.write(b"POST /interactions HTTP/1.1\r\nHost: bot\r\nContent-Length: 9\r\n\r\n")
    assert b" 401 " in await reader.readline()
    writer.close()
    await writer.wait_closed()
