"""How many clients the web server accepts at once, and how long an idle one may stay.

The bot's own calls need descriptors too, so the server stays far below the process's limit."""

import asyncio
import errno
import ipaddress
import logging
import resource
import socket
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from typing import Any

from aiohttp import web
from aiohttp.typedefs import Handler
from msgspec import Struct

MOST = 256  # connections; each takes a descriptor, and sending a video takes one more
SHARE = 4  # one in so many of the process's descriptors is for clients
ACCEPT_PAUSE, TELL_EVERY = 1.0, 60.0  # seconds
_GONE = (errno.ECONNABORTED, errno.EPROTO)  # the client left before it was accepted; not our fault
_NO_SUCH = (errno.EAFNOSUPPORT, errno.EADDRNOTAVAIL)  # fine if the other address family works

log = logging.getLogger(__name__)


class Bounds(Struct, frozen=True, kw_only=True):
    """Limits on clients: how many, and the seconds without a request and per piece of a video."""

    connections: int = MOST
    films: int = MOST // 4
    films_a_client: int = 8
    idle_seconds: float = 30.0
    piece_seconds: float = 30.0


def bounds_for(descriptors: int) -> Bounds:
    """The bounds that fit this number of descriptors."""
    most = max(8, min(MOST, descriptors // SHARE))
    return Bounds(connections=most, films=max(2, most // 4))


def usual_bounds() -> Bounds:
    """The bounds that fit this process."""
    return bounds_for(resource.getrlimit(resource.RLIMIT_NOFILE)[0])


class Connections:
    """Accepts every client; when full, closes the connection that has been idle longest."""

    def __init__(self, bounds: Bounds, *, sleep: Callable[[float], Awaitable[None]]) -> None:
        self.bounds = bounds
        self._sleep = sleep
        self._idle: dict[Any, asyncio.TimerHandle] = {}  # the longest idle first
        self._films: Counter[str] = Counter()
        self._told_at = -TELL_EVERY

    def check_room(self, request: web.Request) -> None:
        """Raises 503 if too many videos are being sent, in all or to this client."""
        mine = self._films[client] if (client := client_of(request)) else 0
        if self._films.total() >= self.bounds.films or mine >= self.bounds.films_a_client:
            raise web.HTTPServiceUnavailable(headers={"Retry-After": "30"})

    @contextmanager
    def sending(self, request: web.BaseRequest) -> Iterator[None]:
        """Count a video while it is being sent."""
        with self.counted(request), self.busy(request):
            yield

    @contextmanager
    def counted(self, request: web.BaseRequest) -> Iterator[None]:
        """Count a video that is being looked for or sent."""
        client = client_of(request)
        self._films[client] += 1
        try:
            yield
        finally:
            self._films[client] -= 1
            self._films += Counter()  # drops the zeros

    @web.middleware
    async def watch(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Middleware: runs around every answer."""
        with self.busy(request):
            return await handler(request)

    @contextmanager
    def busy(self, request: web.BaseRequest) -> Iterator[None]:
        """Count the connection as busy, not idle, while a request is answered."""
        if (timer := self._idle.pop(request.protocol, None)) is not None:
            timer.cancel()
        try:
            yield
        finally:
            self._rest(request.protocol)

    async def accept(self, listener: socket.socket, server: web.Server) -> None:
        """Accept clients forever."""
        loop = asyncio.get_running_loop()
        while True:
            try:
                knocking, _ = await loop.sock_accept(listener)
            except OSError as error:
                if error.errno not in _GONE:
                    self._tell(error)
                    await self._sleep(ACCEPT_PAUSE)
            else:
                await self._let_in(knocking, server)

    async def _let_in(self, knocking: socket.socket, server: web.Server) -> None:
        if len(self._idle) > 2 * self.bounds.connections:
            self._forget_gone()
        while len(server.connections) >= self.bounds.connections and self._idle:
            self._end(next(iter(self._idle)))
            await asyncio.sleep(0)  # lets the loop close it
        if len(server.connections) >= self.bounds.connections:
            knocking.close()
            return
        try:
            loop = asyncio.get_running_loop()
            _, protocol = await loop.connect_accepted_socket(server, knocking)
        except OSError:  # closed already
            knocking.close()
        else:
            self._rest(protocol)

    def _forget_gone(self) -> None:
        """Drop the connections that clients closed themselves."""
        for protocol in [each for each in self._idle if each.transport is None]:
            self._idle.pop(protocol).cancel()

    def _rest(self, protocol: Any) -> None:
        if protocol.transport is None:
            return
        loop = asyncio.get_running_loop()
        self._idle[protocol] = loop.call_later(self.bounds.idle_seconds, self._end, protocol)

    def _end(self, protocol: Any) -> None:
        self._idle.pop(protocol).cancel()
        if protocol.transport is not None:
            protocol.transport.abort()

    def _tell(self, error: OSError) -> None:
        now = asyncio.get_running_loop().time()
        if now >= self._told_at + TELL_EVERY:
            self._told_at = now
            log.error("Nobody can be let in: %s", error.strerror, extra={"action": "accept"})


@asynccontextmanager
async def listening(host: str, port: int) -> AsyncIterator[Sequence[socket.socket]]:
    """Open a host's sockets. Raises OSError, or UnicodeError for an impossible name."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(
        host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )
    listeners: list[socket.socket] = []
    failure: OSError | None = None
    try:
        for family, _, _, _, address in dict.fromkeys(found):
            try:
                listeners.append(socket.create_server(address, family=family, backlog=128))
            except OSError as error:
                if error.errno not in _NO_SUCH:
                    raise
                failure = error
            else:
                listeners[-1].setblocking(False)
        if failure is not None and not listeners:
            raise failure
        yield listeners
    finally:
        for listener in listeners:
            listener.close()


def client_of(request: web.BaseRequest) -> str:
    """The client's address, or "" if a proxy does not say; an IPv6 network counts as one client.

    Believes only a proxy nearby, and only the last address, which that proxy added itself.
    """
    said = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
    try:
        peer = ipaddress.ip_address(request.remote or "")
        client = ipaddress.ip_address(said) if peer.is_private and said else peer
    except ValueError:
        return ""
    if peer.is_private and not said:
        return ""
    return str(
        ipaddress.ip_network(f"{client}/64", strict=False) if client.version == 6 else client
    )
