"""A bot's session, which survives, and its socket, which does not."""

import asyncio
import json
import logging
import zlib
from collections import deque
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from bot.playground.guild.closing import Pace

REPLAYED = 2000  # dispatches kept for a resume

log = logging.getLogger(__name__)


class Connection:
    """An open socket; sends payloads in order, compressed if the client asked for that."""

    def __init__(
        self,
        socket: web.WebSocketResponse,
        transport: asyncio.Transport | None,
        compress: str | None,
    ) -> None:
        self.socket = socket
        self.pace = Pace()
        self.session: Session | None = None
        self._transport = transport
        self._deflate = zlib.compressobj() if compress == "zlib-stream" else None
        self._outgoing: asyncio.Queue[dict[str, Any]] = asyncio.Queue()

    def tell(self, op: int, body: Any = None) -> None:
        """Send a payload that is not an event."""
        self.put({"op": op, "d": body, "s": None, "t": None})

    def put(self, payload: dict[str, Any]) -> None:
        """Queue a payload."""
        self._outgoing.put_nowait(payload)

    def abort(self) -> None:
        """Break the connection without a closing handshake."""
        if self._transport is not None:
            self._transport.abort()

    async def write(self) -> None:
        """Send queued payloads until the connection ends; skips one that cannot be encoded."""
        while not self.socket.closed:
            payload = await self._outgoing.get()
            try:
                await self._send(json.dumps(payload))
            except (TypeError, ValueError, RecursionError):
                log.exception("Skipped a payload that is not JSON: %s", payload.get("t"))
            except ConnectionError:
                return

    async def _send(self, raw: str) -> None:
        if self._deflate is None:
            await self.socket.send_str(raw)
            return
        part = self._deflate.compress(raw.encode())
        await self.socket.send_bytes(part + self._deflate.flush(zlib.Z_SYNC_FLUSH))


@dataclass(kw_only=True, eq=False)
class Session:
    """What a bot was told since it identified; the last part can be replayed."""

    id: str
    intents: int
    shard: tuple[int, int]
    sequence: int = 0
    sent: deque[dict[str, Any]] = field(default_factory=lambda: deque(maxlen=REPLAYED))
    connection: Connection | None = None

    def hears(self, guild_id: int | None) -> bool:
        """Whether this shard gets the event: direct messages go to shard 0, servers by their id."""
        index, count = self.shard
        return (0 if guild_id is None else (guild_id >> 22) % count) == index

    def dispatch(self, name: str, shape: dict[str, Any]) -> None:
        """Number an event, keep it, and send it if the bot is connected."""
        self.sequence += 1
        payload = {"op": 0, "t": name, "s": self.sequence, "d": shape}
        self.sent.append(payload)
        if self.connection is not None:
            self.connection.put(payload)

    def remembers(self, sequence: int) -> bool:
        """Whether everything after this number is still kept."""
        return bool(self.sent) and self.sent[0]["s"] - 1 <= sequence <= self.sequence

    def replay(self, sequence: int) -> None:
        """Send everything after this number again."""
        for payload in tuple(self.sent):
            if payload["s"] > sequence and self.connection is not None:
                self.connection.put(payload)
