"""Strangers who hold connections open get one place each and lock nobody out."""

import asyncio
import contextlib
import errno
import gc
import logging
import socket
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession
from aiohttp.web_protocol import RequestHandler

from bot.api.folder import FilmFolder
from bot.web import connections, server
from bot.web.connections import Bounds, bounds_for

NAME = "a" * 24 + ".mp4"
FILM = bytes(range(256)) * 16 * 1024  # 4 MiB: more than sockets hold
ROOMY = Bounds(connections=8, films=4, films_a_client=4, idle_seconds=60, piece_seconds=60)
GET = f"GET /films/{NAME} HTTP/1.1\r\nHost: x\r\n\r\n".encode()


async def no(*_: object) -> bool:
    return False


@contextlib.asynccontextmanager
async def web_server(folder: Path, bounds: Bounds) -> AsyncIterator[int]:
    (folder / NAME).write_bytes(FILM)
    app = server.build(
        is_callback=lambda _: False,
        callback=no,
        is_ready=no,
        find_film=FilmFolder(folder, limit=None).find,
        bounds=bounds,
    )
    async with asyncio.timeout(30), server.serving(app, host="127.0.0.1", port=0) as port:
        yield port


async def knock(port: int, said: bytes) -> socket.socket:
    """Somebody who sends this and reads nothing of the answer."""
    one = socket.socket()
    one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    one.setblocking(False)
    loop = asyncio.get_running_loop()
    await loop.sock_connect(one, ("127.0.0.1", port))
    await loop.sock_sendall(one, said)
    return one


async def rest_of(one: socket.socket) -> bytes:
    """All that comes until the connection ends."""
    found = b""
    with contextlib.suppress(ConnectionError):
        while piece := await asyncio.get_running_loop().sock_recv(one, 1 << 16):
            found += piece
    return found


async def is_alive(port: int) -> bool:
    async with ClientSession() as session:
        async with session.get(f"http://127.0.0.1:{port}/healthz") as answer:
            return answer.status == 200


@pytest.mark.parametrize("said", [GET, b"GET /healthz HTT", b"", GET * 50], ids=len)
async def test_a_crowd_that_reads_nothing_keeps_nobody_out(tmp_path: Path, said: bytes) -> None:
    async with web_server(tmp_path, ROOMY) as port:
        crowd = [await knock(port, said) for _ in range(40)]

        assert await is_alive(port)
        for one in crowd:
            one.close()
        assert await is_alive(port)


async def test_more_films_than_there_is_room_for_are_put_off(tmp_path: Path) -> None:
    async with web_server(tmp_path, ROOMY) as port, ClientSession() as session:
        crowd = [await knock(port, GET) for _ in range(4)]
        for one in crowd:
            await asyncio.get_running_loop().sock_recv(one, 16)  # a film is on its way

        async with session.get(f"http://127.0.0.1:{port}/films/{NAME}") as put_off:
            assert (put_off.status, put_off.headers["Retry-After"]) == (503, "30")
        last = crowd.pop()
        last.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        last.shutdown(socket.SHUT_WR)
        assert (await rest_of(last)).endswith(FILM)
        last.close()
        async with session.get(f"http://127.0.0.1:{port}/films/{NAME}") as answer:
            assert await answer.read() == FILM
        for one in crowd:
            one.close()


async def test_one_client_behind_the_proxy_leaves_films_for_others(tmp_path: Path) -> None:
    bounds = Bounds(connections=8, films=4, films_a_client=1, piece_seconds=60)
    address = f"/films/{NAME}"
    async with web_server(tmp_path, bounds) as port, ClientSession() as session:
        said = GET.replace(b"Host", b"X-Forwarded-For: 1.2.3.4, 2001:db8::1\r\nHost")
        one = await knock(port, said)
        await asyncio.get_running_loop().sock_recv(one, 16)

        statuses = []
        for client in ("2001:db8::2", "2001:db8:1::1", "9.9.9.9", "1.2.3.4"):
            forwarded = {"X-Forwarded-For": f"8.8.8.8, {client}"}
            async with session.get(f"http://127.0.0.1:{port}{address}", headers=forwarded) as got:
                statuses.append(got.status)
        one.close()

    assert statuses == [503, 200, 200, 200]


