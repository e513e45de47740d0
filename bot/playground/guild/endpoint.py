"""Sends interactions to a bot's web server instead of its gateway, signed as Discord signs them.

https://docs.discord.com/developers/interactions/overview#preparing-for-interactions"""

import asyncio
import json
from typing import Any

import aiohttp
from nacl.signing import SigningKey

from bot.playground.guild.events import Event, EventKind
from bot.playground.guild.state import State

ANSWER_WITHIN = aiohttp.ClientTimeout(total=3)


class NotVerified(Exception):
    """Discord does not save such an address: the reason is what its server answered."""


class Endpoint:
    """An application's Interactions Endpoint URL; use with `async with`.

    A bot answers with 202 and its response by the callback route. `statuses` lists what it said."""

    def __init__(self, state: State, key: SigningKey) -> None:
        self._state = state
        self._key = key
        self._sending: set[asyncio.Task[None]] = set()
        self.statuses: list[int] = []

    async def __aenter__(self) -> "Endpoint":
        self._session = aiohttp.ClientSession(timeout=ANSWER_WITHIN)
        return self

    async def __aexit__(self, *_: object) -> None:
        for each in self._sending:
            each.cancel()
        await asyncio.gather(*self._sending, return_exceptions=True)
        await self._session.close()

    async def use(self, url: str) -> None:
        """Send each interaction there from now on. Raises `NotVerified` if the server does not
        answer a ping, or believes one with a wrong signature."""
        ping = json.dumps({"type": 1}).encode()
        status, said = await self.post(url, ping)
        if (status, said) != (200, {"type": 1}):
            raise NotVerified(f"a ping was answered with {status} {said}")
        status, _ = await self.post(url, ping, signed_by=SigningKey.generate())
        if status != 401:
            raise NotVerified(f"a wrong signature was answered with {status}")

        def tell(event: Event) -> None:
            if event.kind is EventKind.COMMAND:
                sending = asyncio.create_task(self._tell(url, event.body["payload"]))
                self._sending.add(sending)
                sending.add_done_callback(self._sending.discard)

        self._state.events.subscribe(tell)

    async def post(
        self, url: str, body: bytes, *, signed_by: SigningKey | None = None, seconds: float = 0
    ) -> tuple[int, Any]:
        """Send a body signed `seconds` from now; returns the status and the JSON, if any."""
        at = str(int(self._state.clock.now().timestamp() + seconds)).encode()
        signature = (signed_by or self._key).sign(at + body).signature.hex()
        headers = {
            "X-Signature-Ed25519": signature,
            "X-Signature-Timestamp": at.decode(),
            "Content-Type": "application/json",
            "User-Agent": "Discord-Interactions/1.0 (+https://discord.com)",
        }
        async with self._session.post(url, data=body, headers=headers) as answer:
            raw = await answer.read()
            is_json = answer.content_type == "application/json"
            return answer.status, json.loads(raw) if is_json else None

    async def _tell(self, url: str, payload: dict[str, Any]) -> None:
        try:
            status, _ = await self.post(url, json.dumps(payload).encode())
        except (aiohttp.ClientError, TimeoutError):
            status = 0
        self.statuses.append(status)
