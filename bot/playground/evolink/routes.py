"""The HTTP side of the local video API: paths, authentication, scripted faults, error bodies."""

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from aiohttp import web

from bot.clock import Clock
from bot.playground.evolink import replies
from bot.playground.evolink.callbacks import CallbackRules
from bot.playground.evolink.contract import read_submission
from bot.playground.evolink.faults import WireFault
from bot.playground.evolink.links import serve_film
from bot.playground.evolink.production import Production
from bot.playground.evolink.script import Faults, Script
from bot.playground.evolink.tasks import Task
from bot.playground.evolink.values import Refused, refuse

LARGEST_BODY = 1024 * 1024
BORN = web.RequestKey("task", Task)

Endpoint = Callable[[web.Request], Awaitable[replies.Json]]
Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, kw_only=True)
class SubmitRecord:
    """One submit as it arrived; a `body` that is no JSON is kept as text.

    `status` is None where no answer got through, `task` where nothing was accepted.
    """

    body: object
    headers: Mapping[str, str]
    at: datetime
    status: int | None
    task: Task | None


class Routes:
    """The endpoints over one production."""

    def __init__(
        self, *, production: Production, faults: Faults, rules: CallbackRules, clock: Clock
    ) -> None:
        self.requests: list[SubmitRecord] = []
        self._production = production
        self._faults = faults
        self._rules = rules
        self._clock = clock

    def app(self) -> web.Application:
        app = web.Application(middlewares=[_errors_as_json], client_max_size=LARGEST_BODY)
        app.router.add_post("/v1/videos/generations", self.submit)
        app.router.add_get("/v1/tasks/{id}", self.query)
        app.router.add_get("/v1/credits", self.credits)
        app.router.add_get("/files/{id}.mp4", self.film)
        return app

    async def submit(self, request: web.Request) -> web.StreamResponse:
        at = self._clock.now()
        answer = await self._with_faults(request, self._submit, self._faults.submits)
        cut = request.transport is None or request.transport.is_closing()
        record = SubmitRecord(
            body=_decoded(await request.read()),
            headers=dict(request.headers),
            at=at,
            status=None if cut else answer.status,
            task=request.get(BORN),
        )
        self.requests.append(record)
        return answer

    async def query(self, request: web.Request) -> web.StreamResponse:
        task = self._production.tasks.get(request.match_info["id"])
        return await self._with_faults(request, self._query, self._faults.queries, task)

    async def credits(self, request: web.Request) -> web.StreamResponse:
        return await self._with_faults(request, self._credits, self._faults.balances)

    async def film(self, request: web.Request) -> web.StreamResponse:
        task = self._production.tasks.get(request.match_info["id"])
        gone = task is None or task.link_expired(self._clock.now())
        film = None if task is None or gone else task.film
        return await serve_film(request, film, self._faults.links.take())

    async def _submit(self, request: web.Request) -> replies.Json:
        _authenticate(request)
        try:
            body = json.loads(await request.read())
        except (ValueError, RecursionError):
            raise refuse("the body is not valid JSON", None) from None
        submission = read_submission(body)
        if submission.callback_url is not None:
            await self._rules.check(submission.callback_url)
        task = self._production.accept(submission, body)
        request[BORN] = task
        return replies.accepted(task)

    async def _query(self, request: web.Request) -> replies.Json:
        _authenticate(request)
        task = self._production.tasks.get(request.match_info["id"])
        if task is None:
            raise Refused(404, "task_not_found", "no such task", "invalid_request_error")
        return self._production.describe(task)

    async def _credits(self, request: web.Request) -> replies.Json:
        _authenticate(request)
        return replies.credits(self._production.ledger)

    async def _with_faults(
        self,
        request: web.Request,
        endpoint: Endpoint,
        script: Script[WireFault],
        task: Task | None = None,
    ) -> web.StreamResponse:
        fault = self._next_fault(script, task)
        carried_out = fault.accepted or not fault.replaces
        answer = await _answer(request, endpoint, fault) if carried_out else None
        await self._clock.sleep(fault.delay)
        if fault.cut and request.transport is not None:
            request.transport.abort()
        return _scripted(fault) if answer is None or fault.replaces else answer

    def _next_fault(self, script: Script[WireFault], task: Task | None) -> WireFault:
        def fits(fault: WireFault) -> bool:
            return fault.when is None or (task is not None and fault.when is task.status)

        return self._faults.current_outage() or script.take(fits) or WireFault()


async def _answer(request: web.Request, endpoint: Endpoint, fault: WireFault) -> web.Response:
    try:
        body = await endpoint(request)
    except Refused as refused:
        return web.json_response(replies.refusal(refused), status=refused.status)
    altered = {name: value for name, value in body.items() if name not in fault.without}
    return web.json_response(altered | dict(fault.patch))


def _scripted(fault: WireFault) -> web.Response:
    headers = {} if fault.retry_after is None else {"Retry-After": f"{fault.retry_after:g}"}
    text = json.dumps(replies.error(*fault.problem)) if fault.body is None else fault.body
    return web.Response(
        status=fault.status or 200, text=text, content_type=fault.content_type, headers=headers
    )


def _authenticate(request: web.Request) -> None:
    scheme, _, key = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not key.strip():
        raise Refused(401, "unauthorized", "a Bearer token is required", "authentication_error")


@web.middleware
async def _errors_as_json(request: web.Request, handler: Answer) -> web.StreamResponse:
    try:
        return await handler(request)
    except web.HTTPException as problem:
        code = (problem.reason or "error").lower().replace(" ", "_")
        body = replies.error(code, problem.text or code, "invalid_request_error")
        return web.json_response(body, status=problem.status)


def _decoded(body: bytes) -> object:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return body.decode(errors="replace")
