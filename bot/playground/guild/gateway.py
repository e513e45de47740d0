"""The gateway's websocket: hello, identify, heartbeats, resume with replay.

`dispatches` turns events into dispatches. https://docs.discord.com/developers/events/gateway"""

import asyncio
from datetime import datetime, timedelta
from enum import IntEnum
from typing import Any
from uuid import uuid4

from aiohttp import WSMsgType, web

from bot.playground.guild.chunks import chunk
from bot.playground.guild.closing import (
    CloseCode,
    Closed,
    check_opening,
    intents,
    is_number,
    read_frame,
    shard,
    text,
)
from bot.playground.guild.connection import Connection, Session
from bot.playground.guild.dispatches import PRIVILEGED, dispatches, greeting
from bot.playground.guild.events import Event, EventKind
from bot.playground.guild.state import State


class Op(IntEnum):
    """https://docs.discord.com/developers/topics/opcodes-and-status-codes#gateway"""

    DISPATCH = 0
    HEARTBEAT = 1
    IDENTIFY = 2
    PRESENCE = 3
    VOICE_STATE = 4
    RESUME = 6
    RECONNECT = 7
    MEMBERS = 8
    INVALID_SESSION = 9
    HELLO = 10
    ACK = 11
    SOUNDS = 31


OPENING = (Op.IDENTIFY, Op.RESUME)
# Presence, voice and sounds are accepted without an effect.
CLIENTS = (*OPENING, Op.HEARTBEAT, Op.PRESENCE, Op.VOICE_STATE, Op.MEMBERS, Op.SOUNDS)
RESUMABLE_AFTER = (1000, 1001)  # after these codes the session is over


