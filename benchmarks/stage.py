"""What the bots are measured on: a local Discord without rate limits, and a local video API."""

import asyncio
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from benchmarks.child import OURS, PATIENCE, Child, running
from bot.playground.evolink import LocalEvolink, Pace, ready_made_film
from bot.playground.guild import Limit, Limits, LocalDiscord, Unanswered, World

ROOMY = Limits(
    routes={}, overall=Limit(count=1 << 30, seconds=1.0), old_edits=Limit(count=1 << 30, seconds=1)
)
FORTUNE = 10**9  # credits
LATEST = 15.0  # seconds after which an answer is not waited for any more
LONG = Pace(seconds=3600.0)


@dataclass(frozen=True, kw_only=True)
class Answered:
    """One command's first response: after how many seconds, None for none; was it a film's card."""

    seconds: float | None
    is_film: bool


@dataclass(frozen=True, kw_only=True)
class Stage:
    """The parts that a bench looks at."""

    discord: LocalDiscord
    api: LocalEvolink
    folder: Path

    @property
    def database_url(self) -> str:
        return f"sqlite:///{self.folder / 'bot.db'}"

    @asynccontextmanager
    async def bot(self, module: str = OURS, **settings: str) -> AsyncIterator[Child]:
        """A bot as a process of its own, once it serves commands."""
        async with running(module, self._settings() | settings) as child:
            await self.served(child)
            yield child
        await self.discord.changed(lambda: not self.discord.gateway.online, within=PATIENCE)

    async def served(self, child: Child) -> float:
        """Wait until a person could use /video; gives the moment, by the monotonic clock."""
        maya = self.discord.actor("maya")
        async with asyncio.timeout(PATIENCE):
            while not (self.discord.gateway.online and maya.offered("films")):
                if child.has_ended:
                    raise RuntimeError("the bot ended; what it said stands above")
                with suppress(TimeoutError):
                    async with asyncio.timeout(0.2):
                        await self.discord.events.pulsed()
        return time.monotonic()

    async def ask(self) -> Answered:
        """Use /video and wait for the first response; the local Discord's work is in the time."""
        began = time.perf_counter()
        sent = await self.discord.actor("maya").command("films", "video", {"prompt": "a fox"})
        try:
            await sent.responded(LATEST)
        except Unanswered:
            return Answered(seconds=None, is_film=False)
        seconds = time.perf_counter() - began
        is_film = sent.message is not None and sent.message.only_for is None
        return Answered(seconds=seconds, is_film=is_film)

    async def ask_steadily(self, *, rate: float, seconds: float) -> list[Answered]:
        """Commands at a rate, whether or not those before are answered yet."""
        asked, began = [], time.monotonic()
        for number in range(int(rate * seconds)):
            await asyncio.sleep(began + number / rate - time.monotonic())
            asked.append(asyncio.create_task(self.ask()))
        return await asyncio.gather(*asked)

    def _settings(self) -> dict[str, str]:
        return {
            "ENV_FILE": "",
            "DISCORD_TOKEN": self.discord.token,
            "DISCORD_API_URL": self.discord.rest_url,
            "DISCORD_GATEWAY_URL": self.discord.gateway_url,
            "EVOLINK_API_KEY": "bench-key-of-nobody",
            "EVOLINK_BASE_URL": self.api.url,
            "DATABASE_URL": self.database_url,
            "FILMS_DIR": str(self.folder / "big-films"),
            "MAX_CREDITS_PER_DAY": "unlimited",
            "DEFAULT_DAILY_CREDITS": "unlimited",
            "DEFAULT_AT_ONCE": "unlimited",
            "WEB_PORT": "0",
            "LOG_LEVEL": "WARNING",
        }


@asynccontextmanager
async def opened(pace: Pace = LONG) -> AsyncIterator[Stage]:
    """A stage of one's own; `pace` is how long the video API takes for a film."""
    with tempfile.TemporaryDirectory(prefix="video-bot-bench-") as name:
        folder = Path(name)
        async with (
            LocalDiscord(World.demo(), limits=ROOMY) as discord,
            LocalEvolink(
                films=folder / "films",
                pace=pace,
                balance=FORTUNE,
                allow_loopback_callbacks=True,
                film=ready_made_film(),
            ) as api,
        ):
            yield Stage(discord=discord, api=api, folder=folder)
