"""Downloads come from the API's own origin, and never from a dangerous link."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientTimeout, web

from bot.api.films import FilmFetcher
from bot.api.guard import is_public
from bot.errors import FilmError
from tests.api.conftest import MP4, TASK, Make, left_behind, serves


def leads_to(place: str) -> Any:
    async def answer(_: web.Request) -> web.StreamResponse:
        return web.Response(status=302, headers={"Location": place})

    return answer


async def endless(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse()
    await response.prepare(request)
    while True:
        await response.write(MP4)


async def break_off(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Length": str(len(MP4) * 2)})
    await response.prepare(request)
    await response.write(MP4)
    assert request.transport is not None
    request.transport.abort()
    return response


async def stall(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse()
    await response.prepare(request)
    await response.write(MP4)
    await asyncio.Event().wait()
    raise AssertionError


async def refusal(films: FilmFetcher, url: str) -> tuple[str, bool]:
    with pytest.raises(FilmError) as error:
        await films.fetch(url, task_id=TASK)
    return str(error.value), error.value.is_final


async def test_a_film_is_fetched_whole_without_any_credentials(
    films: FilmFetcher, server: Any, tmp_path: Path
) -> None:
    server.does(serves())
    film = await films.fetch(f"{server.url}/files/1.mp4", task_id=TASK)
    assert (film.path.read_bytes(), film.size) == (MP4, len(MP4))
    [request] = server.received
    assert request.headers["User-Agent"].startswith("video-bot/")
    assert not {"Authorization", "Cookie"} & set(request.headers)
    films.drop(film)
    films.drop(film)
    assert left_behind(tmp_path) == []


async def test_redirects_within_the_origin_are_followed_three_times_at_most(
    films: FilmFetcher, server: Any
) -> None:
    again = leads_to("/files/next")
    server.does(again, again, again, serves())
    assert (await films.fetch(f"{server.url}/files/1", task_id=TASK)).size == len(MP4)
    server.answers[:] = [again]
    assert await refusal(films, f"{server.url}/files/1") == ("too_many_redirects", True)


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[::1]",
        "0.0.0.0",
        "[::]",
        "0x7f.1",
        "localhost",
        "169.254.169.254",
        "10.0.0.1",
        "[64:ff9b::7f00:1]",
        "[fe80::1]",
    ],
)
@pytest.mark.parametrize("is_redirect", [False, True])
async def test_no_link_and_no_redirect_leads_into_a_private_network(
    films: FilmFetcher, server: Any, host: str, is_redirect: bool
) -> None:
    port = server.url.rpartition(":")[2]
    place = f"https://{host}:{port}/secret"
    server.does(leads_to(place))
    link = f"{server.url}/files/1.mp4" if is_redirect else place
    assert await refusal(films, link) == ("private_address", True)
    assert len(server.received) == is_redirect


@pytest.mark.parametrize(
    "place",
    [
        "http://files.example.org/f.mp4",
        "http://127.0.0.1:1/f.mp4",
        "file:///etc/passwd",
        "ftp://x/y",
    ],
)
async def test_only_https_is_followed_elsewhere(
    films: FilmFetcher, server: Any, place: str
) -> None:
    server.does(leads_to(place))
    assert await refusal(films, f"{server.url}/files/1.mp4") == ("not_https", True)
    assert await refusal(films, place) == ("not_https", True)


@pytest.mark.parametrize(
    ("link", "reason"),
    [
        ("", "not_https"),
        ("nonsense", "not_https"),
        ("//x/y", "not_https"),
        ("https://", "bad_link"),
        ("https://[::1", "bad_link"),
        ("https://x:99999/", "bad_link"),
        ("https://2130706433/f.mp4", "bad_link"),
        ("https://me:secret@x.example/f.mp4", "bad_link"),
    ],
)
async def test_a_link_that_is_none_is_not_tried_again(
    films: FilmFetcher, link: str, reason: str
) -> None:
    assert await refusal(films, link) == (reason, True)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (serves(b"<html>sorry</html>", kind="text/html"), ("not_an_mp4", True)),
        (serves(MP4, kind="text/html"), ("not_an_mp4", True)),
        (serves(b"<html>sorry</html>"), ("not_an_mp4", True)),
        (serves(b"\x00\x00"), ("not_an_mp4", True)),
        (serves(status=404), ("gone", True)),
        (serves(status=410), ("gone", True)),
        (serves(status=403), ("refused", False)),
        (serves(status=500), ("refused", False)),
        (serves(status=206), ("refused", False)),
        (break_off, ("cut", False)),
        (endless, ("too_large", True)),
        (serves(MP4 * 4), ("too_large", True)),
    ],
)
async def test_what_is_not_a_film_leaves_nothing_behind(
    make: Make, server: Any, tmp_path: Path, answer: Any, expected: tuple[str, bool]
) -> None:
    server.does(answer)
    async with make(size_limit=len(MP4) * 3) as films:
        assert await refusal(films, f"{server.url}/files/1.mp4") == expected
    assert left_behind(tmp_path) == []


@pytest.mark.parametrize(
    "limit", [{"total_timeout": 0.3}, {"hop_timeout": ClientTimeout(sock_read=0.3)}]
)
async def test_a_slow_film_has_an_end(
    make: Make, server: Any, tmp_path: Path, limit: dict[str, Any]
) -> None:
    server.does(stall)
    async with make(**limit) as films:
        assert await refusal(films, f"{server.url}/files/1.mp4") == ("timed_out", False)
    assert left_behind(tmp_path) == []


async def test_a_host_that_is_down_is_one_line(
    films: FilmFetcher, server: Any, caplog: pytest.LogCaptureFixture
) -> None:
    server.does(serves(status=503))
    for _ in range(5):
        assert await refusal(films, f"{server.url}/files/1.mp4") == ("refused", False)

    assert caplog.messages == ["The download of videos fails, and is tried again: refused"]


async def test_a_full_disk_is_said_so_and_can_be_tried_again(
    films: FilmFetcher, server: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    server.does(serves())
    full = Path("/dev/full").open("wb")  # noqa: ASYNC230, SIM115 - closed by the fetcher
    monkeypatch.setattr(films._folder, "temporary", lambda _: full)
    monkeypatch.setattr(films._folder, "drop", lambda _: None)
    assert await refusal(films, f"{server.url}/files/1.mp4") == ("disk_full", False)


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("8.8.8.8", True),
        ("2001:4860:4860::8888", True),
        ("::ffff:8.8.8.8", True),
        ("64:ff9b::808:808", True),
        ("2002:808:808::1", True),
        ("2002:7f00:1::1", False),
        ("::127.0.0.1", False),
        ("fec0::1", False),
        ("fe80::1%eth0", False),
        ("ff02::1", False),
        ("224.0.0.1", False),
        ("100.64.0.1", False),
        ("192.168.1.1", False),
        ("255.255.255.255", False),
    ],
)
def test_only_the_open_internet_is_public(address: str, expected: bool) -> None:
    assert is_public(address) is expected


SPELLED = "/files/a%2Fb%7Ec%27.mp4?sig=x%2Fy%7Ez%27%3D%3d+w&name=it's~a/b"


async def signing(request: web.Request) -> web.StreamResponse:
    """A host whose signature is over the very letters of the address."""
    if request.raw_path != SPELLED:
        return web.Response(status=403, text="SignatureDoesNotMatch")
    return await serves()(request)


async def test_a_signed_link_is_asked_for_in_the_very_letters_it_was_handed_out_in(
    films: FilmFetcher, server: Any
) -> None:
    server.does(signing)
    assert (await films.fetch(f"{server.url}{SPELLED}", task_id=TASK)).size == len(MP4)


@pytest.mark.parametrize("has_host", [True, False])
async def test_a_redirect_to_a_signed_link_is_followed_in_its_letters(
    films: FilmFetcher, server: Any, has_host: bool
) -> None:
    server.does(leads_to(f"{server.url}{SPELLED}" if has_host else SPELLED), signing)
    assert (await films.fetch(f"{server.url}/start.mp4", task_id=TASK)).size == len(MP4)
