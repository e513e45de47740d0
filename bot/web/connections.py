"""How many strangers the web server lets in at once, and for how long one may hold a place.

The bot's own calls need descriptors too, so the server keeps far below what the process has."""

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

MOST = 256  # connections; each takes a descriptor, and a film's another one
SHARE = 4  # of the descriptors that the process may have, one in so many is for strangers
ACCEPT_PAUSE, TELL_EVERY = 1.0, 60.0  # seconds
_GONE = (errno.ECONNABORTED, errno.EPROTO)  # who was to be let in has left: nobody's fault
_NO_SUCH = (errno.EAFNOSUPPORT, errno.EADDRNOTAVAIL)  # one of two kinds of address is enough

log = logging.getLogger(__name__)


class Bounds(Struct, frozen=True, kw_only=True):
    """What strangers may take up. Seconds: without a request, and for a piece of a film."""

    connections: int = MOST
    films: int = MOST // 4
    films_a_client: int = 8
    idle_seconds: float = 30.0
    piece_seconds: float = 30.0


def bounds_for(descriptors: int) -> Bounds:
    """What a process with so many descriptors has room for."""
    most = max(8, min(MOST, descriptors // SHARE))
    return Bounds(connections=most, films=max(2, most // 4))


def usual_bounds() -> Bounds:
    """What this process has room for."""
    return bounds_for(resource.getrlimit(resource.RLIMIT_NOFILE)[0])


class Connections:
    """Lets everybody in; where there is no room, whoever has been idle longest has to go."""

    def __init__(self, bounds: Bounds, *, sleep: Callable[[float], Awaitable[None]]) -> None:
        self.bounds = bounds
        self._sleep = sleep
        self._idle: dict[Any, asyncio.TimerHandle] = {}  # connections, the longest idle first
        self._films: Counter[str] = Counter()
        self._told_at = -TELL_EVERY

    def check_room(self, request: web.Request) -> None:
        """Raises 503 where no more films may be sent now, or not to this client."""
        mine = self._films[client] if (client := client_of(request)) else 0
        if self._films.total() >= self.bounds.films or mine >= self.bounds.films_a_client:
            raise web.HTTPServiceUnavailable(headers={"Retry-After": "30"})

    @contextmanager
    def sending(self, request: web.BaseRequest) -> Iterator[None]:
        """While a film is on its way."""
        client = client_of(request)
        self._films[client] += 1
        try:
            with self.busy(request):
                yield
        finally:
            self._films[client] -= 1
            self._films += Counter()  # without those at zero

    @web.middleware
    async def watch(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Around every answer."""
        with self.busy(request):
            return await handler(request)

    @contextmanager
    def busy(self, request: web.BaseRequest) -> Iterator[None]:
        """While a request is answered, its connection is not idle."""
        if (timer := self._idle.pop(request.protocol, None)) is not None:
            timer.cancel()
        try:
            yield
        finally:
            self._rest(request.protocol)

    async def accept(self, listener: socket.socket, server: web.Server) -> None:
        """Let in whoever knocks, for ever."""
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
            await asyncio.sleep(0)  # so that it is gone
        if len(server.connections) >= self.bounds.connections:
            knocking.close()
            return
        try:
            loop = asyncio.get_running_loop()
            _, protocol = await loop.connect_accepted_socket(server, knocking)
        except OSError:  # cut already
            knocking.close()
        else:
            self._rest(protocol)

    def _forget_gone(self) -> None:
        """Those who have hung up themselves."""
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
    """The sockets of a host's addresses. Raises OSError, and UnicodeError for what is no name."""
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
    """Whose request it is; empty where a proxy does not say. Of a network of IPv6 all are one.

    Only a proxy nearby is believed, and only what it added itself: the last address.
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
