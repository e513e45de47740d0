"""1, 2 and 4 processes on one PostgreSQL: commands and videos a second, until the cores end."""

import asyncio
import time
from contextlib import AsyncExitStack
from dataclasses import replace

from benchmarks.figures import Figure
from benchmarks.harness import Harness, no_pauses, opened
from benchmarks.postgres import postgres
from bot.playground.evolink import Pace
from bot.playground.guild import Channel, LocalDiscord, World
from bot.playground.guild.demo import GUILD, STEP

TITLE = "Several processes on one PostgreSQL"
COUNTS = (1, 2, 4)
MOST = max(COUNTS)  # shards, so that each process hears as many people
LONGEST = 300.0  # seconds until all videos must be there
CLUB = "Film club"


async def measure(*, is_quick: bool) -> list[Figure]:
    """Commands and videos a second. All of a crowd is sent at once; each video takes 1 s."""
    crowd = 16 if is_quick else 240
    figures: list[Figure] = []
    for count in COUNTS[:2] if is_quick else COUNTS:
        commands, videos = await _rates(count, crowd)
        figures += [
            Figure(what=f"{count} processes: commands a second", measured=commands, unit=""),
            Figure(what=f"{count} processes: videos a second", measured=videos, unit=""),
        ]
    return figures


async def _rates(count: int, crowd: int) -> tuple[float, float]:
    with postgres() as url:
        async with opened(Pace(seconds=1), change=_clubs) as harness, AsyncExitStack() as stack:
            harness.discord.gateway.shards = MOST
            settings = {"DATABASE_URL": url, "MAX_RUNNING": "unlimited", "UNDO_SECONDS": "0"}
            for _ in range(count):
                await stack.enter_async_context(harness.one_of_several(**settings))
            await _shared(harness.discord)
            return await _crowd(harness, crowd)


async def _crowd(harness: Harness, crowd: int) -> tuple[float, float]:
    """Everybody orders a video at once; how many are answered, and posted, each second."""
    places = [each for each in harness.discord.world.channels.values() if each.name == "films"]
    began = time.monotonic()
    with no_pauses():
        asked = [
            harness.discord.actor(next(harness.people)).command(
                places[number % MOST].id, "video", {"prompt": "a fox"}
            )
            for number in range(crowd)
        ]
        sent = await asyncio.gather(*asked)
        async with asyncio.timeout(LONGEST):
            while not all(each.message and not each.message.loading for each in sent):
                await harness.discord.events.pulsed()
            answered = time.monotonic() - began
            while _posted(harness, places) < crowd:
                await harness.discord.events.pulsed()
    return crowd / answered, crowd / (time.monotonic() - began)


def _posted(harness: Harness, places: list[Channel]) -> int:
    messages = (each for place in places for each in harness.discord.messages(place.id))
    return sum(each.asked_by is None for each in messages)


async def _shared(discord: LocalDiscord) -> None:
    """Wait until every server is heard by one process."""
    guilds = list(discord.world.guilds)
    async with asyncio.timeout(LONGEST):
        while [discord.gateway.heard(each) for each in guilds] != [1] * len(guilds):  # noqa: ASYNC110
            await asyncio.sleep(0.5)


def _clubs(world: World) -> None:
    """A server with a channel `films` on each shard."""
    guild = world.guild(CLUB)
    everyone, *others = guild.roles
    for number in range(1, MOST):
        id = GUILD + STEP * (1000 * MOST + number)
        roles = (replace(everyone, id=id), *others)
        world.guilds[id] = replace(guild, id=id, name=f"Club {number}", roles=roles)
        world.channels[id + STEP] = Channel(id=id + STEP, name="films", guild_id=id)
