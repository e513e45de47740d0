"""Metrics on a port of their own: nothing else is answered there."""

import asyncio
from collections.abc import Awaitable, Callable

from aiohttp import web

from bot.web.connections import Bounds, Connections
from bot.web.server import CONNECTIONS, say_nothing_of_the_server

BOUNDS = Bounds(connections=8)

Render = Callable[[], Awaitable[tuple[bytes, str]]]  # the page and its content type


def build(render: Render) -> web.Application:
    """Build the one route, `/metrics`."""
    connections = Connections(BOUNDS, sleep=asyncio.sleep)
    app = web.Application(client_max_size=1024, middlewares=[connections.watch])
    app[CONNECTIONS] = connections

    async def metrics(_: web.Request) -> web.Response:
        page, kind = await render()
        return web.Response(body=page, headers={"Content-Type": kind, "Cache-Control": "no-store"})

    app.on_response_prepare.append(say_nothing_of_the_server)
    app.router.add_get("/metrics", metrics)
    return app
