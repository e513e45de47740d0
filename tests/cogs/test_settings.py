"""`/settings`, for those who manage the server and those who do not."""

import pytest

from bot.playground.guild import NotPossible
from tests.cogs.harness import Harness, shown
from tests.cogs.settings_panel import FILMS, FOX, GENERAL, GUILD, MODS, choose, panel, settings
from tests.cogs.steps import answered
from tests.statements import owed_posts


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


async def test_the_audit_channel_hears_of_changes_and_refusals(harness: Harness) -> None:
    await choose(harness, await panel(harness, "general"), "v1:set:audit_channel", MODS)
    await choose(harness, await panel(harness, "places"), "v1:set:channels", GENERAL)
    await shown(await harness.discord.actor("maya").command("films", "video", FOX))
    owed = await harness.store.tx(owed_posts)
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
