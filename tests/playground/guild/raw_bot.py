"""A bot that sends any HTTP request, allowed or not, and shows the bare answers."""

import io
import json
from dataclasses import dataclass
from typing import Any

import aiohttp

from bot.playground.guild import LocalDiscord, Sent

CARD = {"flags": 1 << 15, "components": [{"type": 10, "content": "a card"}]}
COMMAND = {"name": "video", "description": "Make a video", "options": []}


@dataclass(frozen=True, kw_only=True)
class Reply:
    """An answer as it came."""

    status: int
    body: Any
    headers: Any

    @property
    def verdict(self) -> tuple[int, int]:
        return self.status, self.body["code"]


class Bot:
    """Requests with the bot's token, or with none on the routes of an interaction."""

    def __init__(self, local: LocalDiscord, session: aiohttp.ClientSession) -> None:
        self.local = local
        self.session = session

    async def ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        files: dict[str, bytes] | None = None,
        token: str | None = None,
    ) -> Reply:
        headers = {"Authorization": f"Bot {token or self.local.token}"}
        sent: dict[str, Any] = {"json": body} if body is not None else {}
        if files is not None:
            form = aiohttp.FormData(quote_fields=False)
            form.add_field("payload_json", json.dumps(body))
            for number, (name, content) in enumerate(files.items()):
                form.add_field(f"files[{number}]", io.BytesIO(content), filename=name)
            sent = {"data": form}
        url = self.local.rest_url + path
        async with self.session.request(method, url, headers=headers, **sent) as answer:
            shape = await answer.json() if answer.content_type == "application/json" else None
            return Reply(status=answer.status, body=shape, headers=answer.headers)

    async def post(self, channel: str, body: Any, **more: Any) -> Reply:
        here = self.local.world.channel(channel).id
        return await self.ask("POST", f"/channels/{here}/messages", body, **more)

    async def edit(self, message: Any, body: Any, **more: Any) -> Reply:
        path = f"/channels/{message['channel_id']}/messages/{message['id']}"
        return await self.ask("PATCH", path, body, **more)

    async def register(self, *commands: dict[str, Any]) -> Reply:
        application = self.local.world.application.id
        return await self.ask("PUT", f"/applications/{application}/commands", list(commands))

    async def used(self, who: str = "maya", channel: str = "films") -> Sent:
        """Somebody uses /video."""
        await self.register(COMMAND)
        return await self.local.actor(who).command(channel, "video")

    async def respond(self, sent: Sent, kind: int, data: Any = None) -> Reply:
        one = sent.interaction
        path = f"/interactions/{one.id}/{one.token}/callback?with_response=1"
        return await self.ask("POST", path, {"type": kind, "data": data or {}})

    async def original(self, sent: Sent, method: str, body: Any = None) -> Reply:
        return await self.by_token(sent, method, "/messages/@original", body)

    async def by_token(self, sent: Sent, method: str, tail: str, body: Any = None) -> Reply:
        application = self.local.world.application.id
        path = f"/webhooks/{application}/{sent.interaction.token}{tail}"
        return await self.ask(method, path, body)
