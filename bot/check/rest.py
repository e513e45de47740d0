"""Sends Discord's REST API one request, and says what to do if it refuses."""

import json
from typing import Any

import aiohttp


class Refused(Exception):
    """Discord said no; holds the subject and what to do."""


class Absent(Refused):
    """It does not exist, or the bot cannot see it."""


async def get(session: aiohttp.ClientSession, url: str, **query: str) -> Any:
    """The answer. Raises `Refused` or aiohttp's errors."""
    async with session.get(url, params=query, allow_redirects=False) as answer:
        if answer.status == 401:
            raise Refused("Discord token", "DISCORD_TOKEN is refused: reset it and copy it again")
        if answer.status == 429:
            wait = answer.headers.get("Retry-After", "some")
            raise Refused("Discord", f"asks to wait for {wait} seconds; check again then")
        if answer.status != 200:
            refused = Absent if answer.status in (403, 404) else Refused
            asked = f"answers {answer.status} to {answer.url.path}"
            raise refused("Discord", f"{asked}: is DISCORD_API_URL right?")
        return json.loads(await answer.read())
