"""A connection to the local Discord's gateway without a library."""

import json
from typing import Any

import aiohttp

GUILDS, GUILD_MESSAGES, DIRECT_MESSAGES, CONTENT = 1 << 0, 1 << 9, 1 << 12, 1 << 15


class Socket:
    """A gateway connection without a library."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse, token: str) -> None:
        self.socket = socket
        self.token = token

    async def send(self, op: int, body: Any) -> None:
        await self.socket.send_str(json.dumps({"op": op, "d": body}))

    async def next(self) -> Any:
        return json.loads((await self.socket.receive(5)).data)

    async def until(self, name: str) -> Any:
        while (payload := await self.next())["t"] != name:
            pass
        return payload

    async def identify(self, intents: int = GUILDS, **more: Any) -> Any:
        assert (await self.next())["op"] == 10
        await self.send(2, {"token": self.token, "intents": intents, "properties": {}, **more})
        return await self.next()

    async def closed_with(self) -> int | None:
        await self.socket.receive(5)
        return self.socket.close_code
