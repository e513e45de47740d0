"""The first page of `/settings`: what holds, and what is missing."""

from tests.cogs.harness import Harness, shown
from tests.cogs.settings_panel import FILMS, FOX, MODS, ROLE, choose, panel
from tests.cogs.steps import put


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
