"""A local Discord with one of everything in it, for the walk to run into."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import aiohttp

from bot.playground.guild import Limit, Limits, LocalDiscord, NotPossible, Sent, Target

COMMAND = {
    "name": "video",
    "description": "Make a video",
    "options": [{"type": 3, "name": "prompt", "description": "What", "autocomplete": True}],
}
CARD = {
    "content": "a card",
    "components": [
        {"type": 1, "components": [{"type": 2, "style": 1, "label": "Go", "custom_id": "go"}]}
    ],
}
FORM = {
    "custom_id": "form",
    "title": "Form",
    "components": [
        {
            "type": 18,
            "label": "Who",
            "component": {"type": 5, "custom_id": "who", "required": False},
        }
    ],
}
INTENTS = 1 | 1 << 9 | 1 << 10 | 1 << 12


class OwnClock:
    """Advances a little with each look, so that a walk is the same each time."""

    def __init__(self) -> None:
        self.at = datetime(2026, 11, 29, 12, tzinfo=UTC)

    def now(self) -> datetime:
        self.at += timedelta(microseconds=50)
        return self.at

    async def sleep(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)
        await asyncio.sleep(0)


@dataclass(kw_only=True)
class Harness:
    """The local Discord, a client to ask it with, and the interactions that were begun."""

    local: LocalDiscord
    session: aiohttp.ClientSession
    sent: list[Sent] = field(default_factory=list)

    async def begin(self, chance: Random) -> None:
        """Commands, messages, a thread, interactions; the bot may more every second time."""
        world = self.local.world
        if chance.random() < 0.5:
            world.application = replace(world.application, privileged=True)
        if chance.random() < 0.5:
            roles = [role.id for role in world.guild("Film club").roles]
            world.join("Film club", "video", *roles[1:])
        await self.register()
        await self.ask("POST", f"{self._films}/messages", CARD)
        await self.ask("POST", f"{self._films}/threads", {"name": "talk", "type": 11})
        self.local.actor("maya").say("films", "hello")
        self.local.actor("maya").say("@maya", "in private")
        for _ in range(3):
            await self.happen(chance)

    async def register(self) -> None:
        """The command that members use, and one of the server's own with an override."""
        application, guild = self.local.world.application.id, self.local.world.guild("Film club")
        await self.ask("PUT", f"/applications/{application}/commands", [COMMAND])
        path = f"/applications/{application}/guilds/{guild.id}/commands"
        await self.ask("PUT", path, [{**COMMAND, "name": "clip"}])
        self.local.let_use(guild.id, "clip", Target.ROLE, guild.roles[-1].id, True)

    async def happen(self, chance: Random) -> None:
        """A member does something, so that there is an interaction to answer."""
        with contextlib.suppress(NotPossible, LookupError):
            match chance.randrange(4):
                case 0:
                    self.sent.append(await self._used("autocomplete"))
                case 1:
                    self.sent.append(await self._used("command"))
                case 2:
                    cards = [one for one in self.local.messages("films") if one.buttons]
                    if not cards:
                        return await self.ask("POST", f"{self._films}/messages", CARD)
                    press = self.local.actor("maya").press(cards[0], custom_id="go", forced=True)
                    self.sent.append(await press)
                case 3:
                    await self.answer(await self._used("command"), 4, {"content": "hello"})
        self.sent = self.sent[-6:]

    async def answer(self, sent: Sent, kind: int, data: Any) -> None:
        """The bot answers something well."""
        path = f"/interactions/{sent.interaction.id}/{sent.interaction.token}/callback"
        await self.ask("POST", path, {"type": kind, "data": data})
        self.sent.append(sent)

    async def ask(self, method: str, path: str, body: Any) -> None:
        headers = {"Authorization": f"Bot {self.local.token}"}
        url = self.local.rest_url + path
        async with self.session.request(method, url, json=body, headers=headers) as answer:
            assert answer.status < 300, await answer.text()

    def ids(self) -> list[str]:
        """Everything that has an id."""
        world = self.local.world
        found = [*world.users, *world.guilds, *world.channels, world.application.id]
        found += [role.id for guild in world.guilds.values() for role in guild.roles]
        found += [one.id for channel in world.channels for one in self.local.messages(channel)]
        found += [int(one["id"]) for one in self.local.state.commands.within(None)]
        return [str(one) for one in found]

    def digest(self) -> str:
        """All that a refused request must leave as it was."""
        state, world = self.local.state, self.local.world
        messages = [state.shape(one) for id in world.channels for one in self.local.messages(id)]
        begun = [
            (one.id, one.response, one.original_id, one.waiting_for_message, bool(one.modal))
            for one in state.interactions.values()
        ]
        commands = [state.commands.within(id) for id in (None, *world.guilds)]
        places = [repr(world.users), repr(world.guilds), repr(world.channels)]
        return json.dumps([messages, begun, commands, places])

    @property
    def _films(self) -> str:
        return f"/channels/{self.local.world.channel('films').id}"

    async def _used(self, how: str) -> Sent:
        maya = self.local.actor("maya")
        if how == "command":
            return await maya.command("films", "video", {"prompt": "a fox"})
        typing = asyncio.create_task(
            maya.autocomplete("films", "video", {}, focused="prompt", within=0.01)
        )
        await asyncio.gather(typing, return_exceptions=True)
        return Sent(self.local.state, list(self.local.state.interactions.values())[-1])


@contextlib.asynccontextmanager
async def opened(chance: Random) -> AsyncIterator[Harness]:
    """A harness with a bot that listens at its gateway; at the end it still has to hear."""
    everything = Limit(count=10**9, seconds=1.0)
    limits = Limits(routes={}, overall=everything, old_edits=everything, follow_ups=everything)
    async with (
        LocalDiscord(clock=OwnClock(), limits=limits) as local,
        aiohttp.ClientSession() as session,
        session.ws_connect(local.gateway_url) as socket,
    ):
        await socket.receive()
        identity = {"token": local.token, "intents": INTENTS, "properties": {}}
        await socket.send_json({"op": 2, "d": identity})
        hearing = asyncio.create_task(_heard(socket))
        harness = Harness(local=local, session=session)
        await harness.begin(chance)
        yield harness
        await socket.send_json({"op": 1, "d": None})
        async with asyncio.timeout(10):
            await hearing


async def _heard(socket: aiohttp.ClientWebSocketResponse) -> None:
    """Read until the heartbeat is acknowledged: the session was not silenced."""
    async for message in socket:
        if json.loads(message.data)["op"] == 11:
            return
    raise AssertionError(f"the gateway ended with {socket.close_code}")
