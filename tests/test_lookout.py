"""When a process may begin, and what counts as an answer of a service."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer, unused_port

from bot.db.reach import Reach, ReachTimes
from bot.errors import StorageDown
from bot.lookout import Lookout, ask_discord, noting
from bot.video.values.standing import WAITING, Peer, Process
from tests.fakes import START, FakeClock

OTHER = Process(
    owner=3, started_at=START - timedelta(hours=1), silent=1, role="all", host="host7", pid=4711,
    reached={Peer.API: 1.0, Peer.DISCORD: 1.0},
)  # fmt: skip


class Start:
    """A process that starts, and services that answer it or not."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.lost: set[Peer] = set()
        self.others = [OTHER]
        self.roles: list[str] = []
        self.is_stored = True
        self.asked = 0
        self.reach = Reach(works=True, hears=True, monotonic=self.clock.monotonic)
        self.lookout = Lookout(
            self.reach,
            asks={peer: self._ask(peer) for peer in Peer},
            take_role=self._take_role,
            clock=self.clock,
        )

    async def pass_by(self, seconds: int) -> None:
        """Let time pass, in which the heartbeat sees the others."""
        for _ in range(seconds):
            self.reach.look(self.others)
            await self.clock.advance(1)

    def _ask(self, peer: Peer) -> Callable[[], Awaitable[None]]:
        async def ask() -> None:
            self.asked += 1
            contact = self.reach.contacts[peer]
            contact.failed() if peer in self.lost else contact.answered()

        return ask

    async def _take_role(self, role: str) -> None:
        if not self.is_stored:
            raise StorageDown("gone")
        self.roles.append(role)


@pytest.fixture
def start() -> Start:
    return Start()


async def test_a_start_that_is_cut_off_waits_for_as_long_as_others_are_not(
    start: Start, caplog: pytest.LogCaptureFixture
) -> None:
    start.lost = {Peer.DISCORD}
    begin = asyncio.create_task(start.lookout.begin())
    with caplog.at_level(logging.WARNING):
        await start.pass_by(150)
    assert not begin.done()
    assert set(start.roles) == {WAITING}
    assert [each.message for each in caplog.records] == [
        "This process does not reach Discord, while #3 on host7, pid 4711 does: it waits until it "
        "does, too"
    ] * 3, "a line a minute"

    start.lost.clear()
    await start.pass_by(int(ReachTimes().again) + 1)
    await begin
    assert start.lookout.cut_off is None


@pytest.mark.parametrize("others", [[], [OTHER]], ids=["alone", "reached"])
async def test_a_start_waits_for_nothing_else(start: Start, others: list[Process]) -> None:
    start.others = others
    start.lost = set() if others else set(Peer)
    start.reach.look(others)
    await start.lookout.begin()
    assert start.asked == 2 * len(others), "who is alone begins at once, whatever answers"


async def test_a_start_that_waits_begins_when_nobody_is_left_who_reaches_more(start: Start) -> None:
    start.lost, start.is_stored = {Peer.API}, False
    begin = asyncio.create_task(start.lookout.begin())
    await start.pass_by(20)
    assert not begin.done()
    start.others = []
    await start.pass_by(2)
    await begin


async def test_a_start_that_waits_does_not_begin_while_the_database_is_away(start: Start) -> None:
    start.lost = {Peer.API}
    begin = asyncio.create_task(start.lookout.begin())
    await start.pass_by(10)
    await start.clock.advance(300)
    assert not begin.done()
    begin.cancel()


async def test_the_lookout_ends_with_the_process_s_right_to_go_on(start: Start) -> None:
    running = asyncio.create_task(start.lookout.run())
    await start.pass_by(100)
    assert not running.done()
    start.lost = {Peer.API}
    await start.pass_by(int(ReachTimes().limit) + 30)
    await running
    assert "has not reached the video API" in str(start.lookout.cut_off)


async def test_an_idle_process_asks_now_and_then_and_a_busy_one_never(start: Start) -> None:
    running = asyncio.create_task(start.lookout.run())
    await start.pass_by(600)
    assert 2 * 25 <= start.asked <= 2 * 31

    before = start.asked
    for _ in range(600):
        for contact in start.reach.contacts.values():
            contact.answered()
        await start.pass_by(1)
    assert start.asked == before
    running.cancel()


@pytest.fixture
async def service() -> AsyncIterator[TestServer]:
    """A service that answers each call with an error."""

    async def refuse(_: web.Request) -> web.Response:
        raise web.HTTPInternalServerError

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", refuse)
    async with TestServer(app, host="127.0.0.1") as server:
        yield server


async def test_an_error_is_an_answer(start: Start, service: TestServer) -> None:
    await ask_discord(str(service.make_url("/api")), start.reach)
    assert start.reach.contacts[Peer.DISCORD].silent is not None
    assert not start.reach.unreached()


async def test_no_connection_is_no_answer(start: Start) -> None:
    await ask_discord(f"http://127.0.0.1:{unused_port()}", start.reach)
    assert start.reach.unreached() == [Peer.DISCORD]


async def test_calls_elsewhere_say_nothing(start: Start, service: TestServer) -> None:
    tracing = noting(start.reach, Peer.API, f"http://127.0.0.1:{unused_port()}")
    assert tracing is not None
    async with aiohttp.ClientSession(trace_configs=[tracing]) as session:
        async with session.get(service.make_url("/")):
            pass
    assert not start.reach.silences()


async def test_a_call_that_its_caller_gave_up_says_nothing(start: Start) -> None:
    closed = asyncio.Event()

    async def say_nothing(read: asyncio.StreamReader, write: asyncio.StreamWriter) -> None:
        await read.read()
        write.close()
        await write.wait_closed()
        closed.set()

    silent = await asyncio.start_server(say_nothing, "127.0.0.1", 0)
    async with silent:
        host, port = silent.sockets[0].getsockname()
        url = f"http://{host}:{port}"
        tracing = noting(start.reach, Peer.API, url)
        assert tracing is not None
        async with aiohttp.ClientSession(trace_configs=[tracing]) as session:
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.05):
                    await session.get(url)
        await closed.wait()
    assert not start.reach.unreached()
