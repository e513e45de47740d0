"""The page with a real bot behind it, in the system's Chromium."""

import os
import shutil
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, async_playwright

from bot.playground.demo.child import Child
from bot.playground.evolink import ready_made_film
from bot.playground.guild import LocalDiscord, World
from bot.playground.page import Life
from bot.playground.page import Page as PlaygroundPage
from tests.playground.page.puppetry import PuppetControls

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


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    """A local Discord with the page on it and a bot that has registered its commands."""
    film = tmp_path_factory.mktemp("puppet") / "film.mp4"
    film.write_bytes(ready_made_film())
    discord = LocalDiscord(World.demo())
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


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    """Headless Chromium; without one the test is skipped, and under CI it fails."""
    names = ("chromium", "chromium-browser", "google-chrome")
    found = next(filter(None, map(shutil.which, names)), None)
    if found is None:
        missing = "no Chromium on this machine"
        pytest.fail(missing) if os.environ.get("CI") else pytest.skip(missing)
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=found, args=CHROMIUM)
        yield chromium
        await chromium.close()


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


@pytest_asyncio.fixture(loop_scope="module")
async def visit(browser: Browser, discord: LocalDiscord) -> AsyncIterator[Visit]:
    """Opens the page as a newcomer does, as often as it is called; no script on it may fail."""
    faults: list[str] = []

    async def visited() -> Page:
        context = await browser.new_context(viewport={"width": 1280, "height": 800}, locale="en-US")
        tab = await context.new_page()
        tab.on("pageerror", lambda error: faults.append(str(error)))
        tab.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
        tab.set_default_timeout(20_000)
        await tab.goto(discord.base_url)
        return tab

    yield visited
    for context in browser.contexts:
        await context.close()
    assert faults == []


@pytest_asyncio.fixture(loop_scope="module")
async def page(visit: Visit) -> Page:
    return await visit()
