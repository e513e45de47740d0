"""A link to a local service that can go dead, as behind a firewall that drops everything."""

import asyncio
from contextlib import suppress
from typing import Self
from urllib.parse import urlsplit, urlunsplit

PIECE = 1 << 16  # bytes


class Link:
    """Passes bytes on to the service at `url`. While it is dead, connections open and nothing that
    is sent arrives, in either direction."""

    def __init__(self, url: str) -> None:
        self._parts = urlsplit(url)
        self._alive = asyncio.Event()
        self._alive.set()
        self._server: asyncio.Server | None = None
        self._passing: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()
        for task in self._passing:
            task.cancel()
        await asyncio.gather(*self._passing, return_exceptions=True)

    @property
    def url(self) -> str:
        """The service's address through this link."""
        assert self._server is not None
        host, port = self._server.sockets[0].getsockname()
        return urlunsplit(self._parts._replace(netloc=f"{host}:{port}"))

    def die(self) -> None:
        self._alive.clear()

    def heal(self) -> None:
        self._alive.set()

    async def _connected(self, near: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        passing = asyncio.create_task(self._pass_both(near, back))
        self._passing.add(passing)
        passing.add_done_callback(self._passing.discard)

    async def _pass_both(self, near: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        await self._alive.wait()
        far, forth = await asyncio.open_connection(self._parts.hostname, self._parts.port)
        try:
            await asyncio.wait(
                [
                    asyncio.create_task(self._pass_on(near, forth)),
                    asyncio.create_task(self._pass_on(far, back)),
                ],
                return_when=asyncio.FIRST_COMPLETED,
            )
        finally:
            forth.close()
            back.close()

    async def _pass_on(self, read: asyncio.StreamReader, write: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while piece := await read.read(PIECE):
                await self._alive.wait()
                write.write(piece)
                await write.drain()
