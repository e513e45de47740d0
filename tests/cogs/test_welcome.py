"""The first words of the bot in a server: once, in the right place, and only where it serves."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.playground.guild import LocalDiscord
from bot.playground.guild.demo import BOT, LEO, OWNER
from bot.ui.cards.notices import personal
from bot.video.values.contents import WelcomeContent
from bot.video.values.posts import Post, PostKind, Rung
from tests.cogs.harness import Harness, local_bot, shown
from tests.cogs.steps import settle_posts

CLUB = "Film club"
EVENTS = "discord.py: on_guild"


async def join(harness: Harness, *guilds: str | int) -> None:
    """Let the bot join; while it starts, the library calls joins something else."""
    await harness.bot.wait_until_ready()
    for guild in guilds:
        harness.discord.invite_bot(guild)


async def owed(harness: Harness) -> Sequence[Post]:
    """What the bot owes people, once it is done with all that it was told about servers."""
    await shown(await harness.discord.actor("maya").command("films", "quota"))
    async with asyncio.timeout(10):
        while found := [t for t in asyncio.all_tasks() if t.get_name().startswith(EVENTS)]:
            await asyncio.wait(found)

    def read(books: Any) -> Sequence[Post]:
        found = [books.post(each.post_id) for each in books.survey().owed]
        return [each for each in found if each.kind is PostKind.PERSON]

    return await harness.store.tx(read)


def greeting_in(discord: LocalDiscord, name: str) -> int:
    """Make a channel the one for system messages."""
    channel = discord.world.channel(name).id
    discord.world.change_guild(CLUB, system_channel_id=channel)
    return channel


async def test_the_bot_says_hello_in_the_system_channel_with_the_way_on(
    harness: Harness,
) -> None:
    channel = greeting_in(harness.discord, "general")
    await join(harness, CLUB)
    (post,) = await owed(harness)
    message = await settle_posts(harness, {PostKind.PERSON})

    assert (post.rung, post.channel_id, message.channel_id) == (Rung.CHANNEL, channel, channel)
    assert all(each in message.text for each in (CLUB, "/help", "/settings", "/limits set"))
    assert not message.pinged


async def test_where_it_cannot_write_the_servers_owner_is_told(harness: Harness) -> None:
    greeting_in(harness.discord, "general")
    harness.discord.places.read_only("general")
    await join(harness, CLUB)
    (post,) = await owed(harness)

    assert (post.rung, post.user_id) == (Rung.DM, OWNER)


async def test_it_is_said_once_whatever_is_repeated_or_restarted(
    tmp_path: Path, discord: LocalDiscord, monkeypatch: pytest.MonkeyPatch
) -> None:
    greeting_in(discord, "general")
    monkeypatch.setattr("bot.playground.guild.shapes.JOINED", datetime.now(UTC).isoformat())
    async with local_bot(tmp_path, discord=discord) as harness:
        assert len(await owed(harness)) == 1  # it joined just before its first start
        await settle_posts(harness, {PostKind.PERSON})
        await join(harness, CLUB, CLUB)
        assert await owed(harness) == []
    async with local_bot(tmp_path, discord=discord) as harness:
        discord.remove_bot(CLUB)
        await join(harness, CLUB)
        assert await owed(harness) == []


async def test_servers_that_it_has_long_been_in_hear_nothing_at_a_start(harness: Harness) -> None:
    assert await owed(harness) == []


async def test_of_a_crowd_that_joins_only_admitted_servers_are_greeted_each_once(
    harness: Harness,
) -> None:
    world = harness.discord.world
    club = world.guild(CLUB)
    for number in range(1, 21):
        admits = {OWNER: frozenset[int]()} if number % 2 else {}
        world.guilds[number] = replace(
            club,
            id=number,
            name=f"club {number}",
            owner_id=LEO,
            roles=(replace(club.roles[0], id=number),),
            members={BOT: frozenset(), LEO: frozenset(), **admits},
        )
    await join(harness, *range(1, 21), *range(1, 21))

    posts = await owed(harness)
    assert sorted(each.server_id for each in posts) == list(range(1, 21, 2))
    assert {each.user_id for each in posts} == {LEO}
    assert len(harness.discord.requests.matching("GET /guilds/*/members/*")) <= 21


@pytest.mark.parametrize("name", ["\u200b\u2060", "\u3164", " "])
def test_a_server_with_an_invisible_name_is_called_something(name: str) -> None:
    lines = personal(WelcomeContent(locale="en-US", server=name))

    assert "**…**" in lines[0]
