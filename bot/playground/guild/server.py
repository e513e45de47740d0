"""The local Discord as a whole: one web server with REST, gateway and uploaded files."""

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Self

from aiohttp import web

from bot.clock import Clock, SystemClock
from bot.playground.guild.actor import Actor
from bot.playground.guild.api import BASE, Api
from bot.playground.guild.demo import demo_world
from bot.playground.guild.events import Event, Events
from bot.playground.guild.faults import Faults
from bot.playground.guild.files import Files
from bot.playground.guild.gateway import Gateway
from bot.playground.guild.journal import Journal
from bot.playground.guild.messages import Message
from bot.playground.guild.overrides import Target
from bot.playground.guild.places import Places
from bot.playground.guild.ratelimits import Limits, RateLimits
from bot.playground.guild.rest.call import Answer, Call, Route
from bot.playground.guild.state import State
from bot.playground.guild.world import World

HOST = "127.0.0.1"
BIGGEST = 1 << 30
CDN = "/attachments/{channel_id}/{attachment_id}/{filename}"


class LocalDiscord:
    """Use with `async with`; add routes to `app` before that. Port 0 takes a free one.

    `state` holds everything, `events` streams what is visible, `requests` lists the bot's requests,
    `places` builds servers; order faults with `faults` and `gateway`.
    """

    def __init__(
        self,
        world: World | None = None,
        *,
        clock: Clock | None = None,
        port: int = 0,
        limits: Limits | None = None,
    ) -> None:
        self.world = world or demo_world()
        self.clock = clock or SystemClock()
        self.requests = Journal()
        self.faults = Faults()
        self.app = web.Application(client_max_size=BIGGEST)
        self._stack = AsyncExitStack()
        bounds = RateLimits(self.clock, limits or Limits())
        self.state = State(self.world, self.clock, Files(self.clock), bounds)
        self.gateway = Gateway(self.state)
        self.places = Places(self.state)
        self._port = port
        self._register()

    @property
    def token(self) -> str:
        """The only accepted bot token."""
        return self.world.application.token

    @property
    def events(self) -> Events:
        """Everything visible, as it happens."""
        return self.state.events

    @property
    def base_url(self) -> str:
        """The server's address, without a path."""
        return f"http://{HOST}:{self._port}"

    @property
    def rest_url(self) -> str:
        """The value for DISCORD_API_URL."""
        return f"{self.base_url}{BASE}"

    @property
    def gateway_url(self) -> str:
        """The value for DISCORD_GATEWAY_URL."""
        return f"ws://{HOST}:{self._port}/gateway"

    async def __aenter__(self) -> Self:
        folder = self._stack.enter_context(TemporaryDirectory(prefix="local-discord-"))
        runner = web.AppRunner(
            self.app, access_log=None, shutdown_timeout=1.0, auto_decompress=False
        )
        await runner.setup()
        self._stack.push_async_callback(runner.cleanup)
        self._stack.push_async_callback(self.gateway.close)
        await web.TCPSite(runner, HOST, self._port).start()
        self._port = runner.addresses[0][1]
        self.state.files.open(Path(folder), self.base_url)
        self.gateway.url = self.gateway_url
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    def actor(self, name: str | int) -> Actor:
        """A person's client."""
        return Actor(self.state, self.world.user(name))

    def messages(self, channel: str | int) -> list[Message]:
        """Everything in a channel, with ephemeral messages, newest last."""
        return self.state.messages.within(self.world.channel(channel).id)

    def sees(self, user: str | int, event: Event) -> bool:
        """Whether a person's client would show this event."""
        return self.state.sees(self.world.user(user).id, event)

    def let_use(
        self,
        guild: str | int,
        command: str | None,
        target: Target,
        target_id: int,
        allowed: bool | None,
    ) -> None:
        """Set an override in a server's integration page; see `State.let_use`."""
        self.state.let_use(self.world.guild(guild).id, command, target, target_id, allowed)

    def archive(self, thread: str | int, *, locked: bool = True) -> None:
        """Close a thread; unless it is locked, writing there reopens it."""
        self.places.lock(thread) if locked else self.places.archive(thread)

    def remove_channel(self, channel: str | int) -> None:
        """Delete a channel and everything in it: 10003 from now on."""
        self.places.remove(channel)

    def invite_bot(self, guild: str | int) -> None:
        """Let the bot join a server while it runs."""
        self.places.admit(self.state.bot_id, guild=guild)

    def remove_bot(self, guild: str | int) -> None:
        """Remove the bot from a server: 50001 from now on."""
        self.places.kick(self.state.bot_id, guild=guild)

    def go_down(self) -> None:
        """Begin an outage: requests get 503, connections end, new ones are refused."""
        self.faults.add("*", times=None, status=503, html=True, message="Service Unavailable")
        self.gateway.refusing = True
        self.gateway.drop()

    def come_back(self) -> None:
        """End the outage; also drops the faults ordered before."""
        self.faults.clear()
        self.gateway.refusing = False

    async def changed(self, predicate: Callable[[], object], within: float = 5.0) -> None:
        """Wait until `predicate` holds; checks after every event and request.

        Raises TimeoutError with a readable dump of the actual state.
        """
        try:
            async with asyncio.timeout(within):
                while not predicate():
                    await self.events.pulsed()
        except TimeoutError:
            raise TimeoutError(f"nothing of this came true:\n{self.dump()}") from None

    def dump(self) -> str:
        """The last requests and every channel's messages, for whoever reads a failed test."""
        asked = [
            f"  {one.method} {one.path} -> {one.status} {one.code or ''}" for one in self.requests
        ]
        lines = ["requests:", *asked[-20:]]
        for channel in self.world.channels.values():
            lines.append(f"#{channel.name}:")
            for one in self.state.messages.within(channel.id)[-10:]:
                lines.append(f"  {one.id} {'(private) ' * bool(one.only_for)}{one.text!r}")
        return "\n".join(lines)

    def _register(self) -> None:
        more = (
            Route(method="GET", template="/gateway", answer=self._gateway, open=True),
            Route(method="GET", template="/gateway/bot", answer=self._gateway_bot),
        )
        Api(self.state, self.requests, self.faults).register(self.app, more)
        self.app.router.add_get("/gateway", self.gateway.connect)
        self.app.router.add_get("/gateway/", self.gateway.connect)
        self.app.router.add_get(CDN, self._attachment)

    def _gateway(self, state: State, call: Call) -> Answer:
        return {"url": self.gateway_url}

    def _gateway_bot(self, state: State, call: Call) -> Answer:
        left = {"total": 1000, "remaining": 1000 - self.gateway.identifies, "reset_after": 86400000}
        return {
            "url": self.gateway_url,
            "shards": self.gateway.shards,
            "session_start_limit": {**left, "max_concurrency": self.gateway.concurrency},
        }

    async def _attachment(self, request: web.Request) -> web.StreamResponse:
        found = self.state.files.opened(
            request.match_info["attachment_id"],
            request.query.get("ex", ""),
            request.query.get("hm", ""),
        )
        if found is None:
            return web.Response(status=404, text="This content is no longer available.")
        return web.FileResponse(found.path, headers={"Content-Type": found.content_type})
