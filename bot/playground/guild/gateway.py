"""The websocket: hello, identify, heartbeats, resume with replay.

Which event becomes which dispatch is `dispatches`' business.
https://docs.discord.com/developers/events/gateway"""

import asyncio
import json
from enum import IntEnum
from typing import Any
from uuid import uuid4

from aiohttp import WSMsgType, web

from bot.playground.guild.connection import Connection, Session
from bot.playground.guild.dispatches import PRIVILEGED, dispatches, greeting
from bot.playground.guild.events import Event, EventKind
from bot.playground.guild.state import State


class Op(IntEnum):
    """https://docs.discord.com/developers/topics/opcodes-and-status-codes#gateway"""

    DISPATCH = 0
    HEARTBEAT = 1
    IDENTIFY = 2
    RESUME = 6
    RECONNECT = 7
    INVALID_SESSION = 9
    HELLO = 10
    ACK = 11


NOT_AUTHENTICATED, WRONG_TOKEN, WRONG_INTENTS, BAD_PAYLOAD = 4003, 4004, 4014, 4002
RESUMABLE_AFTER = (1000, 1001)  # a client that closes so has ended its session


class Gateway:
    """The bot's sessions. `acknowledges` false leaves heartbeats without an answer, `refusing`
    turns new connections away as an outage does. `heartbeat_interval` is in seconds."""

    def __init__(self, state: State, heartbeat_interval: float = 41.25) -> None:
        self.heartbeat_interval = heartbeat_interval
        self.acknowledges = True
        self.refusing = False
        self.url = ""
        self.identifies = 0
        self.resumes = 0
        self._state = state
        self._sessions: dict[str, Session] = {}
        self._connections: set[Connection] = set()
        state.events.subscribe(self._hear)

    @property
    def online(self) -> bool:
        """Whether a bot is connected and identified."""
        return any(session.connection for session in self._sessions.values())

    def drop(self) -> None:
        """Cut every connection without a word; sessions can be resumed."""
        for connection in tuple(self._connections):
            connection.abort()

    def reconnect(self) -> None:
        """Ask every client to come back and resume."""
        for connection in self._connections:
            connection.put({"op": Op.RECONNECT, "d": None})

    def invalidate(self, *, resumable: bool = False) -> None:
        """Tell every client that its session is over, or with `resumable` that it should resume."""
        for connection in self._connections:
            connection.put({"op": Op.INVALID_SESSION, "d": resumable})
        if not resumable:
            self._sessions.clear()

    async def connect(self, request: web.Request) -> web.StreamResponse:
        """One client's connection, from the handshake to its end."""
        if self.refusing:
            return web.Response(status=503)
        socket = web.WebSocketResponse(max_msg_size=1 << 20)
        await socket.prepare(request)
        connection = Connection(socket, request.transport, request.query.get("compress"))
        self._connections.add(connection)
        connection.put({"op": Op.HELLO, "d": {"heartbeat_interval": self._beat_ms()}})
        writer = asyncio.create_task(connection.write())
        try:
            await self._read(connection)
        finally:
            self._gone(connection)
            writer.cancel()
        return socket

    async def close(self) -> None:
        """End every connection for good."""
        for connection in tuple(self._connections):
            await connection.socket.close(code=1001)

    def _beat_ms(self) -> int:
        return int(self.heartbeat_interval * 1000)

    async def _read(self, connection: Connection) -> None:
        async for message in connection.socket:
            if message.type is not WSMsgType.TEXT:
                continue
            refused = self._take(connection, json.loads(message.data))
            if refused:
                await connection.socket.close(code=refused)

    def _take(self, connection: Connection, payload: dict[str, Any]) -> int | None:
        match payload.get("op"):
            case Op.HEARTBEAT:
                if self.acknowledges:
                    connection.put({"op": Op.ACK, "d": None})
            case Op.IDENTIFY:
                return self._identify(connection, payload["d"])
            case Op.RESUME:
                return self._resume(connection, payload["d"])
            case _ if connection.session is None:
                return NOT_AUTHENTICATED
        return None

    def _identify(self, connection: Connection, body: dict[str, Any]) -> int | None:
        application = self._state.world.application
        if body.get("token") != application.token:
            return WRONG_TOKEN
        if body.get("intents", 0) & PRIVILEGED and not application.privileged:
            return WRONG_INTENTS
        index, count = body.get("shard") or (0, 1)
        session = Session(id=uuid4().hex, intents=body.get("intents", 0), shard=(index, count))
        self._forget_dead(session.shard)
        self._sessions[session.id] = session
        self.identifies += 1
        self._attach(connection, session)
        for name, shape in greeting(self._state.world, session, self.url):
            session.dispatch(name, shape)
        self._state.publish(EventKind.ONLINE, body={"session": session.id})
        return None

    def _resume(self, connection: Connection, body: dict[str, Any]) -> int | None:
        if body.get("token") != self._state.world.application.token:
            return WRONG_TOKEN
        session = self._sessions.get(str(body.get("session_id")))
        if session is None or not session.remembers(int(body.get("seq") or 0)):
            connection.put({"op": Op.INVALID_SESSION, "d": False})
            return None
        self.resumes += 1
        self._attach(connection, session)
        session.replay(int(body.get("seq") or 0))
        session.dispatch("RESUMED", {"_trace": []})
        self._state.publish(EventKind.ONLINE, body={"session": session.id})
        return None

    def _attach(self, connection: Connection, session: Session) -> None:
        if session.connection is not None:
            session.connection.session = None
        connection.session, session.connection = session, connection

    def _forget_dead(self, shard: tuple[int, int]) -> None:
        for id, session in tuple(self._sessions.items()):
            if session.shard == shard and session.connection is None:
                del self._sessions[id]

    def _gone(self, connection: Connection) -> None:
        self._connections.discard(connection)
        session = connection.session
        if session is None:
            return
        session.connection = None
        if connection.socket.close_code in RESUMABLE_AFTER:
            self._sessions.pop(session.id, None)
        self._state.publish(EventKind.OFFLINE, body={"session": session.id})

    def _hear(self, event: Event) -> None:
        for session in self._sessions.values():
            for name, shape in dispatches(self._state, event, session):
                session.dispatch(name, shape)
