"""How the local video API answers: keys, JSON, scripted faults, error bodies. `routes` lists the
paths."""

import json
from collections.abc import Awaitable, Callable

from aiohttp import web

from bot.clock import Clock
from bot.playground.evolink import replies
from bot.playground.evolink.faults import WireFault
from bot.playground.evolink.script import Faults, Script
from bot.playground.evolink.tasks import Task
from bot.playground.evolink.values import Refused, refuse

HEADERS = web.RequestKey("headers", dict[str, str])  # headers that an endpoint adds to its answer

Endpoint = Callable[[web.Request], Awaitable[replies.Json]]
Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Answering:
    """Answers requests as scripted; with `key`, accepts no other key."""

    def __init__(self, *, faults: Faults, clock: Clock, key: str | None) -> None:
        self._faults = faults
        self._clock = clock
        self._key = key

    def authenticate(self, request: web.Request) -> None:
        """Raises `Refused` (401) for a wrong key."""
        scheme, _, key = request.headers.get("Authorization", "").partition(" ")
        key = key.strip()
        if scheme.lower() != "bearer" or not key:
            raise Refused(401, "unauthorized", "a Bearer token is required", "authentication_error")
        if self._key is not None and key != self._key:
            raise Refused(401, "unauthorized", "invalid API key", "authentication_error")

    async def answer(
        self,
        request: web.Request,
        endpoint: Endpoint,
        script: Script[WireFault] | None = None,
        task: Task | None = None,
    ) -> web.StreamResponse:
        """The endpoint's answer, or what the script puts in its place."""
        fault = self._next_fault(script, task)
        carried_out = fault.accepted or not fault.replaces
        answer = await _answer(request, endpoint, fault) if carried_out else None
        await self._clock.sleep(fault.delay)
        if fault.cut and request.transport is not None:
            request.transport.abort()
        return _scripted(fault) if answer is None or fault.replaces else answer

    def _next_fault(self, script: Script[WireFault] | None, task: Task | None) -> WireFault:
        def fits(fault: WireFault) -> bool:
            return fault.when is None or (task is not None and fault.when is task.status)

        scripted = script.take(fits) if script is not None else None
        return self._faults.current_outage() or scripted or WireFault()


async def read_json(request: web.Request) -> object:
    """The decoded body. Raises `Refused`: 415 for another content type, 400 for invalid JSON."""
    if request.content_type != "application/json":
        message = "Content-Type must be application/json"
        raise Refused(415, "unsupported_media_type", message, "invalid_request_error")
    try:
        return json.loads(await request.read(), parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise refuse("the body is not valid JSON", None) from None


@web.middleware
async def errors_as_json(request: web.Request, handler: Answer) -> web.StreamResponse:
    """Middleware: aiohttp's own errors (paths, sizes) in the documented shape."""
    try:
        return await handler(request)
    except web.HTTPException as problem:
        code = (problem.reason or "error").lower().replace(" ", "_")
        body = replies.error(code, problem.text or code, "invalid_request_error")
        return web.json_response(body, status=problem.status)


async def _answer(request: web.Request, endpoint: Endpoint, fault: WireFault) -> web.Response:
    try:
        body = await endpoint(request)
    except Refused as refused:
        return web.json_response(replies.refusal(refused), status=refused.status)
    altered = {name: value for name, value in body.items() if name not in fault.without}
    return web.json_response(altered | dict(fault.patch), headers=request.get(HEADERS))


def _scripted(fault: WireFault) -> web.Response:
    headers = {} if fault.retry_after is None else {"Retry-After": f"{fault.retry_after:g}"}
    text = json.dumps(replies.error(*fault.problem)) if fault.body is None else fault.body
    return web.Response(
        status=fault.status or 200, text=text, content_type=fault.content_type, headers=headers
    )


def _no_constant(name: str) -> object:
    """Refuse NaN and Infinity, which Python reads but JSON does not have."""
    raise ValueError(name)
