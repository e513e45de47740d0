"""Channels and roles in `/settings`: which ones it takes, and what then holds in them."""

from dataclasses import replace
from pathlib import Path

import pytest
from discord import ChannelType, TextChannel

from bot.playground.guild import LocalDiscord, Permission
from bot.video.outbox.new_posts import approval_id
from tests.cogs.harness import Harness, local_bot, shown
from tests.cogs.settings_panel import (
    FILMS,
    FOX,
    GENERAL,
    GUILD,
    MODS,
    ROLE,
    WORLD,
    choose,
    panel,
    settings,
)
from tests.cogs.steps import put


@pytest.mark.parametrize("path", ["moderators_channel", "audit_channel"])
async def test_a_confidential_channel_that_everybody_reads_is_warned_of(
    harness: Harness, path: str
) -> None:
    page = await panel(harness, "general")
    public = await choose(harness, page, f"v1:set:{path}", GENERAL)
    assert f"Everyone can read <#{GENERAL}>" in public.text
    assert f"Everyone can read <#{GENERAL}>" in (await panel(harness)).text

    private = await choose(harness, public, f"v1:set:{path}", MODS)
    assert "Everyone can read" not in private.text
    assert "Everyone can read" not in (await panel(harness)).text


async def test_a_channel_has_ceilings_of_its_own(harness: Harness) -> None:
    page = await panel(harness, "ceilings")
    channel = await choose(harness, page, "v1:settings:channel", FILMS)
    await choose(harness, channel, f"v1:set:channel_ceilings.{FILMS}.quality", "720p")
    sharp = FOX | {"quality": "1080p"}
    refused = await shown(await harness.discord.actor("maya").command("films", "video", sharp))
    taken = await shown(await harness.discord.actor("maya").command("general", "video", sharp))

    assert "720p" in refused.text
    assert refused.only_for is not None
    assert taken.only_for is None
    assert f"<#{FILMS}>" in (await panel(harness, "ceilings")).text


async def test_from_a_channels_ceilings_a_button_leads_back(harness: Harness) -> None:
    page = await choose(harness, await panel(harness, "ceilings"), "v1:settings:channel", FILMS)

    back = await shown(await harness.discord.actor("sam").press(page, label="Back to all caps"))

    assert "A channel can have lower caps" in back.text


async def test_a_channel_that_the_bot_cannot_write_in_is_not_taken(
    tmp_path: Path, sqlite_url: str, discord: LocalDiscord
) -> None:
    discord.world.deny("general", discord.world.application.bot_id, Permission.SEND_MESSAGES)
    async with local_bot(tmp_path, discord=discord) as harness:
        page = await panel(harness, "general")
        refused = await choose(harness, page, "v1:set:audit_channel", GENERAL)

        assert "Send Messages" in refused.text
        assert (await settings(harness)).audit_channel is None


async def test_a_thread_belongs_to_its_channel(harness: Harness) -> None:
    await choose(harness, await panel(harness, "places"), "v1:set:channels", FILMS)
    channel = harness.bot.get_channel(FILMS)
    assert isinstance(channel, TextChannel)
    thread = await channel.create_thread(name="fox", type=ChannelType.public_thread)
    taken = await shown(await harness.discord.actor("maya").command(thread.id, "video", FOX))

    assert taken.only_for is None


async def test_age_restricted_channels_are_known_with_their_threads(
    tmp_path: Path, sqlite_url: str, discord: LocalDiscord
) -> None:
    discord.world.change_channel("films", nsfw=True)
    async with local_bot(tmp_path, discord=discord) as harness:
        await choose(harness, await panel(harness, "places"), "v1:set:age_restricted_only", "True")
        maya = discord.actor("maya")
        taken = await shown(await maya.command("films", "video", FOX))
        refused = await shown(await maya.command("general", "video", FOX))

    assert taken.only_for is None
    assert "age-restricted" in refused.text


async def test_a_role_to_call_is_pinged_by_a_held_videos_card_and_nobody_else(
    tmp_path: Path, sqlite_url: str, discord: LocalDiscord
) -> None:
    roles = tuple(replace(each, mentionable=True) for each in discord.world.guild(GUILD).roles)
    discord.world.change_guild(GUILD, roles=roles)
    wanted = {"prompt": f"<@&{ROLE}> <@{WORLD.user('leo').id}> @everyone"}
    async with local_bot(tmp_path, discord=discord) as harness:
        await put(harness, "moderators_channel", MODS)
        await put(harness, "approval.above", 1)
        changed = await choose(harness, await panel(harness, "calls"), "v1:set:calls.role", ROLE)
        await shown(await discord.actor("maya").command("films", "video", wanted))
        task_id = await harness.told()
        post = await harness.store.tx(lambda books: books.post(approval_id(task_id)))
        await harness.announcer.send(post, await harness.film(), ping=True)

    card = discord.messages("mods")[-1]
    assert f"Nobody is pinged → <@&{ROLE}>" in changed.text
    assert (card.roles, card.pinged, card.everyone) == (frozenset({ROLE}), frozenset(), False)
    assert "Costs more than 1 credit" in card.text


@pytest.mark.parametrize(("role", "why"), [(GUILD, "no such role"), (ROLE, "can't be pinged")])
async def test_a_role_that_may_not_be_pinged_is_refused_in_words(
    harness: Harness, role: int, why: str
) -> None:
    page = await panel(harness, "calls")

    told = await choose(harness, page, "v1:set:calls.role", role)

    assert why in told.text
    assert (await settings(harness)).calls.role is None
