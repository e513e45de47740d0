"""A local video API for each test, and a client that speaks to it like the bot would."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.playground.evolink import LocalEvolink, ready_made_film

DEADLINE = 60.0


class ManualClock:
    """Time that passes only when a test says so."""

    def __init__(self) -> None:
        self._now = datetime(2026, 11, 23, 12, tzinfo=UTC)
        self._arrived = asyncio.Event()
        self._sleepers: list[tuple[datetime, asyncio.Future[None]]] = []

    def now(self) -> datetime:
        return self._now

    async def sleep(self, seconds: float) -> None:
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        woken = asyncio.get_running_loop().create_future()
        self._sleepers.append((self._now + timedelta(seconds=seconds), woken))
        self._arrived.set()
        await woken

    async def sleepers(self, count: int) -> None:
        """Wait until somebody sleeps on this clock."""
        async with asyncio.timeout(DEADLINE):
            while len(self._sleepers) < count:
                self._arrived.clear()
                await self._arrived.wait()

    def advance(self, seconds: float) -> None:
        self._now += timedelta(seconds=seconds)
        due = [pair for pair in self._sleepers if pair[0] <= self._now]
        self._sleepers = [pair for pair in self._sleepers if pair[0] > self._now]
        for _, woken in due:
            if not woken.done():
                woken.set_result(None)


class Client:
    """Calls the API and gives back status and decoded body."""

    def __init__(self, session: aiohttp.ClientSession, url: str) -> None:
        self.session = session
        self.url = url

    async def submit(self, **fields: object) -> tuple[int, Any]:
        body = {"model": "kling-v3-text-to-video", "prompt": "a fox in the snow", **fields}
        return await self.post(body)

    async def post(self, body: object) -> tuple[int, Any]:
        url = f"{self.url}/v1/videos/generations"
        async with self.session.post(url, json=body) as answer:
            return answer.status, await answer.json()

    async def accepted(self, **fields: object) -> str:
        status, reply = await self.submit(**fields)
        assert status == 200, reply
        return str(reply["id"])

    async def query(self, task_id: str) -> tuple[int, Any]:
        return await self.get(f"{self.url}/v1/tasks/{task_id}")

    async def credits(self) -> tuple[int, Any]:
        return await self.get(f"{self.url}/v1/credits")

    async def get(self, url: str) -> tuple[int, Any]:
        async with self.session.get(url) as answer:
            return answer.status, await answer.json()

    async def ended(self, task_id: str) -> Any:
        """The task as the API describes it once it has ended."""
        async with asyncio.timeout(DEADLINE):
            while True:
                _, task = await self.query(task_id)
                if task["status"] in ("completed", "failed", "cancelled"):
                    return task
                await asyncio.sleep(0.01)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


Start = Callable[..., Awaitable[tuple[LocalEvolink, Client]]]


@pytest.fixture
async def start(tmp_path: Path, clock: ManualClock) -> AsyncIterator[Start]:
    """Starts an API with options of the test's own; ended with the test."""
    async with AsyncExitStack() as opened:

        async def start(**options: Any) -> tuple[LocalEvolink, Client]:
            settings = {"film": ready_made_film(), "clock": clock} | options
            api = await opened.enter_async_context(LocalEvolink(films=tmp_path, **settings))
            headers = {"Authorization": "Bearer a-key"}
            session = await opened.enter_async_context(aiohttp.ClientSession(headers=headers))
            return api, Client(session, api.url)

        yield start


@pytest.fixture
async def started(start: Start) -> tuple[LocalEvolink, Client]:
    return await start(allow_loopback_callbacks=True)


@pytest.fixture
def api(started: tuple[LocalEvolink, Client]) -> LocalEvolink:
    return started[0]


@pytest.fixture
def client(started: tuple[LocalEvolink, Client]) -> Client:
    return started[1]
