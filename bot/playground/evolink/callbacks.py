"""Checks `callback_url` and sends callbacks.

Source: the model's reference page: https only, no internal addresses, at most 2048 characters,
10 s for an answer, 3 repeats after 1, 2 and 4 s, any 2xx is success.
"""

import asyncio
import re
import socket
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import SplitResult, urlsplit

import aiohttp

from bot.clock import Clock
from bot.playground.evolink.addresses import is_callable, is_this_machine, literal
from bot.playground.evolink.faults import CallbackFault
from bot.playground.evolink.replies import Json
from bot.playground.evolink.values import Refused, refuse

LONGEST_URL = 2048
PAUSES = (1.0, 2.0, 4.0)
URI = re.compile(r"(?:[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})*")  # RFC 3986, 2

Resolve = Callable[[str, int], Awaitable[list[str]]]


async def system_resolve(host: str, port: int) -> list[str]:
    """The addresses of a name; empty if it has none."""
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return []
    return [str(sockaddr[0]) for *_, sockaddr in found]


@dataclass(frozen=True, kw_only=True)
class CallbackRules:
    """Which addresses a callback may have; `allow_loopback` also allows http and this machine."""

    allow_loopback: bool = False
    resolve: Resolve = system_resolve

    async def check(self, url: str) -> None:
        """Raises `Refused`. A name without addresses passes: nothing can be sent to it."""
        target = self._parse(url)
        host = (target.hostname or "").removesuffix(".")
        port = target.port or (443 if target.scheme == "https" else 80)
        if is_this_machine(host) and not self.allow_loopback:
            raise refuse("callback_url must not lead to this machine", "callback_url")
        addresses = [host] if literal(host) else await self.resolve(host, port)
        if not all(self.allows(address) for address in addresses):
            raise refuse("callback_url must not lead to an internal address", "callback_url")

    def allows(self, address: str) -> bool:
        """Whether an IP address may be called."""
        found = literal(address)
        return found is not None and is_callable(found, allow_loopback=self.allow_loopback)

    def _parse(self, url: str) -> SplitResult:
        if len(url) > LONGEST_URL:
            problem = f"callback_url must have at most {LONGEST_URL} characters"
            raise refuse(problem, "callback_url")
        if not URI.fullmatch(url):
            raise refuse("callback_url is not a URL", "callback_url")
        try:
            target = urlsplit(url)
            # A host in another spelling could be read differently here and when it is called.
            complete = bool(target.hostname) and target.port != 0 and "%" not in target.netloc
        except ValueError:
            raise refuse("callback_url is not a URL", "callback_url") from None
        if not complete or target.scheme not in self._schemes():
            raise refuse("callback_url must be a complete https URL", "callback_url")
        return target

    def _schemes(self) -> tuple[str, ...]:
        return ("https", "http") if self.allow_loopback else ("https",)


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """One attempt at a callback; `status` is None if no answer came."""

    task_id: str
    url: str
    at: datetime
    status: int | None


class Callbacks:
    """Sends callbacks; an async context manager that owns its connections."""

    def __init__(self, *, rules: CallbackRules, clock: Clock, timeout: float) -> None:
        self.deliveries: list[Delivery] = []
        self._rules = rules
        self._clock = clock
        self._timeout = aiohttp.ClientTimeout(total=timeout)

    async def __aenter__(self) -> "Callbacks":
        # Each connection resolves the name again, so the guard sits on the socket itself.
        connector = aiohttp.TCPConnector(socket_factory=self._guarded_socket, force_close=True)
        self._session = aiohttp.ClientSession(connector=connector, timeout=self._timeout)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._session.close()

    async def send(self, task_id: str, url: str, body: Json, fault: CallbackFault) -> None:
        """Deliver `body`, with repeats; give up after the last one."""
        await self._clock.sleep(fault.delay)
        for _ in range(fault.copies):
            await self._send_once(task_id, url, body)

    async def _send_once(self, task_id: str, url: str, body: Json) -> None:
        for pause in (*PAUSES, None):
            status = await self._post(url, body)
            now = self._clock.now()
            self.deliveries.append(Delivery(task_id=task_id, url=url, at=now, status=status))
            if pause is None or (status is not None and 200 <= status < 300):
                return
            await self._clock.sleep(pause)

    async def _post(self, url: str, body: Json) -> int | None:
        try:
            async with self._session.post(url, json=body, allow_redirects=False) as answer:
                return answer.status
        except (aiohttp.ClientError, TimeoutError, Refused):
            return None

    def _guarded_socket(self, address: aiohttp.AddrInfoType) -> socket.socket:
        family, kind, protocol, _, target = address
        if not self._rules.allows(str(target[0])):
            raise OSError(f"internal address {target[0]}")
        return socket.socket(family, kind, protocol)