async def test_who_takes_nothing_is_not_waited_for(tmp_path: Path) -> None:
    bounds = Bounds(films=1, piece_seconds=0.1)
    async with web_server(tmp_path, bounds) as port, ClientSession() as session:
        one, status = await knock(port, GET), 503
        await asyncio.get_running_loop().sock_recv(one, 16)
        while status == 503:
            async with session.get(f"http://127.0.0.1:{port}/films/{NAME}") as answer:
                status = answer.status

        assert status == 200
        assert len(await rest_of(one)) < len(FILM)
        one.close()


async def test_half_a_request_is_not_waited_for(tmp_path: Path) -> None:
    async with web_server(tmp_path, Bounds(idle_seconds=0.1)) as port:
        for said in (
            b"",
            b"GET /healthz HTTP/1.1\r\nX: ",
            b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n",
        ):
            one = await knock(port, said)
            await rest_of(one)
            one.close()


@pytest.mark.parametrize("asked", ["bytes=0-9", "bytes=4000000-", "bytes=-300000", ""])
async def test_a_film_comes_whole_or_in_the_range_that_was_asked_for(
    tmp_path: Path, asked: str
) -> None:
    wanted = {
        "": FILM,
        "bytes=0-9": FILM[:10],
        "bytes=4000000-": FILM[4000000:],
        "bytes=-300000": FILM[-300000:],
    }
    headers = {"Range": asked} if asked else {}
    async with web_server(tmp_path, ROOMY) as port, ClientSession() as session:
        async with session.get(f"http://127.0.0.1:{port}/films/{NAME}", headers=headers) as got:
            assert got.status == (206 if asked else 200)
            assert await got.read() == wanted[asked]
        async with session.head(f"http://127.0.0.1:{port}/films/{NAME}") as got:
            assert got.headers["Content-Length"] == str(len(FILM))


async def test_without_descriptors_nobody_is_let_in_and_the_log_says_so_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    loop = asyncio.get_running_loop()
    accept, failures = loop.sock_accept, [errno.EMFILE] * 5

    async def failing(listener: socket.socket) -> Any:
        if failures:
            raise OSError(failures.pop(), "Too many open files")
        return await accept(listener)

    monkeypatch.setattr(loop, "sock_accept", failing)
    monkeypatch.setattr(connections, "ACCEPT_PAUSE", 0.0)
    with caplog.at_level(logging.INFO):
        async with web_server(tmp_path, ROOMY) as port:
            assert await is_alive(port)

    told = [one.getMessage() for one in caplog.records if one.levelno >= logging.ERROR]
    assert told == ["Nobody can be let in: Too many open files"]


@pytest.mark.parametrize(
    "said",
    [
        b"GET / HTTP/1.1\r\n\0: 1\r\n\r\n",
        b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nContent-Length: abc\r\n\r\n",
        b"GET http://[::1 HTTP/1.1\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nno chunk\r\n",
    ],
    ids=len,
)
async def test_what_is_no_request_writes_no_log(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, said: bytes
) -> None:
    async with web_server(tmp_path, ROOMY) as port:
        one = await knock(port, said)
        await asyncio.get_running_loop().sock_recv(one, 16)
        one.close()

    assert [each for each in caplog.records if each.levelno > logging.INFO] == []


async def test_a_fault_of_our_own_is_in_the_log(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async def broken() -> bool:
        raise KeyError

    app = server.build(
        is_callback=lambda _: False,
        callback=no,
        is_ready=broken,
        find_film=FilmFolder(tmp_path, limit=None).find,
        bounds=ROOMY,
    )
    async with server.serving(app, host="127.0.0.1", port=0) as port, ClientSession() as session:
        async with session.get(f"http://127.0.0.1:{port}/readyz") as answer:
            assert answer.status == 500

    assert [each.exc_info[0] for each in caplog.records if each.exc_info] == [KeyError]


def connections_in_memory() -> int:
    gc.collect()
    return sum(type(each) is RequestHandler for each in gc.get_objects())


async def test_who_has_hung_up_takes_no_room(tmp_path: Path) -> None:
    async with web_server(tmp_path, ROOMY) as port:
        before = connections_in_memory()
        for said in (b"", b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n") * 50:
            (await knock(port, said)).close()
        assert await is_alive(port)

        assert connections_in_memory() - before <= 4 * ROOMY.connections


@pytest.mark.parametrize("descriptors", [64, 256, 1024, 4096, 1 << 20])
def test_strangers_leave_most_descriptors_to_the_bot(descriptors: int) -> None:
    bounds = bounds_for(descriptors)

    assert bounds.connections + bounds.films <= descriptors / 2
    assert bounds.connections <= 256
