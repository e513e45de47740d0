"""Calls to the page's routes from something other than the page."""

import json
from typing import Any

import aiohttp
import pytest

from bot.playground.demo.child import Child
from bot.playground.guild import LocalDiscord
from bot.playground.page import Page
from tests.playground.page.puppetry import PuppetControls

HEADERS = {"Content-Type": "application/json"}


@pytest.mark.parametrize("verb", ["say", "complete", "command", "press", "submit", "let-use"])
@pytest.mark.parametrize(
    "raw",
    [
        b"", b"{", b"[" * 100_000, b"null", b"[]", b'"x"', b"{}", b'{"as": []}',
        b'{"as": "sam", "channel": "x", "message": {}, "locale": 1, "modal": 1, "name": 5}',
        b'{"as": "sam", "channel": 1, "locale": 1, "name": "video", "whom": "x:y", "allowed": 1}',
        b'{"as": "sam", "channel": 1e999}',
    ],
)  # fmt: skip
async def test_a_malformed_call_is_refused_and_changes_nothing(verb: str, raw: bytes) -> None:
    discord = LocalDiscord()
    Page(discord, PuppetControls(Child(()))).mount(discord.app)
    async with discord, aiohttp.ClientSession(headers=HEADERS) as session:
        before = shown(discord)
        async with session.post(f"{discord.base_url}/page/act/{verb}", data=raw) as answer:
            refused = answer.status == 200 and (await answer.json())["outcome"] == "refused"
            assert refused or answer.status == 400
        assert shown(discord) == before


def shown(discord: LocalDiscord) -> Any:
    return json.loads(json.dumps([discord.dump(), len(discord.state.interactions)]))
