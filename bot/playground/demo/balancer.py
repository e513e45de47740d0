"""One address for several processes, as a load balancer gives a real bot."""

from collections.abc import Callable, Sequence

from aiohttp import ClientConnectionError, ClientSession, ClientTimeout, web

# What the bot's own web server offers to others.
PATHS = ("/callbacks/{rest:.*}", "/films/{rest:.*}")
PASSED_ON = ("Content-Type", "Range", "Content-Range")


class Balancer:
    """Passes requests on to the first process that answers; `ports` are those that run."""

    def __init__(self, ports: Callable[[], Sequence[int]]) -> None:
        self._ports = ports

    def mount(self, app: web.Application) -> None:
        """Add the routes to `app`."""
        for path in PATHS:
            app.router.add_route("*", path, self._pass_on)

    async def _pass_on(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        for port in self._ports():
            try:
                return await self._passed_on(request, body, port)
            except ClientConnectionError:
                continue  # it was just killed
        raise web.HTTPBadGateway

    async def _passed_on(self, request: web.Request, body: bytes, port: int) -> web.StreamResponse:
        headers = {name: request.headers[name] for name in PASSED_ON if name in request.headers}
        address = f"http://127.0.0.1:{port}{request.path_qs}"
        async with (
            ClientSession(timeout=ClientTimeout(total=30)) as session,
            session.request(request.method, address, data=body, headers=headers) as answer,
        ):
            content = await answer.read()
            told = {name: answer.headers[name] for name in PASSED_ON if name in answer.headers}
            return web.Response(status=answer.status, body=content, headers=told)
