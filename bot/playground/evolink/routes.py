"""The local video API's paths, and what each does."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from aiohttp import web

from bot.clock import Clock
from bot.playground.evolink import listing, rates, replies
from bot.playground.evolink.answering import HEADERS, Answering, errors_as_json, read_json
from bot.playground.evolink.callbacks import CallbackRules
from bot.playground.evolink.contract import MODELS, read_submission
from bot.playground.evolink.links import serve_film
from bot.playground.evolink.production import Production
from bot.playground.evolink.repeats import REPLAYED, Repeats
from bot.playground.evolink.script import Faults
from bot.playground.evolink.tasks import Task
from bot.playground.evolink.values import Refused

LARGEST_BODY = 1024 * 1024
BORN = web.RequestKey("task", Task)


@dataclass(frozen=True, kw_only=True)
class SubmitRecord:
    """One submit as it arrived; a `body` that is not JSON is kept as text.

    `status` is None if no answer got through, `task` is None if nothing was accepted.
    """

    body: object
    headers: Mapping[str, str]
    at: datetime
    status: int | None
    task: Task | None


class Routes:
    """The endpoints over one production."""

    def __init__(
        self,
        *,
        production: Production,
        faults: Faults,
        rules: CallbackRules,
        repeats: Repeats,
        key: str | None,
        clock: Clock,
    ) -> None:
        self.requests: list[SubmitRecord] = []
        self._production = production
        self._faults = faults
        self._rules = rules
        self._repeats = repeats
        self._clock = clock
        self._answering = Answering(faults=faults, clock=clock, key=key)

    def app(self) -> web.Application:
        app = web.Application(middlewares=[errors_as_json], client_max_size=LARGEST_BODY)
        app.router.add_post("/v1/videos/generations", self.submit)
        app.router.add_get("/v1/tasks", self.tasks)
        app.router.add_post("/v1/tasks/batch", self.batch)
        app.router.add_get("/v1/tasks/{id}", self.query)
        app.router.add_get("/v1/credits", self.credits)
        app.router.add_get("/v1/models", self.models)
        app.router.add_get("/v1/catalog/models/{model}/pricing-rules", self.prices)
        app.router.add_get("/files/{id}.mp4", self.film)
        return app

    async def submit(self, request: web.Request) -> web.StreamResponse:
        at = self._clock.now()
        answer = await self._answering.answer(request, self._submit, self._faults.submits)
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
        return await self._answering.answer(request, self._query, self._faults.queries, task)

    async def tasks(self, request: web.Request) -> web.StreamResponse:
        return await self._answering.answer(request, self._tasks, self._faults.queries)

    async def batch(self, request: web.Request) -> web.StreamResponse:
        return await self._answering.answer(request, self._batch, self._faults.queries)

    async def credits(self, request: web.Request) -> web.StreamResponse:
        return await self._answering.answer(request, self._credits, self._faults.balances)

    async def models(self, request: web.Request) -> web.StreamResponse:
        return await self._answering.answer(request, self._models)

    async def prices(self, request: web.Request) -> web.StreamResponse:
        """The public prices; 304 for a client that has them already."""
        name = request.match_info["model"]
        if name in MODELS and request.headers.get("If-None-Match") == rates.etag(name):
            return web.Response(status=304, headers={"ETag": rates.etag(name)})
        return await self._answering.answer(request, self._prices)

    async def film(self, request: web.Request) -> web.StreamResponse:
        task = self._production.tasks.get(request.match_info["id"])
        gone = task is None or task.link_expired(self._clock.now())
        film = None if task is None or gone else task.film
        return await serve_film(request, film, self._faults.links.take())

    async def _submit(self, request: web.Request) -> replies.Json:
        self._answering.authenticate(request)
        body = await read_json(request)
        submission = read_submission(body)
        if submission.callback_url is not None:
            await self._rules.check(submission.callback_url)
        if (task := self._repeats.find(request.headers, body)) is not None:
            request[HEADERS] = {REPLAYED: "true"}
            return replies.accepted(task)
        task = self._production.accept(submission, body)
        self._repeats.keep(request.headers, body, task)
        request[BORN] = task
        return replies.accepted(task)

    async def _query(self, request: web.Request) -> replies.Json:
        self._answering.authenticate(request)
        task = self._production.tasks.get(request.match_info["id"])
        if task is None:
            raise Refused(404, "task_not_found", "no such task", "invalid_request_error")
        return self._production.describe(task)

    async def _tasks(self, request: web.Request) -> replies.Json:
        self._answering.authenticate(request)
        return listing.page(self._production.tasks.values(), request.query, self._clock.now())

    async def _batch(self, request: web.Request) -> replies.Json:
        self._answering.authenticate(request)
        known = self._production.tasks
        asked = listing.batch(await read_json(request))
        return {"data": [self._production.describe(known[each]) for each in asked if each in known]}

    async def _credits(self, request: web.Request) -> replies.Json:
        self._answering.authenticate(request)
        return replies.credits(self._production.ledger)

    async def _models(self, request: web.Request) -> replies.Json:
        """The models this key may use."""
        self._answering.authenticate(request)
        listed = [{"id": each, "object": "model", "owned_by": "kling"} for each in MODELS]
        return {"object": "list", "data": listed}

    async def _prices(self, request: web.Request) -> replies.Json:
        name = request.match_info["model"]
        if name not in MODELS:
            raise Refused(404, "model_not_found", "no such model", "invalid_request_error")
        request[HEADERS] = {"ETag": rates.etag(name)}
        return rates.rules(name, self._clock.now())


def _decoded(body: bytes) -> object:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return body.decode(errors="replace")
