"""The real discord.py client's connection to the local Discord: kept, cut, resumed."""

import asyncio
from typing import Any

import discord
import pytest

from bot.playground.guild import LocalDiscord
from tests.openapi import OpenApi
from tests.playground.guild.real_client import running
from tests.playground.guild.video_client import new_client, video_commands


@pytest.fixture(autouse=True)
def _watched(pointed: LocalDiscord, openapi: OpenApi) -> None:
    openapi.watch(pointed)


def note(heard: asyncio.Queue[str], client: discord.Client, name: str) -> None:
    async def listener(*_: object) -> None:
        heard.put_nowait(name)

    setattr(client, f"on_{name}", listener)


async def test_the_client_follows_servers_and_channels_as_they_come_and_go(
    pointed: LocalDiscord,
) -> None:
    heard: asyncio.Queue[str] = asyncio.Queue()
    changes = ["thread_create", "guild_channel_delete", "guild_remove", "guild_join"]
    client = discord.Client(intents=discord.Intents(guilds=True), guild_ready_timeout=0.1)
    for name in ("ready", *changes):
        note(heard, client, name)
    club = pointed.world.guild("Film club").id
    async with running(pointed, client), asyncio.timeout(5):
        assert await heard.get() == "ready"
        assert [guild.id async for guild in client.fetch_guilds()] == [club]
        films: Any = client.get_channel(pointed.world.channel("films").id)
        await films.create_thread(name="talk", type=discord.ChannelType.public_thread)
        pointed.archive("talk")
        pointed.remove_channel("general")
        pointed.remove_bot(club)
        pointed.invite_bot(club)
        assert [await heard.get() for _ in changes] == changes


async def test_a_dropped_connection_is_resumed_with_what_was_missed(
    pointed: LocalDiscord, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(discord.backoff.ExponentialBackoff, "delay", lambda self: 0.0)
    async with running(pointed, new_client(), video_commands):
        pointed.gateway.drop()
        await pointed.changed(lambda: not pointed.gateway.online)
        sent = await pointed.actor("maya").command("films", "video", {"prompt": "late"})
        await sent.responded()
        assert (pointed.gateway.resumes, pointed.gateway.identifies) == (1, 1)


async def test_a_client_that_is_asked_to_reconnect_resumes(pointed: LocalDiscord) -> None:
    async with running(pointed, new_client(), video_commands):
        pointed.gateway.reconnect()
        await pointed.changed(lambda: pointed.gateway.resumes == 1)
        pointed.gateway.invalidate(resumable=True)
        await pointed.changed(lambda: pointed.gateway.resumes == 2)


async def test_an_invalid_session_is_identified_anew(
    pointed: LocalDiscord, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits = asyncio.sleep
    monkeypatch.setattr(discord.client.asyncio, "sleep", lambda seconds: waits(0))
    async with running(pointed, new_client(), video_commands):
        pointed.gateway.invalidate()
        await pointed.changed(lambda: pointed.gateway.identifies == 2)


async def test_heartbeats_without_an_answer_end_in_a_resume(pointed: LocalDiscord) -> None:
    pointed.gateway.heartbeat_interval = 0.2
    client = discord.Client(intents=discord.Intents(guilds=True), heartbeat_timeout=0.5)
    async with running(pointed, client):
        pointed.gateway.acknowledges = False
        await pointed.changed(lambda: pointed.gateway.resumes, 10)


class TwoShards(discord.AutoShardedClient):
    """Does not wait the five seconds between two identifies."""

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        return None


async def test_two_shards_share_the_servers(pointed: LocalDiscord) -> None:
    client = TwoShards(intents=discord.Intents(guilds=True), shard_count=2)
    async with running(pointed, client, video_commands):
        await pointed.changed(lambda: pointed.gateway.identifies == 2)
        sent = await pointed.actor("maya").command("films", "video", {"prompt": "a fox"})
        await sent.responded()


async def test_a_wrong_token_is_refused(pointed: LocalDiscord) -> None:
    client = new_client()
    with pytest.raises(discord.LoginFailure):
        await client.login("wrong")
    await client.close()


async def test_privileged_intents_are_refused_unless_the_application_has_them(
    pointed: LocalDiscord,
) -> None:
    client = discord.Client(intents=discord.Intents.all())
    await client.login(pointed.token)
    with pytest.raises(discord.PrivilegedIntentsRequired):
        await client.connect()
    await client.close()


async def test_during_an_outage_nobody_logs_in(pointed: LocalDiscord) -> None:
    pointed.go_down()
    client = new_client()
    with pytest.raises(discord.DiscordServerError):
        await client.login(pointed.token)
    await client.close()
    pointed.come_back()
    async with running(pointed, new_client()):
        assert pointed.gateway.online
