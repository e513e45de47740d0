"""A typical request, a clock that never waits, and a server that misbehaves."""

import os
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.api.films import FilmFetcher
from bot.video.values.videos import VideoRequest, VideoSpec

MP4 = b"\x00\x00\x00\x18ftypisom" + bytes(range(256)) * 4000
TASK = "abcdefghij0123456789"

Make = Callable[..., FilmFetcher]
Answering = Callable[[web.Request], Awaitable[web.StreamResponse]]


class FastClock:
    """Time that jumps to the end of every sleep, and remembers it."""

    def __init__(self) -> None:
        self.time = datetime(2026, 11, 23, 12, tzinfo=UTC)
        self.sleeps: list[float] = []

    def now(self) -> datetime:
        return self.time

    def monotonic(self) -> float:
        return self.time.timestamp()

    async def sleep(self, seconds: float) -> None:
        self.sleeps.append(seconds)
        self.time += timedelta(seconds=seconds)

    @property
    def slept(self) -> float:
        return sum(self.sleeps)


@dataclass(kw_only=True)
class Received:
    """A request that reached the server."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Server:
    """Answers with `answers` in turn, the last one again and again."""

    answers: list[Answering] = field(default_factory=list)
    received: list[Received] = field(default_factory=list)
    url: str = ""

    async def reply(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        self.received.append(
            Received(
                method=request.method,
                path=request.path,
                headers=dict(request.headers),
                body=body,
            )
        )
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return await answer(request)

    def says(self, *bodies: object, status: int = 200, **headers: str) -> None:
        """Queue JSON answers; `retry_after` becomes `Retry-After`."""
        named = {name.replace("_", "-").title(): value for name, value in headers.items()}
        for body in bodies:
            self.answers.append(_json(body, status, named))

    def does(self, *answers: Answering) -> None:
        self.answers.extend(answers)


def _json(body: object, status: int, headers: dict[str, str]) -> Answering:
    async def answer(_: web.Request) -> web.StreamResponse:
        return web.json_response(body, status=status, headers=headers)

    return answer


@pytest.fixture
def clock() -> FastClock:
    return FastClock()


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    script = Server()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", script.reply)
    async with TestServer(app, host="127.0.0.1") as running:
        script.url = str(running.make_url("")).rstrip("/")
        yield script


@pytest.fixture
def ask() -> Callable[..., VideoRequest]:
    """Makes the request whose spec has these fields."""

    def asked(**spec: Any) -> VideoRequest:
        return VideoRequest(
            id="r" * 20,
            server_id=1,
            channel_id=2,
            user_id=3,
            locale="en-US",
            server_locale="en-US",
            created_at=datetime(2026, 11, 23, 12, tzinfo=UTC),
            spec=VideoSpec(**{"prompt": "a fox in the snow"} | spec),
        )

    return asked


@pytest.fixture
def sample() -> Callable[[str], bytes]:
    """Reads one of the recorded payloads."""
    return lambda name: (Path(__file__).parent / "samples" / f"{name}.json").read_bytes()


@pytest.fixture
def make(server: Any, clock: Any, tmp_path: Path) -> Make:
    def made(**settings: Any) -> FilmFetcher:
        chosen = {
            "api_url": server.url,
            "folder": tmp_path / "films",
            "folder_limit": None,
            "public_url": "https://bot.example.org",
        }
        return FilmFetcher(clock=clock, **chosen | settings)

    return made


@pytest.fixture
async def films(make: Make) -> AsyncIterator[FilmFetcher]:
    async with make() as films:
        yield films


def serves(body: bytes = MP4, status: int = 200, kind: str = "video/mp4") -> Any:
    async def answer(_: web.Request) -> web.StreamResponse:
        return web.Response(body=body, status=status, content_type=kind)

    return answer


def left_behind(tmp_path: Path) -> list[str]:
    return os.listdir(tmp_path / "films")
