"""What the bots run on while measured: a local Discord without rate limits, a local video API."""

import asyncio
import gc
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path

from benchmarks.child import OURS, PATIENCE, Child, running
from bot.playground.evolink import LocalEvolink, Pace, ready_made_film
from bot.playground.guild import Limit, Limits, LocalDiscord, Unanswered, User, World, demo_world

ROOMY = Limits(
    routes={},
    overall=Limit(count=1 << 30, seconds=1.0),
    old_edits=Limit(count=1 << 30, seconds=1),
    follow_ups=Limit(count=1 << 30, seconds=1),
)
FORTUNE = 10**9  # credits
LATEST = 15.0  # seconds to wait for an answer
LONG = Pace(seconds=3600.0)
FIRST_PERSON = 1_456_042_700_000_000_000
PEOPLE = 500  # who order in turn


@dataclass(frozen=True, kw_only=True)
class Answered:
    """One command's first response: its delay in seconds (None: no response); was it a card?"""

    seconds: float | None
    is_film: bool


@dataclass(frozen=True, kw_only=True)
class Harness:
    """The parts a benchmark uses."""

    discord: LocalDiscord
    api: LocalEvolink
    folder: Path
    people: Iterator[int]  # whose turn it is; endless

    @property
    def database_url(self) -> str:
        return f"sqlite:///{self.folder / 'bot.db'}"

    @asynccontextmanager
    async def bot(self, module: str = OURS, **settings: str) -> AsyncIterator[Child]:
        """A bot as its own process; yields once it serves commands."""
        async with running(module, self._settings() | settings) as child:
            child.served = await self.served(child)
            yield child
        await self.discord.changed(lambda: not self.discord.gateway.online, within=PATIENCE)

    @asynccontextmanager
    async def one_of_several(self, **settings: str) -> AsyncIterator[Child]:
        """Our bot as one process of several; yields once it runs."""
        async with running(OURS, self._settings() | settings) as child:
            yield child

    async def served(self, child: Child) -> float:
        """Wait until a person could use /video; returns the moment, by the monotonic clock."""
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
        """Use /video and wait for the first response; the delay includes the local Discord."""
        began = time.perf_counter()
        sent = await self.discord.actor(next(self.people)).command(
            "films", "video", {"prompt": "a fox"}
        )
        try:
            await sent.responded(LATEST)
        except Unanswered:
            return Answered(seconds=None, is_film=False)
        seconds = time.perf_counter() - began
        is_film = sent.message is not None and sent.message.only_for is None
        return Answered(seconds=seconds, is_film=is_film)

    async def ask_steadily(self, *, rate: float, seconds: float) -> list[Answered]:
        """Send commands at a rate, whether or not earlier ones were answered."""
        asked, began = [], time.monotonic()
        with no_pauses():
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
async def opened(
    pace: Pace = LONG, *, change: Callable[[World], None] = lambda _: None
) -> AsyncIterator[Harness]:
    """Open what a benchmark runs on; `pace` is how long the video API takes for a video. `change`
    may add to the world."""
    with tempfile.TemporaryDirectory(prefix="video-bot-bench-") as name:
        folder = Path(name)
        world = demo_world()
        people = _moved_in(world)
        change(world)
        async with (
            LocalDiscord(world, limits=ROOMY) as discord,
            LocalEvolink(
                films=folder / "films",
                pace=pace,
                balance=FORTUNE,
                allow_loopback_callbacks=True,
                film=ready_made_film(),
            ) as api,
        ):
            yield Harness(discord=discord, api=api, folder=folder, people=cycle(people))


@contextmanager
def no_pauses() -> Iterator[None]:
    """Collect no garbage here: the local Discord's pauses, up to 0.2 s, would count as the bot's.
    The bot is another process; its own pauses stay in the figures."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _moved_in(world: World) -> list[int]:
    """Add many members; returns their ids."""
    ids = [FIRST_PERSON + number for number in range(PEOPLE)]
    (guild,) = world.guilds.values()
    for id in ids:
        world.users[id] = User(id=id, name=f"person{id}", display_name=f"Person {id}")
    world.change_guild(guild.id, members={**guild.members, **dict.fromkeys(ids, frozenset[int]())})
    return ids
