"""Invisible text: whatever needs words refuses it, and nobody pays."""

from typing import Any

import pytest

from bot.errors import Refusal
from bot.video.values.catalogue import DEFAULT_MODEL, MODELS, ShotType
from bot.video.values.shot_lines import parse_shots
from bot.video.values.specs import check
from bot.video.values.videos import Shot, State, VideoSpec
from bot.video.values.visible import is_visible
from tests.cogs.harness import Harness, shown
from tests.cogs.steps import FOX, ask, put, settle_posts

NOTHING = [
    "\u200b", "\u3164", "\u2800", "\ufeff", "\u00ad", "\ufe0f", "\u2060", "\u034f", "\u115f\u1160",
    "\u17b4\u17b5", "\u180e", "\U000e0067\U000e007f", "\uffa0", "\u2065", "\ufff0", "\u202e",
    "\u3000", "\u0301", "\u200d", "\ufffc", "\u2029", "\x07", " \n\t", "\u17b5\U0001d159",
    "\U00013441\U00013442", "\ufdd0\uffff", "\U0001fffe", "\u302a\u0489",
]  # fmt: skip
ONE = "\u3164 \u2800"  # of each kind the one that Discord itself lets through


@pytest.mark.parametrize("nothing", NOTHING, ids=ascii)
def test_nothing_is_seen_in_it(nothing: str) -> None:
    assert not is_visible(nothing * 3)


@pytest.mark.parametrize("text", ["a", ".", "🦊", "ক", "१", "́a", "👩‍🚀", "\U0001fae9", "🇪🇸", "™"])
def test_something_is_seen_in_it(text: str) -> None:
    assert is_visible(text)


@pytest.mark.parametrize("nothing", NOTHING, ids=ascii)
def test_no_video_is_made_of_nothing(nothing: str) -> None:
    shots = (Shot(prompt=nothing, seconds=5),)
    for spec in (
        VideoSpec(prompt=nothing),
        VideoSpec(prompt="", shot_type=ShotType.CUSTOMIZE, shots=shots),
    ):
        with pytest.raises(Refusal):
            check(spec)
    with pytest.raises(Refusal):
        parse_shots(nothing, 5, MODELS[DEFAULT_MODEL])
    assert check(VideoSpec(prompt="a fox", negative_prompt=nothing)).negative_prompt == ""


def test_a_line_of_nothing_is_no_shot() -> None:
    with pytest.raises(Refusal):
        parse_shots("5 s \u200b", 5, MODELS[DEFAULT_MODEL])
    assert parse_shots("a fox\n\u200b\n\u3164\na wolf", 6, MODELS[DEFAULT_MODEL]) == (
        Shot(prompt="a fox", seconds=3),
        Shot(prompt="a wolf", seconds=3),
    )


async def test_neither_command_nor_form_takes_a_prompt_of_nothing(harness: Harness) -> None:
    leo = harness.discord.actor("leo")

    told = await shown(await ask(harness, "leo", prompt=ONE))
    sent = await leo.command("films", "video", {**FOX, "shots": "customize"})
    form = (await sent.responded()).modal
    assert form is not None
    refused = await shown(await leo.submit(form, {"shots": ONE}))

    assert "prompt" in told.text
    assert told.only_for is not None
    assert refused.only_for is not None
    assert await harness.films() == []


async def test_a_message_of_nothing_has_no_text(harness: Harness) -> None:
    maya, leo = harness.discord.actor("maya"), harness.discord.actor("leo")

    sent = await leo.menu("films", maya.say("films", ONE), "Make a video of this")

    assert "no text" in (await shown(sent)).text


async def test_a_title_of_nothing_opens_no_board_and_no_thread(harness: Harness) -> None:
    leo = harness.discord.actor("leo")

    for options in ({"title": ONE}, {"title": ONE, "thread": True}):
        told = await shown(await leo.command("films", "storyboard", options))
        assert "title" in told.text
    assert not [one for one in harness.discord.world.channels.values() if one.parent_id]
    assert await harness.store.tx(lambda books: books.survey().owed) == []


async def test_rules_have_names_and_words_that_moderators_see(harness: Harness) -> None:
    sam = harness.discord.actor("sam")

    for values in ({"name": ONE, "word": "war"}, {"name": "war", "word": ONE}):
        told = await shown(await sam.command("films", "rules add", values))
        assert told.only_for is not None
    guild = harness.discord.world.guild("Film club").id
    assert await harness.store.tx(lambda books: books.rules(guild)) == []


async def test_nobody_is_denied_for_a_reason_of_nothing(harness: Harness) -> None:
    await put(harness, "moderators_channel", harness.discord.world.channel("mods").id)
    await put(harness, "approval.above", 1)
    await shown(await ask(harness))
    sam, card = harness.discord.actor("sam"), await settle_posts(harness)
    form = (await (await sam.press(card, label="Deny")).responded()).modal
    assert form is not None

    told = await shown(await sam.submit(form, {"reason": ONE}))

    assert "reason" in told.text
    assert (await harness.film()).task.state is State.HELD


@pytest.mark.parametrize(
    ("command", "values"),
    [
        ("moderate block", {"reason": ONE}),
        ("limits grant", {"amount": 1, "reason": ONE}),
    ],
)
async def test_a_reason_that_may_be_left_out_is_left_out(
    harness: Harness, command: str, values: dict[str, Any]
) -> None:
    leo = harness.discord.world.user("leo").id
    guild = harness.discord.world.guild("Film club").id

    sam = harness.discord.actor("sam")
    await shown(await sam.command("films", command, {"member": str(leo), **values}))

    entries = await harness.store.tx(lambda books: books.audit(guild, limit=10))
    assert entries
    assert all('"reason": ""' in each.details for each in entries)
