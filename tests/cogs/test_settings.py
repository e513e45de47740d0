"""`/settings`, for those who manage the server and those who do not."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from discord import ChannelType, TextChannel

from bot.playground.guild import LocalDiscord, Message, NotPossible, Permission, demo_world
from bot.video.outbox.new_posts import approval_id
from tests.cogs.harness import Harness, local_bot, shown
from tests.cogs.steps import answered, put

WORLD = demo_world()
GUILD = WORLD.guild("Film club").id
FILMS, GENERAL, MODS = (WORLD.channel(name).id for name in ("films", "general", "mods"))
(ROLE,) = (each.id for each in WORLD.guild("Film club").roles if each.name == "Moderators")
FOX: dict[str, Any] = {"prompt": "a fox in the snow"}


async def panel(harness: Harness, page: str | None = None, *, by: str = "sam") -> Message:
    sam = harness.discord.actor(by)
    message = await shown(await sam.command("mods", "settings"))
    if page is None:
        return message
    return await choose(harness, message, "v1:settings:go", page, by=by)


async def choose(
    harness: Harness, message: Message, custom_id: str, *values: object, by: str = "sam"
) -> Message:
    chosen = [str(value) for value in values]
    return await shown(await harness.discord.actor(by).choose(message, custom_id, chosen))


async def settings(harness: Harness):
    return await harness.store.tx(lambda books: books.settings(GUILD))


async def test_the_panel_is_private_and_every_page_opens(harness: Harness) -> None:
    first = await panel(harness)
    pages = [
        await panel(harness, page)
        for page in (
            "overview",
            "general",
            "places",
            "defaults",
            "ceilings",
            "money",
            "calls",
            "audit",
        )
    ]

    assert first.only_for is not None
    assert len({page.text for page in pages}) == 8


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


async def test_a_setting_holds_at_once_for_members(harness: Harness) -> None:
    page = await panel(harness, "places")
    changed = await choose(harness, page, "v1:set:channels", GENERAL)
    refused = await shown(await harness.discord.actor("maya").command("films", "video", FOX))

    assert f"Any channel → <#{GENERAL}>" in changed.text
    assert refused.only_for is not None
    assert f"<#{GENERAL}>" in refused.text
    assert await harness.films() == []


async def test_a_change_is_undone_by_a_button_and_both_are_in_the_audit(harness: Harness) -> None:
    page = await panel(harness, "ceilings")
    changed = await choose(harness, page, "v1:set:ceiling.duration", 8)
    assert (await settings(harness)).ceiling.duration == 8
    await shown(await harness.discord.actor("sam").press(changed, label="Undo"))
    assert (await settings(harness)).ceiling.duration is None

    audit = await panel(harness, "audit")
    assert "8 s" in audit.text
    assert "undid a change: **Longest video** went from 8 s back to No cap" in audit.text


async def test_an_undo_on_the_audits_page_stays_there(harness: Harness) -> None:
    await choose(harness, await panel(harness, "ceilings"), "v1:set:ceiling.duration", 8)
    audit = await panel(harness, "audit")

    undone = await shown(await harness.discord.actor("sam").press(audit, label="Undo"))

    assert (await settings(harness)).ceiling.duration is None
    assert "undid a change: **Longest video** went from 8 s back to No cap" in undone.text
    labels = [each["label"] for each in undone.parts() if each["type"] == 2]
    assert labels.count("Undo") == 1  # the undo's own


async def test_an_undo_of_what_was_changed_again_is_refused(harness: Harness) -> None:
    page = await panel(harness, "ceilings")
    changed = await choose(harness, page, "v1:set:ceiling.duration", 8)
    undo = changed.buttons["Undo"]["custom_id"]
    await choose(harness, changed, "v1:set:ceiling.duration", 9)
    pressed = harness.discord.actor("sam").press(changed, custom_id=undo, forced=True)
    refused = await answered(await pressed)

    assert "changed again" in refused.text
    assert (await settings(harness)).ceiling.duration == 9


async def test_a_budget_is_written_in_a_form_and_taken_away_by_leaving_it_empty(
    harness: Harness,
) -> None:
    sam = harness.discord.actor("sam")
    page = await panel(harness, "money")
    form = await (await sam.press(page, custom_id="v1:set:budget", forced=True)).responded()
    assert form.modal is not None
    await shown(await sam.submit(form.modal, {"value": "5 000"}))
    assert (await settings(harness)).budget == 5000

    form = await (await sam.press(page, custom_id="v1:set:budget", forced=True)).responded()
    await shown(await sam.submit(form.modal, {"value": ""}))
    assert (await settings(harness)).budget is None


async def test_what_is_no_number_is_refused_in_words(harness: Harness) -> None:
    sam = harness.discord.actor("sam")
    page = await panel(harness, "money")
    form = await (await sam.press(page, custom_id="v1:set:budget", forced=True)).responded()

    assert "whole number" in (await shown(await sam.submit(form.modal, {"value": "lots"}))).text


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


async def test_what_is_chosen_again_as_it_stands_leaves_no_line(harness: Harness) -> None:
    page = await panel(harness, "ceilings")
    for _ in range(2):
        page = await choose(harness, page, "v1:set:ceiling.duration", 8)

    assert "Undo" not in page.buttons
    assert len(await harness.store.tx(lambda books: books.audit(GUILD, limit=9))) == 1


async def test_defaults_hold_where_a_member_says_nothing(harness: Harness) -> None:
    page = await panel(harness, "defaults")
    await choose(harness, page, "v1:set:defaults.duration", 9)
    await choose(harness, page, "v1:set:defaults.sound", "on")
    await shown(await harness.discord.actor("maya").command("films", "video", FOX))
    spoken = FOX | {"duration": 3}
    await shown(await harness.discord.actor("maya").command("films", "video", spoken))

    newest, oldest = (card.request.spec for card in await harness.films())
    assert (oldest.duration, oldest.sound) == (9, "on")
    assert (newest.duration, newest.sound) == (3, "on")


async def test_public_texts_speak_the_servers_language(harness: Harness) -> None:
    await choose(harness, await panel(harness, "general"), "v1:set:language", "es-ES")
    reply = await shown(await harness.discord.actor("maya").command("films", "video", FOX))

    assert "créditos" in reply.text


async def test_members_see_no_command_and_forged_presses_are_refused(harness: Harness) -> None:
    page = await panel(harness, "money")
    maya = harness.discord.actor("maya")
    with pytest.raises(NotPossible):
        await maya.command("films", "settings")
    pressed = await maya.press(page, custom_id="v1:set:budget", forced=True)

    assert "Manage Server" in (await shown(pressed)).text
    assert (await settings(harness)).budget is None


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


async def test_the_audit_channel_hears_of_changes_and_refusals(harness: Harness) -> None:
    await choose(harness, await panel(harness, "general"), "v1:set:audit_channel", MODS)
    await choose(harness, await panel(harness, "places"), "v1:set:channels", GENERAL)
    await shown(await harness.discord.actor("maya").command("films", "video", FOX))
    owed = await harness.store.tx(lambda books: [books.post(each.post_id) for each in books.owed()])
    for post in owed:
        await harness.announcer.send(post, None, ping=False)
    told = [message.text for message in harness.discord.messages("mods") if not message.only_for]

    assert len(told) == 3
    assert sum("videos can only be made in" in text and f"<#{FILMS}>" in text for text in told) == 1
    assert not any(message.pinged for message in harness.discord.messages("mods"))


async def test_nothing_of_the_panel_stays_in_memory(harness: Harness) -> None:
    await choose(harness, await panel(harness, "places"), "v1:set:roles", *())
    store = harness.bot._connection._view_store

    assert (store._views, store._modals, store._synced_message_views) == ({}, {}, {})


async def test_a_change_of_limits_is_undone_from_the_audit_too(harness: Harness) -> None:
    sam = harness.discord.actor("sam")
    await shown(await sam.command("films", "limits set", {"amount": "3"}))
    trail = await panel(harness, "audit")

    told = await answered(await sam.press(trail, label="Undo"))
    trail = await panel(harness, "audit")
    assert "Undo" not in trail.buttons

    assert "Everything is as it was before" in told.text
    assert await harness.store.tx(lambda books: books.limits(GUILD)) == []
    assert "undid a change of limits: " in trail.text
    assert "3 videos" in trail.text.split("undid a change of limits: ")[1].split("\n")[0]


async def test_the_overview_names_a_trusted_member_beside_a_long_budget_line(
    harness: Harness,
) -> None:
    maya = harness.discord.world.user("maya").id
    await put(harness, "budget", 1_000_000)
    await put(harness, "approval.above", 1000)
    await put(harness, "approval.trusted", [maya])
    await shown(await harness.discord.actor("leo").command("films", "video", FOX))

    assert f"<@{maya}>" in (await panel(harness)).text


async def test_the_overview_of_a_new_server_is_short_enough_for_a_phone(harness: Harness) -> None:
    lines = (await panel(harness)).text.splitlines()
    assert len(lines) <= 16
    assert max(map(len, lines)) <= 100
    assert "Not set" not in lines[-1]


async def test_the_overview_says_what_holds_and_what_is_missing(harness: Harness) -> None:
    first = await panel(harness)
    assert first.text.index("Missing") < first.text.index("No monthly budget")
    assert first.text.index("No monthly budget") < first.text.index("Moderators' channel")
    assert first.text.index("Moderators' channel") < first.text.index("Defaults of /video")
    assert "**Defaults of /video**: 5 s, Wide 16:9, " in first.text
    assert "Keep prompts for: 90 days, bot default" in first.text
    for missing in ("Moderators' channel", "Audit channel", "Approval", "monthly budget"):
        assert missing.lower() in first.text.lower()

    sam = harness.discord.actor("sam")
    await shown(await sam.command("mods", "limits set", {"amount": "3"}))
    for path, value in (("moderators_channel", MODS), ("audit_channel", MODS), ("budget", 500)):
        await put(harness, path, value)
    await put(harness, "approval.above", 100)
    await put(harness, "calls.role", ROLE)
    await put(harness, f"channel_ceilings.{FILMS}.duration", 8)
    now = await panel(harness)

    assert "Nothing is missing" in now.text
    for held in (f"<#{MODS}>", f"<#{FILMS}>", "500 credits", "100 credits", "3 videos a day"):
        assert held in now.text


async def test_a_page_of_the_panel_opens_by_its_name(harness: Harness) -> None:
    sam = harness.discord.actor("sam")

    opened = await shown(await sam.command("mods", "settings", {"page": "money"}))

    assert "Approval above this price" in opened.text


async def test_defaults_that_nobody_set_show_the_value_that_applies(harness: Harness) -> None:
    page = await panel(harness, "defaults")

    assert "5 s, bot default" in str(page.components)
    changed = await choose(harness, page, "v1:set:defaults.duration", 9)
    assert "5 s, bot default → 9 s" in changed.text


async def test_an_overview_of_everything_at_its_longest_fits_into_one_message(
    harness: Harness,
) -> None:
    many = [10**18 + each for each in range(25)]
    for path in ("channels", "roles", "spoiler_channels", "approval.roles"):
        await put(harness, path, many)
    for channel_id in many:
        await put(harness, f"channel_ceilings.{channel_id}.duration", 8)
    await put(harness, "defaults.negative_prompt", "*" * 2500)

    assert "Missing" in (await panel(harness)).text


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
