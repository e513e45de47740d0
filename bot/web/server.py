"""What strangers may ask over HTTP: cheap, uniform answers that reveal nothing.

`bot.video` handles callbacks; their bodies are not believed here either."""

import asyncio
import errno
import logging
import os
import re
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

from bot.errors import CommitUnknown, FilmError, StartupError, StorageDown
from bot.web.connections import Bounds, Connections, listening, usual_bounds
from bot.web.film_response import FilmResponse

BODY_LIMIT = 64 * 1024  # bytes; an answer about a task has about 1 KiB
BODY_SECONDS = 5.0
CALLBACKS_AT_ONCE = 32
_SERVES = {"WEB": "Web server", "METRICS": "Metrics"}
CONNECTIONS = web.AppKey("connections", Connections)
FILM_NAME = re.compile(r"[A-Za-z0-9_-]{20,100}\.mp4")

log = logging.getLogger(__name__)
_FAULTS = logging.getLogger(f"{__name__}.faults")

# Takes a callback's token and body; returns whether the task is ours.
Callback = Callable[[str, bytes], Awaitable[bool]]
IsReady = Callable[[], Awaitable[bool]]
# Takes a kept video's name; returns its file, an address to send people to, or None.
FindFilm = Callable[[str], Awaitable[Path | str | None]]


def _is_ours(record: logging.LogRecord) -> bool:
    """Whether to log a fault; clients that send invalid requests could fill the log."""
    return not (record.exc_info and isinstance(record.exc_info[1], HttpProcessingError))


_FAULTS.addFilter(_is_ours)


def build(
    *,
    is_callback: Callable[[str], bool],
    callback: Callback,
    is_ready: IsReady,
    find_film: FindFilm,
    bounds: Bounds | None = None,
) -> web.Application:
    """Build the routes. `is_callback` checks a token by arithmetic alone; the default `bounds` fit
    this process."""
    connections = Connections(bounds or usual_bounds(), sleep=asyncio.sleep)
    app = web.Application(client_max_size=BODY_LIMIT, middlewares=[connections.watch])
    app[CONNECTIONS] = connections
    slots = asyncio.Semaphore(CALLBACKS_AT_ONCE)

    async def called_back(request: web.Request) -> web.Response:
        token = request.match_info["token"]
        if not is_callback(token):
            raise web.HTTPNotFound
        if slots.locked():
            raise web.HTTPServiceUnavailable(headers={"Retry-After": "2"})
        async with slots:
            if not await _heard(callback, token, await _body(request)):
                raise web.HTTPNotFound
        return web.Response(status=204)

    async def film(request: web.Request) -> web.StreamResponse:
        connections.check_room(request)
        with connections.counted(request):
            found = await _found(find_film, request.match_info["name"])
        if isinstance(found, str):  # fresh for each request, which is when permission is checked
            raise web.HTTPFound(found, headers={"Cache-Control": "private, no-store"})
        connections.check_room(request)  # others may have begun meanwhile
        return FilmResponse(found, connections)

    async def health(_: web.Request) -> web.Response:
        return web.Response(text="ok\n")

    async def ready(_: web.Request) -> web.Response:
        if await is_ready():
            return web.Response(text="ready\n")
        return web.Response(status=503, text="not ready\n")

    app.on_response_prepare.append(say_nothing_of_the_server)
    app.router.add_post("/callbacks/{token}", called_back)
    app.router.add_get("/films/{name}", film)
    app.router.add_get("/healthz", health)
    app.router.add_get("/readyz", ready)
    return app


@asynccontextmanager
async def serving(
    app: web.Application, *, host: str, port: int, named: str = "WEB"
) -> AsyncIterator[int]:
    """Serve until the block ends; yields the port. Raises `StartupError` if it cannot listen, with
    the variables `named` by this word."""
    runner = web.AppRunner(app, access_log=None, logger=_FAULTS, shutdown_timeout=5.0)
    await runner.setup()
    assert runner.server is not None
    async with AsyncExitStack() as stack:
        stack.push_async_callback(runner.cleanup)
        try:
            listeners = await stack.enter_async_context(listening(host, port))
        except (OSError, UnicodeError) as error:  # UnicodeError: the host cannot be a name
            raise StartupError(why_not(error, host, port, named)) from None
        for listener in listeners:
            accepting = asyncio.create_task(app[CONNECTIONS].accept(listener, runner.server))
            stack.push_async_callback(_cancelled, accepting)
        found = listeners[0].getsockname()[1]
        log.info("%s on %s:%d", _SERVES[named], host, found, extra={"action": "listen"})
        yield found


async def _heard(callback: Callback, token: str, body: bytes) -> bool:
    try:
        return await callback(token, body)
    except (StorageDown, CommitUnknown):  # the store has logged it
        raise web.HTTPServiceUnavailable(headers={"Retry-After": "30"}) from None


async def _found(find_film: FindFilm, name: str) -> Path | str:
    try:
        found = await find_film(name) if FILM_NAME.fullmatch(name) else None
    except FilmError:  # its storage has told the log
        raise web.HTTPServiceUnavailable(headers={"Retry-After": "60"}) from None
    if found is None:
        raise web.HTTPNotFound
    return found


async def say_nothing_of_the_server(_: web.Request, response: web.StreamResponse) -> None:
    """Hide what the server runs on, and its version."""
    response.headers.pop("Server", None)


async def _cancelled(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.wait([task])


def why_not(error: OSError | UnicodeError, host: str, port: int, named: str) -> str:
    """Why nothing can listen there, and what to do; the variables begin with `named`."""
    why = _words_of(error) if isinstance(error, OSError) else "it is no name"
    if isinstance(error, OSError) and error.errno in (errno.EADDRINUSE, errno.EACCES):
        taken = f"{named}_PORT {port} cannot be used on {host}: {why}."
        return f"{taken} Set another one; each process on a machine needs its own."
    return f"{named}_HOST {host} cannot be used: {why}. Name an address of this machine."


def _words_of(error: OSError) -> str:
    """The system's words, to which asyncio and Python add the address."""
    is_of_names = isinstance(error, socket.gaierror) or error.errno is None
    return str(error.strerror) if is_of_names else os.strerror(error.errno or 0)


async def _body(request: web.Request) -> bytes:
    """The body, if it is small and arrives soon; otherwise the answer is that of a wrong token."""
    try:
        async with asyncio.timeout(BODY_SECONDS):
            return await request.read()
    except (TimeoutError, web.HTTPRequestEntityTooLarge):
        raise web.HTTPNotFound from None