class Gateway:
    """The bot's sessions. With `acknowledges` false, heartbeats get no answer; `refusing` turns new
    connections away, like an outage. `heartbeat_interval` is in seconds.

    `shards` is the recommended number. Of the shards that are the same modulo `concurrency`, one
    may identify in `identify_gap`, which is 5 s at Discord; without a gap, restarts need not wait.
    """

    def __init__(self, state: State, heartbeat_interval: float = 41.25) -> None:
        self.heartbeat_interval = heartbeat_interval
        self.shards = 1
        self.concurrency = 1
        self.identify_gap = timedelta()
        self.acknowledges = True
        self.refusing = False
        self.hanging_up = 0  # on so many connections, before their hello
        self.connections = 0
        self.url = ""
        self.identifies = 0
        self.refused_identifies = 0  # each came too soon after another
        self.resumes = 0
        self._state = state
        self._sessions: dict[str, Session] = {}
        self._connections: set[Connection] = set()
        self._identified: dict[int, datetime] = {}
        state.events.subscribe(self._hear)

    @property
    def online(self) -> bool:
        """Whether a bot is connected and identified."""
        return any(session.connection for session in self._sessions.values())

    def heard(self, guild_id: int | None = None) -> int:
        """How many connected sessions hear a server's events, or those of direct messages."""
        return sum(
            session.connection is not None and session.hears(guild_id)
            for session in self._sessions.values()
        )

    def drop(self) -> None:
        """Cut every connection without notice; sessions can be resumed."""
        for connection in tuple(self._connections):
            connection.abort()

    def reconnect(self) -> None:
        """Ask every client with a session to reconnect and resume."""
        for connection in self._with_session():
            connection.tell(Op.RECONNECT)

    def invalidate(self, *, resumable: bool = False) -> None:
        """Tell every client that its session is over, or with `resumable` to resume it."""
        for connection in self._with_session():
            connection.tell(Op.INVALID_SESSION, resumable)
            self._detach(connection)  # it may identify or resume here or on another connection
        if not resumable:
            self._sessions.clear()

    def _with_session(self) -> list[Connection]:
        """Clients that have identified; Discord says this to no others."""
        return [each for each in self._connections if each.session is not None]

    async def connect(self, request: web.Request) -> web.StreamResponse:
        """Serve one client's connection from handshake to end."""
        if self.refusing:
            return web.Response(status=503)
        socket = web.WebSocketResponse(max_msg_size=1 << 20)
        await socket.prepare(request)
        self.connections += 1
        if self.hanging_up > 0 and request.transport is not None:
            self.hanging_up -= 1
            request.transport.abort()
            return socket
        connection = Connection(socket, request.transport, request.query.get("compress"))
        self._connections.add(connection)
        connection.tell(Op.HELLO, {"heartbeat_interval": self._beat_ms()})
        writer = asyncio.create_task(connection.write())
        try:
            check_opening(request.query.get("v"), request.query.get("encoding"))
            await self._read(connection)
        except Closed as reason:
            await socket.close(code=reason.code)
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
            if message.type in (WSMsgType.TEXT, WSMsgType.BINARY):
                connection.pace.count(self._state.clock.now())
                self._take(connection, *read_frame(message.data))

    def _take(self, connection: Connection, op: int, body: Any) -> None:
        if op not in CLIENTS:
            raise Closed(CloseCode.UNKNOWN_OPCODE)
        if op == Op.HEARTBEAT:
            self._beat(connection, body)
            return
        if (op in OPENING) == (connection.session is not None):
            opened = connection.session is not None
            code = CloseCode.ALREADY_AUTHENTICATED if opened else CloseCode.NOT_AUTHENTICATED
            raise Closed(code)
        if not isinstance(body, dict):
            raise Closed(CloseCode.DECODE_ERROR)
        if op == Op.IDENTIFY:
            self._identify(connection, body)
        elif op == Op.RESUME:
            self._resume(connection, body)
        elif op == Op.MEMBERS and connection.session is not None:
            for shape in chunk(self._state.world, connection.session, body):
                connection.session.dispatch("GUILD_MEMBERS_CHUNK", shape)

    def _beat(self, connection: Connection, body: Any) -> None:
        if body is not None and not is_number(body):
            raise Closed(CloseCode.DECODE_ERROR)
        if self.acknowledges:
            connection.tell(Op.ACK)

    def _check_token(self, body: dict[str, Any]) -> None:
        if text(body, "token") != self._state.world.application.token:
            raise Closed(CloseCode.AUTHENTICATION_FAILED)

    def _identify(self, connection: Connection, body: dict[str, Any]) -> None:
        self._check_token(body)
        refused = 0 if self._state.world.application.privileged else int(PRIVILEGED)
        mine, heard = shard(body), intents(body, refused)
        if not self._is_its_turn(mine[0] % self.concurrency):
            self.refused_identifies += 1
            connection.tell(Op.INVALID_SESSION, False)
            return
        session = Session(id=uuid4().hex, intents=heard, shard=mine)
        self._forget_dead(session.shard)
        self._sessions[session.id] = session
        self.identifies += 1
        self._attach(connection, session)
        for name, shape in greeting(self._state.world, session, self.url):
            session.dispatch(name, shape)
        self._state.publish(EventKind.ONLINE, body={"session": session.id})

    def _is_its_turn(self, key: int) -> bool:
        """https://docs.discord.com/developers/events/gateway#sharding-max-concurrency"""
        now, last = self._state.clock.now(), self._identified.get(key)
        if last is not None and now - last < self.identify_gap:
            return False
        self._identified[key] = now
        return True

    def _resume(self, connection: Connection, body: dict[str, Any]) -> None:
        self._check_token(body)
        session, seen = self._sessions.get(text(body, "session_id")), body.get("seq")
        if not is_number(seen):
            raise Closed(CloseCode.DECODE_ERROR)
        if session is not None and not 0 <= seen <= session.sequence:
            raise Closed(CloseCode.INVALID_SEQUENCE)
        if session is None or not session.remembers(seen):
            connection.tell(Op.INVALID_SESSION, False)
            return
        self.resumes += 1
        self._attach(connection, session)
        session.replay(seen)
        session.dispatch("RESUMED", {"_trace": []})
        self._state.publish(EventKind.ONLINE, body={"session": session.id})

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
        session = self._detach(connection)
        if session is not None and connection.socket.close_code in RESUMABLE_AFTER:
            self._sessions.pop(session.id, None)

    def _detach(self, connection: Connection) -> Session | None:
        session = connection.session
        if session is not None:
            connection.session = session.connection = None
            self._state.publish(EventKind.OFFLINE, body={"session": session.id})
        return session

    def _hear(self, event: Event) -> None:
        for session in self._sessions.values():
            for name, shape in dispatches(self._state, event, session):
                session.dispatch(name, shape)
