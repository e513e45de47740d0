"""Callbacks: which addresses are allowed, what is sent, when, and how often."""

import asyncio
import socket
from contextlib import asynccontextmanager

import pytest
from aiohttp import web

from bot.playground.evolink.callbacks import CallbackRules
from bot.playground.evolink.values import Refused

DEADLINE = 60.0
HERE = "127.0.0.1"
NAMES = {
    "public.example": ["93.184.216.34"],
    "inside.example": ["10.0.0.7"],
    "mixed.example": ["93.184.216.34", "192.168.1.1"],
    "localhost": ["127.0.0.1"],
}


async def resolve(host: str, port: int) -> list[str]:
    return NAMES.get(host, [])


@pytest.mark.parametrize(
    "url",
    [
        "https://public.example/hook",
        "https://public.example:8443/hook?token=x",
        "https://93.184.216.34/hook",
        "https://[2606:2800:220:1::1]/hook",
        "https://[64:ff9b::5db8:d822]/hook",
        "https://public.example/%20~a;b=c/(d)?e=f&g=[h]#i",
        "https://unknown.example/",
        "https://public.example/" + "x" * (2048 - 23),
    ],
)
async def test_a_public_https_address_is_allowed(url):
    await CallbackRules(resolve=resolve).check(url)


@pytest.mark.parametrize(
    "url",
    [
        "http://public.example/",
        "ftp://public.example/",
        "public.example/hook",
        "https://",
        "https://public.example:99999/",
        "https://[::1",
        "",
        "https://127.0.0.1/",
        "https://10.1.2.3/",
        "https://172.16.0.1/",
        "https://172.31.255.255/",
        "https://192.168.0.1/",
        "https://169.254.169.254/latest/meta-data/",
        "https://100.64.0.1/",
        "https://0.0.0.0/",
        "https://224.0.0.1/",
        "https://[::1]/",
        "https://[fd00::1]/",
        "https://[fe80::1%25eth0]/",
        "https://[::ffff:10.0.0.1]/",
        "https://[64:ff9b::7f00:1]/a",
        "https://[64:ff9b::a00:1]/a",
        "https://[2002:7f00:1::]/a",
        "https://[2002:a00:1::1]/a",
        "https://ex ample.com/a",
        "https://public.example/a b",
        "https://public.example/\n",
        "https://públic.example/",
        'https://public.example/"',
        "https://inside.example/",
        "https://mixed.example/",
        "https://localhost/",
        "https://localhost./",
        "https://a.localhost/",
        "https://LOCALHOST/",
        "https://127.0.0.1./",
        "https://%31%32%37.0.0.1/",
        "https://127.0.0%2e1/",
        "https://[::127.0.0.1]/",
        "https://[::ffff:0:127.0.0.1]/",
        "https://[64:ff9b:1::127.0.0.1]/",
        "https://[fec0::1]/",
        "https://[2001:0:5db8:d822::80ff:fffe]/",
        "https://public.example/" + "x" * (2049 - 23),
    ],
)
async def test_every_other_address_is_refused(url):
    with pytest.raises(Refused) as refused:
        await CallbackRules(resolve=resolve).check(url)
    assert (refused.value.status, refused.value.param) == (400, "callback_url")


@pytest.mark.parametrize("url", ["http://127.0.0.1:8080/", "http://localhost/", "https://[::1]/"])
async def test_the_demo_may_call_this_machine_and_no_other_internal_one(url):
    rules = CallbackRules(allow_loopback=True, resolve=resolve)
    await rules.check(url)
    with pytest.raises(Refused):
        await rules.check("http://10.0.0.1/")
    with pytest.raises(Refused):
        await rules.check("http://[64:ff9b::7f00:1]/")


class Listener:
    """A web server that records its requests and answers as scripted, 204 by default."""

    url: str

    def __init__(self) -> None:
        self.statuses: list[int] = []
        self.bodies: asyncio.Queue[dict[str, object]] = asyncio.Queue()

    async def receive(self, request: web.Request) -> web.Response:
        status = self.statuses.pop(0) if self.statuses else 204
        self.bodies.put_nowait(await request.json())
        headers = {"Location": "/elsewhere"} if status == 302 else {}
        return web.Response(status=status, headers=headers)

    async def next(self) -> dict[str, object]:
        async with asyncio.timeout(DEADLINE):
            return await self.bodies.get()


