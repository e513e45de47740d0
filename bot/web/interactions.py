"""Interactions that Discord sends over HTTP, instead of a gateway.

Only checks that Discord itself sent them; answers go over REST, as for those from the gateway.
https://docs.discord.com/developers/interactions/overview#preparing-for-interactions"""

import asyncio
import json
import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from aiohttp import web
from nacl.exceptions import BadSignatureError
from nacl.signing import VerifyKey

from bot.clock import Clock

PATH = "/interactions"
BODY_LIMIT = 512 * 1024  # bytes; five texts of 4,000 characters and what they mention fit
BODY_SECONDS = 2.0
FRESH = timedelta(minutes=5)  # an older one, or one from the future, is a replay or a wrong clock
PING = 1

log = logging.getLogger(__name__)
Hear = Callable[[dict[str, Any]], object]


def add_route(
    app: web.Application, *, key: Callable[[], str | None], hear: Hear, clock: Clock
) -> None:
    """Add the endpoint. `key` gives the application's public key in hex, once it is known. `hear`
    takes each interaction; it returns at once, and ensures that the same one counts only once."""

    async def interaction(request: web.Request) -> web.Response:
        known = key()
        if known is None:
            raise web.HTTPServiceUnavailable
        body = await _body(request)
        if not _is_signed(request, body, VerifyKey(bytes.fromhex(known))) or not _is_fresh(
            request, clock
        ):
            raise web.HTTPUnauthorized
        payload = _read(body)
        if payload["type"] == PING:
            return web.json_response({"type": PING})
        hear(payload)
        return web.Response(status=202)  # the answer itself is a call of ours to Discord

    app.router.add_post(PATH, interaction)


async def _body(request: web.Request) -> bytes:
    """The body if it is small and comes at once, as Discord's is; a stranger's is not read."""
    body = bytearray()
    try:
        async with asyncio.timeout(BODY_SECONDS):
            async for piece in request.content.iter_any():
                body += piece
                if len(body) > BODY_LIMIT:
                    raise web.HTTPUnauthorized
    except TimeoutError:
        raise web.HTTPUnauthorized from None
    return bytes(body)


def _read(body: bytes) -> dict[str, Any]:
    try:
        payload = json.loads(body)
    except ValueError:
        payload = None
    if not isinstance(payload, dict) or not isinstance(payload.get("type"), int):
        raise web.HTTPBadRequest(text="this is no interaction")
    return payload


def _is_signed(request: web.Request, body: bytes, key: VerifyKey) -> bool:
    said = request.headers.get("X-Signature-Timestamp", "").encode()
    try:
        signature = bytes.fromhex(request.headers.get("X-Signature-Ed25519", ""))
        key.verify(said + body, signature)
    except (BadSignatureError, ValueError):
        return False
    return True


def _is_fresh(request: web.Request, clock: Clock) -> bool:
    """Whether the signed time is near ours, so that a recorded request is worth nothing later."""
    said = request.headers["X-Signature-Timestamp"]
    age = clock.now().timestamp() - float(said) if said.isdecimal() else float("inf")
    if abs(age) > FRESH.total_seconds():
        log.warning("Refused an interaction signed %.0f s ago: is the clock right?", age)
        return False
    return True
