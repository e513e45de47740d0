"""The client against a misbehaving server: what may have been paid, and what is tried again."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from aiohttp import ClientTimeout, web

from bot.api.client import ANSWER_LIMIT, EvolinkClient
from bot.errors import ApiError, Cause, Certainty
from bot.variables import Secret
from bot.video.values.videos import RemoteStatus, VideoRequest

KEY = "sk-very-secret"
TASK = "abcdefghij0123456789"
SHORT = ClientTimeout(total=0.5)

Ask = Callable[..., VideoRequest]
Sample = Callable[[str], bytes]


async def hang_up(request: web.Request) -> web.StreamResponse:
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


async def stall(_: web.Request) -> web.StreamResponse:
    await asyncio.Event().wait()
    raise AssertionError


async def break_off(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Length": "1000"})
    await response.prepare(request)
    await response.write(b'{"id": "task-unified-1"')
    return await hang_up(request)


async def html(_: web.Request) -> web.StreamResponse:
    return web.Response(text="<html>hello</html>", content_type="text/html")


async def endless(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse()
    await response.prepare(request)
    while True:
        await response.write(b" " * 65536)


@pytest.fixture
def connect(clock: Any) -> Callable[..., EvolinkClient]:
    def connected(url: str, **settings: Any) -> EvolinkClient:
        return EvolinkClient(
            base_url=url, key=Secret(KEY), clock=clock, uniform=lambda: 0.5, **settings
        )

    return connected


@pytest.fixture
async def api(server: Any, connect: Callable[..., EvolinkClient]) -> AsyncIterator[EvolinkClient]:
    async with connect(server.url) as api:
        yield api


async def submission_error(api: EvolinkClient, request: VideoRequest) -> ApiError:
    with pytest.raises(ApiError) as error:
        await api.submit(request, task_id=TASK, callback_url=None)
    return error.value


async def test_a_submission_carries_key_name_and_idempotency(
    api: EvolinkClient, server: Any, ask: Ask, sample: Sample
) -> None:
    server.says(json.loads(sample("submit_answer")))
    update = await api.submit(ask(), task_id=TASK, callback_url="https://b.example/c/1")
    [request] = server.received
    assert update.remote_id == "task-unified-1757169743-7cvnl5zw"
    assert (request.method, request.path) == ("POST", "/v1/videos/generations")
    assert request.headers["Authorization"] == f"Bearer {KEY}"
    assert request.headers["Idempotency-Key"] == TASK
    assert request.headers["User-Agent"].startswith("video-bot/")
    assert json.loads(request.body)["callback_url"] == "https://b.example/c/1"


@pytest.mark.parametrize("answer", [hang_up, break_off, html, endless])
async def test_a_submission_without_a_clear_answer_may_have_been_paid_and_is_not_repeated(
    api: EvolinkClient, server: Any, ask: Ask, answer: Any
) -> None:
    server.does(answer)
    error = await submission_error(api, ask())
    assert error.sent == Certainty.MAYBE
    assert len(server.received) == 1


async def test_a_submission_that_takes_too_long_may_have_been_paid_and_is_not_repeated(
    connect: Callable[..., EvolinkClient], server: Any, ask: Ask
) -> None:
    server.does(stall)
    async with connect(server.url, post_timeout=SHORT) as api:
        error = await submission_error(api, ask())
    assert (error.cause, error.sent) == (Cause.UNAVAILABLE, Certainty.MAYBE)
    assert len(server.received) == 1


@pytest.mark.parametrize("status", [500, 502, 503, 504])
async def test_a_server_error_on_a_submission_may_have_been_paid_and_is_not_repeated(
    api: EvolinkClient, server: Any, ask: Ask, status: int
) -> None:
    server.says({"error": {"code": "internal_error"}}, status=status)
    error = await submission_error(api, ask())
    assert (error.cause, error.sent) == (Cause.UNAVAILABLE, Certainty.MAYBE)
    assert len(server.received) == 1


async def test_a_busy_api_took_nothing_and_says_how_long_to_wait(
    api: EvolinkClient, server: Any, ask: Ask
) -> None:
    server.says({"error": {"code": "rate_limit_exceeded"}}, status=429, retry_after="12")
    error = await submission_error(api, ask())
    assert (error.cause, error.sent, error.retry_after) == (Cause.BUSY, Certainty.NO, 12.0)
    assert len(server.received) == 1


async def test_a_refused_connection_sent_nothing(
    connect: Callable[..., EvolinkClient], ask: Ask
) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        async with connect(f"http://127.0.0.1:{unused.getsockname()[1]}") as api:
            error = await submission_error(api, ask())
    assert (error.cause, error.sent) == (Cause.UNAVAILABLE, Certainty.NO)


async def test_a_name_that_does_not_resolve_sent_nothing(
    connect: Callable[..., EvolinkClient], ask: Ask
) -> None:
    async with connect("https://nowhere.invalid") as api:
        assert (await submission_error(api, ask())).sent == Certainty.NO


async def test_a_failed_tls_handshake_sent_nothing(
    connect: Callable[..., EvolinkClient], server: Any, ask: Ask
) -> None:
    async with connect(server.url.replace("http:", "https:")) as api:
        assert (await submission_error(api, ask())).sent == Certainty.NO
    assert server.received == []


async def test_a_connection_that_never_comes_about_sent_nothing(
    connect: Callable[..., EvolinkClient], ask: Ask
) -> None:
    silent = ClientTimeout(total=5, connect=0.1)
    with socket.socket() as listening:  # takes the connection, never says a word of TLS
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        url = f"https://127.0.0.1:{listening.getsockname()[1]}"
        async with connect(url, post_timeout=silent) as api:
            assert (await submission_error(api, ask())).sent == Certainty.NO


async def test_each_submission_has_a_connection_of_its_own(
    api: EvolinkClient, server: Any, ask: Ask, sample: Sample
) -> None:
    ports: list[int] = []

    async def note(request: web.Request) -> web.StreamResponse:
        assert request.transport is not None
        ports.append(request.transport.get_extra_info("peername")[1])
        return web.Response(body=sample("submit_answer"))

    server.does(note)
    await api.submit(ask(), task_id=TASK, callback_url=None)
    await api.submit(ask(), task_id=TASK, callback_url=None)
    assert ports[0] != ports[1]


async def test_what_the_page_forbids_never_reaches_the_api(
    api: EvolinkClient, server: Any, ask: Ask
) -> None:
    assert (await submission_error(api, ask(duration=60))).sent == Certainty.NO
    assert server.received == []


async def test_a_redirect_is_not_followed(api: EvolinkClient, server: Any) -> None:
    server.says({}, status=307, location=f"{server.url}/elsewhere")
    with pytest.raises(ApiError) as error:
        await api.look("task-unified-1")
    assert error.value.cause == Cause.UNREADABLE
    assert len(server.received) == 1


@pytest.mark.parametrize("status", [429, 500, 502, 503])
async def test_a_read_is_repeated_until_it_works(
    api: EvolinkClient, server: Any, sample: Sample, clock: Any, status: int
) -> None:
    server.says({}, {}, status=status)
    server.says(json.loads(sample("task_processing")))
    update = await api.look("task-unified-1")
    assert update.status == RemoteStatus.PROCESSING
    assert clock.sleeps == [1.0, 2.0]
    assert server.received[-1].path == "/v1/tasks/task-unified-1"


@pytest.mark.parametrize("answer", [hang_up, break_off])
async def test_a_read_survives_a_cut_connection(
    api: EvolinkClient, server: Any, sample: Sample, answer: Any
) -> None:
    server.does(answer)
    server.says(json.loads(sample("credits")))
    assert (await api.balance()).account == 1095.3996


async def test_a_read_that_takes_too_long_is_repeated(
    connect: Callable[..., EvolinkClient], server: Any, clock: Any
) -> None:
    server.does(stall)
    async with connect(server.url, get_timeout=SHORT) as api:
        with pytest.raises(ApiError) as error:
            await api.balance()
    assert (error.value.cause, len(server.received)) == (Cause.UNAVAILABLE, 4)


async def test_a_read_gives_up_after_a_few_attempts(
    api: EvolinkClient, server: Any, clock: Any
) -> None:
    server.says({}, status=503)
    with pytest.raises(ApiError) as error:
        await api.balance()
    assert (error.value.cause, error.value.sent) == (Cause.UNAVAILABLE, Certainty.NO)
    assert (len(server.received), clock.sleeps) == (4, [1.0, 2.0, 4.0])


@pytest.mark.parametrize("status", [400, 401, 402, 403, 404])
async def test_a_definite_refusal_is_not_asked_again(
    api: EvolinkClient, server: Any, status: int
) -> None:
    server.says({"error": {"message": "no"}}, status=status)
    with pytest.raises(ApiError):
        await api.look("task-unified-1")
    assert len(server.received) == 1


async def test_the_wait_that_the_api_asks_for_holds_every_read(
    api: EvolinkClient, server: Any, sample: Sample, clock: Any
) -> None:
    server.says({}, status=429, retry_after="20")
    server.says(json.loads(sample("credits")))
    await api.balance()
    assert clock.slept == pytest.approx(20)


async def test_a_wait_that_is_too_long_is_left_to_the_caller(
    api: EvolinkClient, server: Any, clock: Any
) -> None:
    server.says({}, status=429, retry_after="600")
    with pytest.raises(ApiError) as error:
        await api.balance()
    assert (error.value.retry_after, clock.slept, len(server.received)) == (600.0, 0, 1)


async def test_reads_keep_the_pace_of_the_key(
    connect: Callable[..., EvolinkClient], server: Any, sample: Sample, clock: Any
) -> None:
    server.says(json.loads(sample("credits")))
    async with connect(server.url, reads_per_second=2) as api:
        await asyncio.gather(*(api.balance() for _ in range(16)))
    assert clock.slept == pytest.approx((16 - 10) / 2)


@pytest.mark.parametrize("answer", [html, endless])
async def test_an_answer_that_is_not_the_apis_is_named_so(
    connect: Callable[..., EvolinkClient], server: Any, answer: Any
) -> None:
    server.does(answer)
    async with connect(server.url) as api:
        with pytest.raises(ApiError) as error:
            await api.look("task-unified-1")
    assert error.value.cause == Cause.UNREADABLE


async def test_the_longest_answer_that_is_read_is_a_mebibyte(
    api: EvolinkClient, server: Any
) -> None:
    body = {"status": "processing", "padding": "x" * (ANSWER_LIMIT - 100)}
    server.says(body, body | {"more": "x" * 100})
    assert (await api.look("task-unified-1")).status == RemoteStatus.PROCESSING
    with pytest.raises(ApiError):
        await api.look("task-unified-1")


@pytest.mark.parametrize("remote_id", ["../credits", "..", "a/b", "", "a?b", "x" * 129])
async def test_an_id_cannot_lead_to_another_path(
    api: EvolinkClient, server: Any, remote_id: str
) -> None:
    with pytest.raises(ApiError) as error:
        await api.look(remote_id)
    assert (error.value.cause, server.received) == (Cause.NOT_FOUND, [])


async def test_the_key_shows_nowhere(api: EvolinkClient, server: Any, ask: Ask) -> None:
    server.does(hang_up)
    error = await submission_error(api, ask())
    assert KEY not in f"{api!r} {vars(api)!r} {error!r} {error.__cause__!r}"
