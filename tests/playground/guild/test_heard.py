"""What the unmodified client hears about places and people, and a repeated interaction."""

import asyncio
from dataclasses import replace
from typing import Any

import discord

from bot.playground.guild import LocalDiscord
from tests.playground.guild.raw_bot import COMMAND, Bot
from tests.playground.guild.real_client import running


class Listening(discord.Client):
    """Records the names of the events it hears."""

    def __init__(self, intents: discord.Intents) -> None:
        super().__init__(intents=intents)
        self.heard: list[tuple[str, Any]] = []
        self.more = asyncio.Event()

    def note(self, what: str, of: Any) -> None:
        self.heard.append((what, of))
        self.more.set()

    async def on_thread_join(self, thread: discord.Thread) -> None:
        self.note("join", thread.name)

    async def on_thread_remove(self, thread: discord.Thread) -> None:
        self.note("remove", thread.name)

    async def on_raw_member_remove(self, event: discord.RawMemberRemoveEvent) -> None:
        self.note("kick", event.user.id)

    async def on_member_join(self, member: discord.Member) -> None:
        self.note("return", member.id)

    async def on_interaction(self, interaction: discord.Interaction) -> None:
        self.note("interaction", interaction.id)

    async def on_guild_channel_create(self, channel: discord.abc.GuildChannel) -> None:
        self.note("channel", type(channel).__name__)


async def heard(client: Listening, *what: tuple[str, Any]) -> None:
    async with asyncio.timeout(5):
        while client.heard[-len(what) :] != list(what):
            client.more.clear()
            await client.more.wait()


async def test_the_bot_hears_that_it_is_brought_into_a_private_thread_and_sent_away(
    pointed: LocalDiscord,
) -> None:
    quiet = pointed.places.thread("films", "plans", by="maya", private=True)
    client = Listening(discord.Intents.default())
    async with running(pointed, client):
        pointed.places.bring(quiet, "video")
        await heard(client, ("join", "plans"))
        pointed.places.send_away(quiet, "video")
        await heard(client, ("remove", "plans"))


async def test_every_kind_of_channel_is_known_to_the_client(pointed: LocalDiscord) -> None:
    client = Listening(discord.Intents.default())
    async with running(pointed, client):
        for kind in ("voice", "stage", "announcements", "forum"):
            getattr(pointed.places, kind)(kind)
        names = ("VoiceChannel", "StageChannel", "TextChannel", "ForumChannel")
        await heard(client, *(("channel", name) for name in names))


async def test_kicks_and_returns_are_heard_with_the_intent(pointed: LocalDiscord) -> None:
    pointed.world.application = _privileged(pointed)
    client = Listening(discord.Intents.default() | discord.Intents(members=True))
    leo = pointed.world.user("leo").id
    async with running(pointed, client):
        pointed.places.kick("leo")
        await heard(client, ("kick", leo))
        pointed.places.admit("leo")
        await heard(client, ("return", leo))


async def test_one_interaction_is_heard_twice_by_one_session(
    bot: Bot, pointed: LocalDiscord
) -> None:
    await bot.register(COMMAND)
    client = Listening(discord.Intents.default())
    async with running(pointed, client):
        sent = await pointed.actor("maya").command("films", "video")
        sent.replay()
        twice = ("interaction", sent.interaction.id)
        await heard(client, twice, twice)


async def test_one_interaction_is_heard_by_two_sessions(bot: Bot, pointed: LocalDiscord) -> None:
    await bot.register(COMMAND)
    first, second = (Listening(discord.Intents.default()) for _ in range(2))
    async with running(pointed, first), running(pointed, second):
        await pointed.changed(lambda: pointed.gateway.identifies == 2)
        sent = await pointed.actor("maya").command("films", "video")
        for client in (first, second):
            await heard(client, ("interaction", sent.interaction.id))


def _privileged(local: LocalDiscord) -> Any:
    return replace(local.world.application, privileged=True)
