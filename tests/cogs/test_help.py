"""`/help`: a way in for members, and the set-up for those who run the server."""

from bot.playground.guild import Message
from bot.ui.texts import say
from tests.cogs.harness import Harness, shown
from tests.cogs.steps import put

EXAMPLE = "v1:example:1"
SETUP = "Set up this server"


async def helped(harness: Harness, who: str = "maya", channel: str = "films") -> Message:
    return await shown(await harness.discord.actor(who).command(channel, "help"))


def offers(message: Message) -> bool:
    return EXAMPLE in str(message.components)


async def test_an_example_becomes_a_filled_form_and_then_a_video(harness: Harness) -> None:
    maya = harness.discord.actor("maya")
    told = await helped(harness)
    form = (await (await maya.press(told, custom_id=EXAMPLE)).responded()).modal
    assert form is not None
    await shown(await maya.submit(form, {}))

    assert told.only_for == maya.user.id
    assert (await harness.film()).request.spec.prompt == say("help.example.1", "en-US")


async def test_help_says_what_is_left_today_as_quota_does(harness: Harness) -> None:
    quota = await shown(await harness.discord.actor("maya").command("films", "quota"))
    assert quota.text
    assert quota.text in (await helped(harness)).text


async def test_only_who_may_manage_the_server_reads_how_to_set_it_up(harness: Harness) -> None:
    assert SETUP in (await helped(harness, "olga")).text
    assert SETUP not in (await helped(harness, "maya")).text


async def test_who_may_not_make_videos_here_reads_why_and_where(harness: Harness) -> None:
    general = harness.discord.world.channel("general").id
    await put(harness, "channels", [general])

    here, there = await helped(harness), await helped(harness, channel="general")

    assert "can only be made in" in here.text
    assert f"You can make them in <#{general}>" in here.text
    assert not offers(here)
    assert "can only be made in" not in there.text
    assert offers(there)


async def test_no_channel_is_named_that_the_person_does_not_see(harness: Harness) -> None:
    await put(harness, "channels", [harness.discord.world.channel("mods").id])

    assert "You can make them in" not in (await helped(harness)).text
    assert "You can make them in" in (await helped(harness, "sam")).text


async def test_a_blocked_person_is_told_so_and_offered_nothing(harness: Harness) -> None:
    sam = harness.discord.actor("sam")
    await shown(await sam.command("films", "moderate block", {"member": "maya"}))

    told = await helped(harness)

    assert "You're blocked from making videos" in told.text
    assert "You can make them in" not in told.text
    assert not offers(told)


async def test_a_forged_example_orders_nothing_where_one_may_not(harness: Harness) -> None:
    maya = harness.discord.actor("maya")
    told = await helped(harness)
    await put(harness, "channels", [harness.discord.world.channel("general").id])
    form = (await (await maya.press(told, custom_id=EXAMPLE)).responded()).modal
    assert form is not None

    assert "can only be made in" in (await shown(await maya.submit(form, {}))).text
    assert await harness.films() == []
