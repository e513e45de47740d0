"""Videos kept in object storage are served by every process, and a fault of it loses nothing."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.api.film_bucket import FilmBucket
from bot.api.films import FilmFetcher
from bot.errors import FilmError, StartupError
from bot.web import server as web_server
from tests.api.conftest import MP4, TASK, FastClock, serves

PUBLIC = "https://video.example.org"


class Storage:
    """What the bot uses of an S3 service; `status` breaks it."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}
        self.types: dict[str, str] = {}
        self.status: int | None = None

    async def answer(self, request: web.Request) -> web.Response:
        body, path = await request.read(), request.path
        if self.status is not None:
            return web.Response(status=self.status, text="<Error><Code>AccessDenied</Code></Error>")
        if "X-Amz-Signature" not in request.query and "Authorization" not in request.headers:
            return web.Response(status=403)
        if request.method == "PUT":
            self.kept[path], self.types[path] = body, request.content_type
            return web.Response(headers={"ETag": '"1"'})
        if "delete" in request.query:
            [key] = [one.text for one in ElementTree.fromstring(body).iter() if "Key" in one.tag]
            self.kept.pop(f"{path}/{key}", None)
            deleted = f"<DeleteResult><Deleted><Key>{key}</Key></Deleted></DeleteResult>"
            return web.Response(text=deleted, content_type="application/xml")
        if path not in self.kept:
            return web.Response(status=404)
        headers = {"ETag": '"1"', "Last-Modified": "Sun, 29 Nov 2026 12:00:00 GMT"}
        return web.Response(body=self.kept[path], headers=headers)


@pytest.fixture
async def storage(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Storage]:
    storage = Storage()
    app = web.Application(client_max_size=10 * len(MP4))
    app.router.add_route("*", "/{path:.*}", storage.answer)
    async with TestServer(app) as service:
        monkeypatch.setenv("AWS_ENDPOINT_URL", str(service.make_url("")).rstrip("/"))
        monkeypatch.setenv("AWS_REGION", "eu-central-1")
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "hush")
        yield storage


@asynccontextmanager
async def a_process(folder: Path, origin: str) -> AsyncIterator[FilmFetcher]:
    async with FilmFetcher(
        api_url=origin,
        clock=FastClock(),
        folder=folder,
        folder_limit=10,
        public_url=PUBLIC,
        shelf=FilmBucket("s3://bucket/films"),
    ) as films:
        yield films


@asynccontextmanager
async def a_web_server(films: FilmFetcher) -> AsyncIterator[str]:
    async def no(*_: object) -> bool:
        return False

    app = web_server.build(
        is_callback=lambda _: False, callback=no, is_ready=no, find_film=films.find
    )
    async with web_server.serving(app, host="127.0.0.1", port=0) as port:
        yield f"http://127.0.0.1:{port}"


async def kept(films: FilmFetcher, server: Any) -> str:
    server.does(serves())
    film = await films.fetch(f"{server.url}/files/1.mp4", task_id=TASK)
    address = await films.keep(film, task_id=TASK)
    films.drop(film)
    assert address is not None
    return address.removeprefix(PUBLIC)


async def test_what_one_process_keeps_another_serves(
    storage: Storage, server: Any, tmp_path: Path
) -> None:
    async with a_process(tmp_path / "1", server.url) as one, aiohttp.ClientSession() as browser:
        address = await kept(one, server)
        assert list((tmp_path / "1").iterdir()) == []
        assert set(storage.types.values()) == {"video/mp4"}
        async with a_process(tmp_path / "2", server.url) as other, a_web_server(other) as site:
            assert await other.has(address)
            async with browser.get(site + address) as film:
                assert (film.status, await film.read()) == (200, MP4)
                assert film.history[0].headers["Cache-Control"] == "private, no-store"
                assert "hush" not in str(film.url)
            await one.forget(address)
            await one.forget(address)
            assert not await other.has(address)
            async with browser.get(site + address) as gone:
                assert gone.status == 404


async def test_a_storage_that_refuses_is_named_and_asked_again(
    storage: Storage, server: Any, tmp_path: Path
) -> None:
    async with a_process(tmp_path, server.url) as films, aiohttp.ClientSession() as browser:
        address = await kept(films, server)
        storage.status = 403
        server.does(serves())
        film = await films.fetch(f"{server.url}/files/1.mp4", task_id=TASK)
        with pytest.raises(FilmError, match="storage_failed") as refused:
            await films.keep(film, task_id=TASK)
        assert not refused.value.is_final
        assert film.path.exists()
        assert await films.has(address)
        async with a_web_server(films) as site, browser.get(site + address) as answer:
            assert answer.status == 503


async def test_a_check_writes_and_leaves_nothing(storage: Storage) -> None:
    await FilmBucket("s3://bucket/films").check()
    assert storage.kept == {}
    storage.status = 403
    with pytest.raises(FilmError, match="403"):
        await FilmBucket("s3://bucket/films").check()


def test_a_bucket_that_cannot_be_used_is_said_at_the_start() -> None:
    with pytest.raises(StartupError, match="FILMS_URL"):
        FilmBucket("az://container/films")
