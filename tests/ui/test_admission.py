"""A stranger cannot spend the operator's money: which servers are served."""
# ruff: noqa: F811 (fixtures are asked for by the names under which they are imported)

from pathlib import Path

import pytest

from bot.playground.guild import LocalDiscord, Message
from tests.cogs.harness import Harness, discord, harness, local_bot, shown  # noqa: F401 (fixtures)


async def ask(harness: Harness) -> Message:
    maya = harness.discord.actor("maya")
    return await shown(await maya.command("films", "video", {"prompt": "a fox"}))


async def test_a_server_with_an_owner_of_the_bot_in_it_is_served(harness: Harness) -> None:
    await ask(harness)

    assert len(await harness.films()) == 1


async def test_a_server_without_any_owner_of_the_bot_is_not(harness: Harness) -> None:
    world = harness.discord.world
    stranger = world.user("leo").id
    world.change_guild("Film club", owner_id=stranger)
    world.leave("Film club", "olga")

    answer = await ask(harness)

    assert answer.only_for is not None
    assert await harness.films() == []


async def test_membership_is_asked_for_once_in_a_while_not_for_every_film(harness: Harness) -> None:
    for _ in range(3):
        await ask(harness)

    assert len(harness.discord.requests.matching("GET /guilds/*/members/*")) == 1


async def test_while_discord_does_not_say_who_is_a_member_nothing_is_accepted(
    harness: Harness,
) -> None:
    harness.discord.faults.add("GET /guilds/*/members/*", status=503)

    answer = await ask(harness)

    assert answer.only_for is not None
    assert await harness.films() == []


@pytest.mark.parametrize("named", [True, False])
async def test_named_servers_are_served_and_no_others(
    tmp_path: Path, discord: LocalDiscord, named: bool
) -> None:
    server = discord.world.guild("Film club").id
    async with local_bot(
        tmp_path, discord=discord, servers=frozenset({server if named else 1})
    ) as harness:
        await ask(harness)

        assert len(await harness.films()) == named
