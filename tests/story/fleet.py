"""Two servers on two shards, and processes of the bot that share them on one PostgreSQL."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import NullPool, create_engine, make_url, text

from bot.playground.demo.child import Child
from bot.playground.guild import Channel, LocalDiscord
from bot.playground.guild.demo import GUILD, STEP
from tests.story.harness import Harness

SECOND, STAGE = GUILD + STEP * 1001, GUILD + STEP * 1002  # a server and its channel
SHARDS = 2
BETWEEN = 0.2  # real seconds between two questions of one person
JOINED = 60.0  # real seconds until a process must have its share


def split(discord: LocalDiscord) -> None:
    """A second server on the other shard, and identifying as slow as at Discord."""
    guild = discord.world.guild("Film club")
    everyone, *others = guild.roles
    roles = (replace(everyone, id=SECOND), *others)
    discord.world.guilds[SECOND] = replace(guild, id=SECOND, name="Second club", roles=roles)
    discord.world.channels[STAGE] = Channel(id=STAGE, name="stage", guild_id=SECOND)
    discord.gateway.shards = SHARDS
    discord.gateway.identify_gap = timedelta(seconds=5)


class Fleet:
    """Starts processes and sees which of them hears what."""

    def __init__(self, harness: Harness, url: str) -> None:
        self.harness = harness
        self._engine = create_engine(
            make_url(url).set(drivername="postgresql+psycopg"), poolclass=NullPool
        )
        harness.settings["DATABASE_URL"] = url
        split(harness.discord)

    @asynccontextmanager
    async def process(self, *arguments: str, **settings: str) -> AsyncIterator[Child]:
        """A process more, on a port of its own."""
        settings = {"WEB_PORT": "0", "STOP_GRACE_SECONDS": "60", **settings}
        async with self.harness.process(*arguments, **settings) as child:
            yield child

    def owners(self) -> list[int]:
        """The living process that hears each shard, by the rows."""
        found = text(
            "SELECT coalesce(max(processes.owner), 0) FROM shards LEFT JOIN processes"
            " ON processes.owner = shards.owner AND NOT ended GROUP BY id ORDER BY id"
        )
        with self._engine.connect() as connection:
            return list(connection.execute(found).scalars())

    def is_shared_by(self, count: int) -> bool:
        """Whether so many processes hear all shards, each shard by one of them."""
        owners, gateway = self.owners(), self.harness.discord.gateway
        heard = [gateway.heard(each) for each in (GUILD, SECOND)]
        return 0 not in owners and len(set(owners)) == count and heard == [1, 1]

    async def shared_by(self, count: int) -> None:
        """Wait until they do."""
        await self.harness.until(lambda: self.is_shared_by(count), within=JOINED)


class Crowd:
    """People in both servers who ask for their quota all the time, until told to stop; `read` is
    what they were told."""

    def __init__(self, harness: Harness) -> None:
        self.read: list[str] = []
        self._harness = harness
        self._over = asyncio.Event()
        self._asking = [asyncio.create_task(self._ask(channel)) for channel in ("films", STAGE)]

    async def stop(self) -> None:
        """Raises `Unanswered` if anybody got no answer."""
        self._over.set()
        await asyncio.gather(*self._asking)

    async def _ask(self, channel: str | int) -> None:
        while not self._over.is_set():
            sent = await self._harness.discord.actor("maya").command(channel, "quota", {})
            message = (await sent.responded()).message
            self.read.append("" if message is None else message.text)
            with suppress(TimeoutError):  # people need a moment to type
                await asyncio.wait_for(self._over.wait(), BETWEEN)
