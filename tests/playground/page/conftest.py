"""The page with a real bot behind it, in the system's Chromium."""

import os
import shutil
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import (
    BrowserContext,
    ConsoleMessage,
    Page,
    WebError,
    async_playwright,
    expect,
)

from bot.playground.demo.child import Child
from bot.playground.evolink import ready_made_film
from bot.playground.guild import Limits, LocalDiscord
from bot.playground.page import Life
from bot.playground.page import Page as PlaygroundPage
from tests.playground.page.puppetry import PuppetControls

PATIENCE = 20_000  # milliseconds
PUPPET = Path(__file__).parent / "puppet.py"
CHROMIUM = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
]


Stage = tuple[LocalDiscord, PuppetControls]
Visit = Callable[[], Awaitable[Page]]


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def stage(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    """A local Discord with the page on it and a bot that has registered its commands."""
    film = tmp_path_factory.mktemp("puppet") / "film.mp4"
    film.write_bytes(ready_made_film())
    discord = LocalDiscord(limits=Limits(routes={}))
    bot = Child((sys.executable, str(PUPPET)))
    controls = PuppetControls(bot)
    PlaygroundPage(discord, controls).mount(discord.app)
    async with discord:
        bot.env = {
            "PATH": os.environ["PATH"],
            "DISCORD_TOKEN": discord.token,
            "DISCORD_API_URL": discord.rest_url,
            "DISCORD_GATEWAY_URL": discord.gateway_url,
            "FILM": str(film),
        }
        async with bot:
            await discord.changed(lambda: _ready(discord), 20)
            yield discord, controls
            assert bot.life is Life.RUNNING, bot.last_words


def _ready(discord: LocalDiscord) -> bool:
    return discord.gateway.online and bool(discord.state.commands.offered(None))


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def chromium() -> AsyncIterator[BrowserContext]:
    """Headless Chromium; without one the test is skipped, and under CI it fails."""
    names = ("chromium", "chromium-browser", "google-chrome")
    found = next(filter(None, map(shutil.which, names)), None)
    if found is None:
        missing = "no Chromium on this machine"
        pytest.fail(missing) if os.environ.get("CI") else pytest.skip(missing)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=found, args=CHROMIUM)
        context = await browser.new_context(locale="en-US")
        context.set_default_timeout(PATIENCE)
        expect.set_options(timeout=PATIENCE)
        yield context
        await browser.close()


@pytest.fixture
def discord(stage: Stage) -> Iterator[LocalDiscord]:
    """With empty channels."""
    yield stage[0]
    for channel in stage[0].world.channels:
        for message in stage[0].messages(channel):
            stage[0].state.erase(message)


@pytest.fixture
def controls(stage: Stage) -> Iterator[PuppetControls]:
    """With nothing ordered."""
    yield stage[1]
    stage[1].mishaps.clear()


@pytest_asyncio.fixture(loop_scope="session")
async def visit(chromium: BrowserContext, discord: LocalDiscord) -> AsyncIterator[Visit]:
    """Opens the page as a newcomer does, as often as it is called; no script on it may fail."""
    unused = list(chromium.pages)  # a tab that is used again needs no new process

    async def visited() -> Page:
        tab = unused.pop() if unused else await chromium.new_page()
        await tab.set_viewport_size({"width": 1280, "height": 800})
        await tab.goto(discord.base_url)
        await expect(tab.locator("#option-prompt")).to_be_focused()
        return tab

    with faultless(chromium):
        yield visited
        for tab in set(chromium.pages) - set(unused):
            await tab.evaluate("localStorage.clear()")
            await tab.goto("about:blank")


@contextmanager
def faultless(chromium: BrowserContext) -> Iterator[None]:
    """Fails at its end if a script failed or an error was logged meanwhile."""
    faults: list[str] = []

    def failed(error: WebError) -> None:
        faults.append(str(error.error))

    def said(message: ConsoleMessage) -> None:
        if message.type == "error":
            faults.append(message.text)

    chromium.on("weberror", failed)
    chromium.on("console", said)
    yield
    chromium.remove_listener("weberror", failed)
    chromium.remove_listener("console", said)
    assert faults == []


@pytest_asyncio.fixture(loop_scope="session")
async def page(visit: Visit) -> Page:
    return await visit()
