"""The page's routes, on the local Discord's port: `/`, `/page/...`.

Only for this machine's own browser: other sites can neither read nor press anything here."""

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from aiohttp import ClientError, web
from aiohttp.http_exceptions import HttpProcessingError

from bot.playground.guild import LocalDiscord
from bot.playground.guild.parsing import parsed
from bot.playground.page.acts import Acts
from bot.playground.page.backstage import Backstage, Mishap
from bot.playground.page.live import Line
from bot.playground.page.sight import Sight

STATIC = Path(__file__).parent / "static"
# What a call with missing or wrong fields raises.
MALFORMED = (LookupError, ValueError, TypeError, AttributeError, ClientError, HttpProcessingError)
PROCESS = re.compile(r"(?P<verb>kill|restart)(?:-(?P<number>[1-9]))?")
LOOPBACK = ("127.0.0.1", "localhost", "::1")
HEADERS: Final = {
    "Content-Security-Policy": "default-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src * data:; media-src *; frame-ancestors 'none'; base-uri 'none'; form-action 'self'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-cache",
}

log = logging.getLogger(__name__)


class Page:
    """Mount the page before the local Discord starts."""

    def __init__(self, discord: LocalDiscord, backstage: Backstage) -> None:
        self._discord = discord
        self._backstage = backstage
        self._acts = Acts(discord)
        self._lines: set[Line] = set()

    def mount(self, app: web.Application) -> None:
        """Add the routes to `app`."""
        app.router.add_get("/", self._index)
        app.router.add_get("/page/live", self._live)
        app.router.add_post("/page/act/{verb}", self._act)
        app.router.add_post("/page/control/{name}", self._control)
        app.router.add_static("/page/static", STATIC)
        app.on_shutdown.append(self._hang_up)

    async def _index(self, request: web.Request) -> web.StreamResponse:
        _only_from_here(request)
        return web.FileResponse(STATIC / "index.html", headers=HEADERS)

    async def _live(self, request: web.Request) -> web.StreamResponse:
        _only_from_here(request)
        sight = Sight(self._acts.actor(request.query.get("as", "")))
        line = Line(sight, self._backstage, lambda: self._discord.gateway.online)
        response = web.StreamResponse(headers={**HEADERS, "Content-Type": "text/event-stream"})
        await response.prepare(request)
        with self._connected(line):
            try:
                async for chunk in line.sent():
                    await response.write(chunk)
            except ConnectionResetError:
                pass  # the page was closed
        return response

    @contextmanager
    def _connected(self, line: Line) -> Iterator[None]:
        ends = (
            self._discord.events.subscribe(line.happened),
            self._backstage.watch(line.check_bot),
        )
        self._lines.add(line)
        line.start()
        try:
            yield
        finally:
            self._lines.remove(line)
            for end in ends:
                end()

    async def _hang_up(self, _: web.Application) -> None:
        for line in self._lines:
            line.close()

    async def _act(self, request: web.Request) -> web.Response:
        _only_from_here(request)
        verb = request.match_info["verb"]
        if verb not in Acts.VERBS:
            raise web.HTTPNotFound
        try:
            body = parsed(await request.read())
            return web.json_response(await self._acts.act(verb, body))
        except MALFORMED as problem:
            log.warning("Malformed call: %s", verb, exc_info=problem)
            raise web.HTTPBadRequest(text=f"not understood: {problem!r}") from None

    async def _control(self, request: web.Request) -> web.Response:
        _only_from_here(request)
        name = request.match_info["name"]
        if process := PROCESS.fullmatch(name):
            await self._process(process["verb"], int(process["number"] or 1))
        elif name == "call-off":
            self._backstage.call_off()
        elif name.removeprefix("fail-") in list(Mishap):
            self._backstage.fail_next(Mishap(name.removeprefix("fail-")))
        else:
            raise web.HTTPNotFound
        return web.Response(status=204)

    async def _process(self, verb: str, number: int) -> None:
        """Kill or restart one of the bot's processes."""
        try:
            await (self._backstage.kill if verb == "kill" else self._backstage.restart)(number)
        except LookupError:
            raise web.HTTPNotFound from None


def _only_from_here(request: web.Request) -> None:
    """Refuse other hosts' names that point to this machine, and other sites' forms."""
    if request.url.host not in LOOPBACK:
        raise web.HTTPForbidden
    if request.method == "POST" and request.content_type != "application/json":
        raise web.HTTPUnsupportedMediaType
