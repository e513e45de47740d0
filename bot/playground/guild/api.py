"""A request's path: read, journal, fault, permission, rate limit, answer."""

import json
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from aiohttp import web

from bot.playground.guild.errors import Reason, Refused
from bot.playground.guild.faults import Cut, Fault, Faults
from bot.playground.guild.journal import Journal, Request
from bot.playground.guild.ratelimits import Verdict
from bot.playground.guild.reading import Body, read_body
from bot.playground.guild.rest import (
    accounts,
    automod,
    channels,
    commands,
    interactions,
    pins,
    reactions,
    threads,
    webhooks,
)
from bot.playground.guild.rest.call import Answer, Call, Made, Route
from bot.playground.guild.state import State

BASE = "/api/v10"
ROUTES: tuple[Route, ...] = (
    *accounts.ROUTES,
    *automod.ROUTES,
    *pins.ROUTES,
    *channels.ROUTES,
    *commands.ROUTES,
    *interactions.ROUTES,
    *reactions.ROUTES,
    *threads.ROUTES,
    *webhooks.ROUTES,
)
MAJOR = ("webhook_token", "channel_id", "guild_id")
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

log = logging.getLogger(__name__)


class Api:
    """REST v10 over the state."""

    def __init__(self, state: State, journal: Journal, faults: Faults) -> None:
        self.state = state
        self.journal = journal
        self.faults = faults

    def register(self, app: web.Application, more: tuple[Route, ...]) -> None:
        """Add the routes to the server, and an answer for unknown addresses."""
        for route in (*ROUTES, *more):
            app.router.add_route(route.method, BASE + route.template, self._handler(route))
        app.router.add_route("*", BASE + "/{tail:.*}", self._handler(None))

    def _handler(self, route: Route | None) -> Handler:
        async def handle(request: web.Request) -> web.StreamResponse:
            noted = self._note(request, route)
            try:
                return await self._answer(request, route, noted)
            finally:
                self._done(noted)

        return handle

    def _note(self, request: web.Request, route: Route | None) -> Request:
        noted = Request(
            method=request.method,
            path=request.path,
            route=route.template if route else "",
            at=self.state.clock.now(),
            params=dict(request.match_info),
            query=dict(request.query),
        )
        self.journal.append(noted)
        return noted

    def _done(self, noted: Request) -> None:
        for observer in tuple(self.journal.observers):
            observer(noted)
        self.state.events.pulse()

    async def _answer(
        self, request: web.Request, route: Route | None, noted: Request
    ) -> web.StreamResponse:
        try:
            body = await read_body(request, self.state.files.folder)
        except Refused as refusal:
            return _json(noted, refusal.status, refusal.body())
        noted.body, noted.uploads = body.json, body.uploads
        fault = self.faults.take(noted) or Fault()
        await self.state.clock.sleep(fault.delay) if fault.delay else None
        if fault.cut is Cut.BEFORE:
            return _cut(request, noted)
        if fault.status is not None:
            return _troubled(noted, fault)
        answer = self._decide(request, route, noted, body)
        await self.state.clock.sleep(fault.answer_delay) if fault.answer_delay else None
        return _cut(request, noted) if fault.cut is Cut.AFTER else answer

    def _decide(
        self, request: web.Request, route: Route | None, noted: Request, body: Body
    ) -> web.StreamResponse:
        verdict = Verdict(passed=True)
        try:
            if route is None:
                raise Refused(Reason.NO_ROUTE)
            self._let_in(request, route)
            verdict = self._count(route, noted)
            if not verdict.passed:
                return _limited(noted, verdict)
            call = Call(
                params=noted.params, query=noted.query, body=body.json, uploads=body.uploads
            )
            shape = _answered(route, self.state, call)
        except Refused as refusal:
            told = {**verdict.headers, **refusal.headers()}
            return _json(noted, refusal.status, refusal.body(), told)
        if shape is None:
            noted.status = 204
            return web.Response(status=204, headers=verdict.headers)
        if isinstance(shape, Made):
            return _json(noted, 201, shape.shape, verdict.headers)
        return _json(noted, 200, shape, verdict.headers)

    def _let_in(self, request: web.Request, route: Route) -> None:
        token = self.state.world.application.token
        if not route.open and request.headers.get("Authorization") != f"Bot {token}":
            raise Refused(Reason.UNAUTHORIZED)

    def _count(self, route: Route, noted: Request) -> Verdict:
        major = next((noted.params[name] for name in MAJOR if name in noted.params), "")
        return self.state.limits.take(
            noted.method, route.template, major, counted_overall=not route.open
        )


def _answered(route: Route, state: State, call: Call) -> Answer:
    """The route's answer. A body it cannot read is the client's fault: rules check only the fields
    they are about."""
    try:
        return route.answer(state, call)
    except Refused:
        raise
    except Exception as error:
        log.warning("A request of another shape: %s", route.template, exc_info=error)
        message = "Only dictionaries may be used in a MODEL_TYPE"
        told = {"_errors": [{"code": "MODEL_TYPE_CONVERT", "message": message}]}
        raise Refused(Reason.INVALID_BODY, errors=told) from None


def _json(
    noted: Request, status: int, shape: Any, headers: Mapping[str, str] | None = None
) -> web.Response:
    # With a charset after the type, discord.py would pass the body on as text.
    noted.status = status
    noted.code = shape.get("code") if isinstance(shape, dict) and status >= 400 else None
    raw = json.dumps(shape).encode()
    told = {**(headers or {}), "Content-Type": "application/json"}
    return web.Response(status=status, body=raw, headers=told)


def _limited(noted: Request, verdict: Verdict) -> web.Response:
    shape = {
        "message": "You are being rate limited.",
        "retry_after": verdict.retry_after,
        "global": verdict.overall,
    }
    return _json(noted, 429, shape, verdict.headers)


def _troubled(noted: Request, fault: Fault) -> web.Response:
    assert fault.status is not None
    if fault.html:
        noted.status = fault.status
        page = f"<html><body>{fault.message or fault.status}</body></html>"
        return web.Response(status=fault.status, text=page, content_type="text/html")
    return _json(noted, fault.status, fault.body(), fault.headers())


def _cut(request: web.Request, noted: Request) -> web.Response:
    noted.status = 0
    if request.transport is not None:
        request.transport.abort()
    return web.Response(status=500)
