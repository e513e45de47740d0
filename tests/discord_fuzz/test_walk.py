"""The walk through Discord's document finds planted faults, and nothing else."""

from collections.abc import Callable, Set
from typing import Any

import pytest

from bot.playground.guild import api, shapes
from bot.playground.guild.rest.call import Answer, Route
from tests.discord_fuzz.document import Document
from tests.discord_fuzz.walk import Figures, Walk
from tests.openapi import document_path, require_document

SEED, REQUESTS = 7, 300
ALL = {f"{one.method} {one.template}" for one in api.ROUTES}


@pytest.fixture(scope="module")
def document() -> Document:
    require_document()
    path = document_path()
    assert path is not None
    return Document.read(path)


async def walked(
    document: Document, requests: int = REQUESTS, names: Set[str] = frozenset(ALL)
) -> Figures:
    walk = Walk(document, SEED, set(names))
    await walk.go(lambda: walk.figures.requests < requests)
    return walk.figures


@pytest.mark.filterwarnings("ignore::aiohttp.multipart.BadContentDispositionHeader")
async def test_no_request_of_a_short_walk_is_answered_wrongly(document: Document) -> None:
    figures = await walked(document)
    assert figures.faults == []
    assert len(figures.good) > 10


@pytest.mark.filterwarnings("ignore::aiohttp.multipart.BadContentDispositionHeader")
async def test_a_wrong_shape_is_found(document: Document, monkeypatch: pytest.MonkeyPatch) -> None:
    rightly: Callable[..., dict[str, Any]] = shapes.user
    monkeypatch.setattr(shapes, "user", lambda one: {**rightly(one), "username": 5})
    figures = await walked(document, 120)
    assert any("username" in one for one in figures.wrong)


async def test_a_crash_is_found(document: Document, monkeypatch: pytest.MonkeyPatch) -> None:
    rightly = api._answered

    def crashes(route: Route, *rest: Any) -> Answer:
        if route.template == "/users/@me":
            raise ZeroDivisionError
        return rightly(route, *rest)

    monkeypatch.setattr(api, "_answered", crashes)
    figures = await walked(document, 40, {"GET /users/@me"})
    assert any("GET /users/@me" in one for one in figures.crashes)
