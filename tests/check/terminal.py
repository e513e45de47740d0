"""A terminal that runs `check` against a fake of Discord's portal and its servers."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.check import check
from bot.config import RUN, read_config
from bot.playground.evolink import LocalEvolink

TOKEN = "discord-token-for-checks"
ME = {"id": "4242", "username": "film-bot"}
EVERYTHING = sum(1 << bit for bit in (10, 11, 14, 15, 16, 38))
FILM = (24).to_bytes(4) + b"ftypisom" + bytes(12)


class FastClock:
    """A clock on which sleeping takes no time."""

    def __init__(self) -> None:
        self._now = datetime(2026, 11, 23, tzinfo=UTC)

    def now(self) -> datetime:
        return self._now

    def monotonic(self) -> float:
        return self._now.timestamp()

    async def sleep(self, seconds: float) -> None:
        self._now += timedelta(seconds=seconds)


@dataclass
class Portal:
    """What Discord's developer portal and its servers hold, and a REST API that tells."""

    application: dict[str, Any] = field(default_factory=dict)
    servers: list[dict[str, Any]] = field(default_factory=list)
    channels: list[dict[str, Any]] = field(default_factory=list)
    roles: list[str] = field(default_factory=list)

    def app(self) -> web.Application:
        app = web.Application()
        app.router.add_get("/api/v10/users/@me", self._answer(lambda _: ME))
        app.router.add_get("/api/v10/users/@me/guilds", self._answer(self._page))
        guild = "/api/v10/guilds/{server}"
        app.router.add_get(f"{guild}/channels", self._answer(lambda _: self.channels))
        member = {"user": ME, "roles": self.roles}
        app.router.add_get(f"{guild}/members/{ME['id']}", self._answer(lambda _: member))
        for channel in self.channels:
            path = f"/api/v10/channels/{channel['id']}"
            app.router.add_get(path, self._answer(lambda _, seen=channel: seen))
        whole = {"id": "4242", "bot_public": False, "flags": 0} | self.application
        app.router.add_get("/api/v10/applications/@me", self._answer(lambda _: whole))
        return app

    def _answer(
        self, content: Callable[[web.Request], Any]
    ) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def answer(request: web.Request) -> web.Response:
            if request.headers.get("Authorization") != f"Bot {TOKEN}":
                return web.json_response({"message": "401: Unauthorized", "code": 0}, status=401)
            return web.json_response(content(request))

        return answer

    def _page(self, request: web.Request) -> list[dict[str, Any]]:
        after, limit = int(request.query["after"]), int(request.query["limit"])
        return [server for server in self.servers if int(server["id"]) > after][:limit]


def server(number: int, permissions: int = EVERYTHING) -> dict[str, Any]:
    return {"id": str(number), "name": f"Server {number}", "permissions": str(permissions)}


@dataclass
class Terminal:
    """Runs `check` and keeps its output and questions."""

    api: LocalEvolink
    database: str
    answer: str = ""
    lines: list[str] = field(default_factory=list)
    questions: list[str] = field(default_factory=list)

    async def check(
        self, portal: Portal, *, film: bool = False, notes: Sequence[str] = (), **environ: str
    ) -> int:
        async with TestServer(portal.app(), host="127.0.0.1") as discord:
            url = str(discord.make_url("/api/v10"))
            return await self.check_at(url, TOKEN, film=film, notes=notes, **environ)

    async def check_at(
        self, url: str, token: str, *, film: bool = False, notes: Sequence[str] = (), **environ: str
    ) -> int:
        usual = {
            "DISCORD_TOKEN": token,
            "EVOLINK_API_KEY": "evolink-key-for-checks",
            "DISCORD_API_URL": url,
            "EVOLINK_BASE_URL": self.api.url,
            "DATABASE_URL": self.database,
            "WEB_PORT": "0",
        }
        config, mistakes = read_config(usual | environ, env_file=None, needs=RUN)
        return await check(
            config,
            mistakes=mistakes,
            notes=notes,
            film=film,
            say=self.lines.append,
            ask=self._answer,
            clock=FastClock(),
            uniform=lambda: 0.5,
        )

    def _answer(self, question: str) -> str:
        self.questions.append(question)
        return self.answer

    def said(self, start: str) -> str:
        [line] = [line for line in self.lines if line.startswith(start)]
        return line