@pytest.fixture
async def listener():
    listener = Listener()
    app = web.Application()
    app.router.add_post("/hook", listener.receive)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    listener.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    yield listener
    await runner.cleanup()


async def delivered(api, count):
    async with asyncio.timeout(DEADLINE):
        while True:
            if len(api.deliveries) >= count:
                return [delivery.status for delivery in api.deliveries]
            await asyncio.sleep(0.01)


async def test_a_callback_is_what_the_query_says_after_billing(client, listener):
    task_id = await client.accepted(callback_url=listener.url)
    body = await listener.next()
    assert body["billing"]["charge_status"] == "charged"
    assert body == (await client.query(task_id))[1]


async def test_a_failed_task_calls_back_too(client, api, listener):
    api.faults.fail_next(code="content_policy_violation")
    await client.accepted(callback_url=listener.url)
    body = await listener.next()
    assert (body["status"], body["error"]["code"]) == ("failed", "content_policy_violation")


async def test_a_callback_is_repeated_after_one_two_and_four_seconds(client, api, listener, clock):
    listener.statuses = [500, 302, 404, 503]
    await client.accepted(callback_url=listener.url)
    start = clock.now()
    for pause in (1, 2, 4):
        await clock.sleepers(1)
        clock.advance(pause)
    assert await delivered(api, 4) == [500, 302, 404, 503]
    waited = [(delivery.at - start).total_seconds() for delivery in api.deliveries]
    assert waited == [0, 1, 3, 7]
    assert listener.bodies.qsize() == 4


async def test_an_accepted_callback_is_not_repeated(client, api, listener, clock):
    listener.statuses = [500, 299]
    await client.accepted(callback_url=listener.url)
    await clock.sleepers(1)
    clock.advance(1)
    assert await delivered(api, 2) == [500, 299]


async def test_callbacks_can_be_dropped_doubled_and_late(client, api, listener, clock):
    api.faults.next_callback(copies=0)
    api.faults.next_callback(copies=2)
    api.faults.next_callback(delay=90)
    await client.ended(await client.accepted(callback_url=listener.url))
    doubled = await client.accepted(callback_url=listener.url)
    late = await client.accepted(callback_url=listener.url)
    assert [(await listener.next())["id"] for _ in range(2)] == [doubled, doubled]
    await clock.sleepers(1)
    clock.advance(90)
    assert (await listener.next())["id"] == late


async def test_an_internal_callback_url_is_refused_at_submit(client, api):
    status, reply = await client.submit(callback_url="https://192.168.0.9/hook")
    assert (status, reply["error"]["param"]) == (400, "callback_url")
    assert api.tasks == {}


@asynccontextmanager
async def silent_server():
    """Accepts connections, counts them and never answers."""
    callers = []

    async def hold(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        callers.append(writer.get_extra_info("peername"))
        await reader.read()
        writer.close()

    async with await asyncio.start_server(hold, "127.0.0.1", 0) as server:
        yield server.sockets[0].getsockname()[1], callers


async def test_a_name_that_turns_internal_after_the_check_is_not_called(start, monkeypatch):
    async def lying(host: str, port: int) -> list[str]:
        return ["93.184.216.34"]

    found = socket.getaddrinfo
    monkeypatch.setattr(socket, "getaddrinfo", lambda _, *rest, **how: found(HERE, *rest, **how))

    async with silent_server() as (port, callers):
        api, client = await start(resolve=lying, callback_timeout=5)
        await client.accepted(callback_url=f"https://turning.example:{port}/hook")
        assert await delivered(api, 1) == [None]
    assert callers == []


async def test_a_listener_that_does_not_answer_is_given_up(start):
    async with silent_server() as (port, callers):
        api, client = await start(allow_loopback_callbacks=True, callback_timeout=0.2)
        await client.accepted(callback_url=f"http://127.0.0.1:{port}/hook")
        assert await delivered(api, 1) == [None]
    assert len(callers) == 1
