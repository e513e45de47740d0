"""Sends a video piece by piece and gives up on a client that stops reading."""

import asyncio
from pathlib import Path
from typing import IO, Any

from aiohttp import web
from aiohttp.abc import AbstractStreamWriter

from bot.web.connections import Connections

PIECE = 256 * 1024  # bytes; each must arrive within the bound's seconds


class FilmResponse(web.FileResponse):
    """A file, or the range of it that the client asked for."""

    def __init__(self, path: Path, connections: Connections) -> None:
        headers = {
            "Content-Type": "video/mp4",
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "private, no-store",  # permission is checked at each request
        }
        super().__init__(path, headers=headers)
        self._connections = connections

    async def prepare(self, request: web.BaseRequest) -> AbstractStreamWriter | None:
        """Raises ConnectionError if the client has left or stopped reading."""
        with self._connections.sending(request):
            return await super().prepare(request)

    async def _sendfile(
        self, request: web.BaseRequest, fobj: IO[Any], offset: int, count: int
    ) -> AbstractStreamWriter:
        """Called by `prepare` with the part to send."""
        writer = await web.StreamResponse.prepare(self, request)
        assert writer is not None
        for start in range(offset, offset + count, PIECE):
            await self._send_piece(request, fobj, start, min(PIECE, offset + count - start))
        await web.StreamResponse.write_eof(self)
        return writer

    async def _send_piece(
        self, request: web.BaseRequest, fobj: IO[Any], start: int, count: int
    ) -> None:
        transport = request.transport
        if transport is None:
            raise ConnectionResetError("the reader is gone")
        try:
            async with asyncio.timeout(self._connections.bounds.piece_seconds):
                await asyncio.get_running_loop().sendfile(transport, fobj, start, count)
        except TimeoutError:
            transport.abort()
            raise ConnectionResetError("the reader takes nothing") from None
