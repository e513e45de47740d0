"""What a round runs on: the real process between the local Discord and the local video API."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random

from bot.playground.evolink import LocalEvolink, Pace, ready_made_film
from bot.playground.guild import LocalDiscord
from tests.chaos.process import Bot
from tests.chaos.servers import split
from tests.story.harness import free_port

KEY = "chaos-key-of-nobody"
BALANCE = 10**7  # credits
HEARTBEAT = 5.0  # seconds
FILM_SECONDS = 0.6
START_SECONDS = 60.0  # the machine may be busy


@dataclass(kw_only=True)
class Harness:
    """All the parts that a round may break or look at."""

    discord: LocalDiscord
    api: LocalEvolink
    bots: list[Bot]
    folder: Path

    @property
    def bot(self) -> Bot:
        """The first of the processes, where there is one."""
        return self.bots[0]

    async def start(self) -> None:
        """Start every process that does not run."""
        for each in self.bots:
            if not each.is_running:
                await each.start()

    async def kill(self) -> None:
        """Kill all processes."""
        for each in self.bots:
            await each.kill()

    @property
    def is_online(self) -> bool:
        """Whether people can use the bot."""
        return self.discord.gateway.online and bool(self.discord.actor("maya").offered("films"))

    async def online(self) -> None:
        """Wait until people can use the bot. Raises `TimeoutError`."""
        await self.discord.changed(lambda: self.is_online, within=START_SECONDS)

    async def pulse(self, seconds: float) -> None:
        """Until something happens at Discord, or so many seconds."""
        try:
            async with asyncio.timeout(seconds):
                await self.discord.events.pulsed()
        except TimeoutError:
            return


@asynccontextmanager
async def open_harness(
    folder: Path,
    *,
    database: str,
    has_callbacks: bool,
    seed: str,
    processes: int = 1,
    **settings: str,
) -> AsyncIterator[Harness]:
    """A world of its own, with a server a process, each on a shard of its own. The bot is not
    started; at the end it is killed if it still runs."""
    async with (
        LocalDiscord() as discord,
        LocalEvolink(
            films=folder / "films",
            pace=Pace(seconds=FILM_SECONDS),
            allow_loopback_callbacks=True,
            balance=BALANCE,
            film=ready_made_film(),
            random=Random(seed),
            key=KEY,
            is_idempotent=Random(f"{seed}/idempotent").random() < 0.5,  # nobody knows which it is
        ) as api,
    ):
        discord.gateway.heartbeat_interval = HEARTBEAT
        split(discord, processes)
        envs = [
            _settings(discord, api, folder, database, has_callbacks) | settings
            for _ in range(processes)
        ]
        bots = [Bot(env, folder / f"bot{number}.log") for number, env in enumerate(envs)]
        try:
            yield Harness(discord=discord, api=api, bots=bots, folder=folder)
        finally:
            for bot in bots:
                if bot.is_running:
                    await bot.kill()


def _settings(
    discord: LocalDiscord, api: LocalEvolink, folder: Path, database: str, has_callbacks: bool
) -> dict[str, str]:
    port = free_port()
    settings = {
        "ENV_FILE": "",
        "DISCORD_TOKEN": discord.token,
        "DISCORD_API_URL": discord.rest_url,
        "DISCORD_GATEWAY_URL": discord.gateway_url,
        "EVOLINK_API_KEY": KEY,
        "EVOLINK_BASE_URL": api.url,
        "DATABASE_URL": database,
        "FILMS_DIR": str(folder / "big-films"),
        "SERVERS": "all",
        "UNDO_SECONDS": "0.3",
        "MAX_RUNNING": "unlimited",
        "MAX_CREDITS_PER_DAY": "unlimited",
        "DEFAULT_DAILY_CREDITS": "unlimited",
        "DEFAULT_AT_ONCE": "unlimited",
        "WEB_PORT": str(port),
        "LOG_LEVEL": "ERROR",
        "LOG_FORMAT": "json",
    }
    return settings | ({"PUBLIC_URL": f"http://127.0.0.1:{port}"} if has_callbacks else {})
