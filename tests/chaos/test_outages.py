"""Whatever is down, the log has a line when that begins and one when it ends, and no flood."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.chaos import harness as harnesses
from tests.chaos.harness import Harness, open_harness
from tests.chaos.postgres import Postgres

pytestmark = [pytest.mark.long, pytest.mark.timeout(300)]

VIDEOS = 10
DOWN = 20.0  # seconds; unhindered, the loops would log hundreds of lines
BACK = 150.0  # a connection may be tried again after two minutes only
PASSING_BY = ("bot.db.changes", "bot.ui.replies", "bot.video.life.pauses")  # not of a loop


class Wire:
    """A connection to a server on this machine that can be cut."""

    def __init__(self, url: str) -> None:
        self._port = urlsplit(url).port
        self._ends: set[asyncio.StreamWriter] = set()
        self._is_cut = False

    @asynccontextmanager
    async def laid(self) -> AsyncIterator[str]:
        """The address to use instead."""
        server = await asyncio.start_server(self._pass_on, "127.0.0.1", 0)
        async with server:
            host, port = server.sockets[0].getsockname()
            yield f"{host}:{port}"

    def cut(self) -> None:
        self._is_cut = True
        for end in self._ends:
            end.transport.abort()

    def mend(self) -> None:
        self._is_cut = False

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._is_cut:
            writer.transport.abort()
            return
        there, back = await asyncio.open_connection("127.0.0.1", self._port)
        self._ends |= {writer, back}
        await asyncio.gather(_pump(reader, back), _pump(there, writer))
        self._ends -= {writer, back}


async def _pump(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    try:
        while data := await source.read(1 << 16):
            sink.write(data)
            await sink.drain()
    except OSError:
        pass
    finally:
        sink.close()


def said(harness: Harness, *, of_loops: bool = True) -> list[str]:
    """What the log has by now, each line without its time; of what goes on by itself."""
    lines = [line for bot in harness.bots for line in bot.log.read_text().splitlines()]
    return [
        line[21:] for line in lines if not (of_loops and any(map(line.__contains__, PASSING_BY)))
    ]


async def ask(harness: Harness) -> None:
    sent = await harness.discord.actor("maya").command("films", "video", {"prompt": "a fox"})
    await sent.responded()


async def passing(harness: Harness, seconds: float) -> None:
    """Let time pass in which people do as they like."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            while True:
                await harness.pulse(seconds)


async def goes_down(
    harness: Harness, what: str, down: Callable[[], None], back: Callable[[], None]
) -> None:
    """With videos under way, let something be down for a while, and look at the log."""
    await harness.start()
    await harness.online()
    server = harness.discord.world.guild("Film club").id  # the other process may be first
    await harness.discord.changed(lambda: harness.discord.gateway.heard(server), within=60)
    for _ in range(VIDEOS):
        await ask(harness)
    await harness.discord.changed(lambda: len(harness.api.tasks) >= VIDEOS, within=60)
    before = len(said(harness))
    down()
    await passing(harness, DOWN)
    during = said(harness)[before:]
    back()

    assert [line for line in during if f"{what} fails, and is tried again" in line]
    assert len(during) <= 2 * len(harness.bots), during

    await says(harness, f"{what} works again")
    assert len(said(harness)) - before <= 5 * len(harness.bots), said(harness)[before:]


async def says(harness: Harness, words: str) -> None:
    """Wait for it."""
    with suppress(TimeoutError):
        async with asyncio.timeout(BACK):
            while not any(words in line for line in said(harness)):
                await harness.pulse(1)
    assert any(words in line for line in said(harness)), "\n".join(said(harness))


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Videos take longer than what happens to them here."""
    monkeypatch.setattr(harnesses, "FILM_SECONDS", DOWN)


def opened(folder: Path, url: str, processes: int = 1) -> AbstractAsyncContextManager[Harness]:
    return open_harness(
        folder,
        database=url,
        has_callbacks=False,
        seed="outage",
        processes=processes,
        LOG_LEVEL="INFO",
        LOG_FORMAT="text",
    )


async def test_a_database_that_is_down_fills_no_log(tmp_path: Path, slow: None) -> None:
    with Postgres() as server:
        async with opened(tmp_path, server.url, processes=2) as harness:
            await goes_down(harness, "The database", server.stop, server.start)


async def test_an_api_that_is_down_fills_no_log(
    tmp_path: Path, sqlite_url: str, slow: None
) -> None:
    async with opened(tmp_path, sqlite_url) as harness:
        wire = Wire(harness.api.url)
        async with wire.laid() as address:
            harness.bot.env["EVOLINK_BASE_URL"] = f"http://{address}"
            await goes_down(harness, "The video API", wire.cut, wire.mend)


async def test_discord_that_is_down_fills_no_log(tmp_path: Path, sqlite_url: str) -> None:
    async with opened(tmp_path, sqlite_url) as harness:
        wire, gateway = Wire(harness.discord.rest_url), harness.discord.gateway

        def down() -> None:
            wire.cut()
            gateway.refusing = True
            gateway.drop()

        def back() -> None:
            wire.mend()
            gateway.refusing = False

        async with wire.laid() as address:
            harness.bot.env["DISCORD_API_URL"] = f"http://{address}/api/v10"
            await goes_down(harness, "Discord", down, back)
            await says(harness, "Connected to Discord again, after")
