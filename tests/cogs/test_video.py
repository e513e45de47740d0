"""`/video`: the card at once, clear refusals, prices while typing, one's own shots."""

from pathlib import Path
from typing import Any

import pytest

from bot.playground.guild import LocalDiscord, Message, Permission, demo_world
from bot.video.limits.effective import Limits
from bot.video.values.catalogue import ShotType
from bot.video.values.prices import CREDIT
from bot.video.values.videos import Shot, State
from tests.cogs.harness import Harness, local_bot, shown
from tests.cogs.steps import put

GUILD = demo_world().guild("Film club").id
FOX: dict[str, Any] = {"prompt": "a fox in the snow"}
CALLBACK = "POST /interactions/*/callback"


async def test_the_first_response_is_one_call_that_shows_the_card(harness: Harness) -> None:
    sent = await harness.discord.actor("maya").command("films", "video", FOX)
    message = await shown(sent)
    await harness.told()

    assert harness.discord.requests[-1].route.endswith("/callback")
    assert "a fox in the snow" in message.text
    assert "27 credits" in message.text
    assert list(message.buttons) == ["Cancel"]
    card = await harness.film()
    assert (card.task.state, card.task.price) == (State.QUEUED, 27 * CREDIT)
    assert card.task.ready_at is not None


async def test_everyone_sees_the_card_and_nobody_is_pinged(harness: Harness) -> None:
    prompt = "@everyone look at <@1456042598416777216> **bold** [x](https://evil.example)"

    sent = await harness.discord.actor("maya").command("films", "video", {"prompt": prompt})
    message = await shown(sent)

    assert message.only_for is None
    assert not message.pinged
    assert not message.everyone
    assert "[x](https://evil.example)" not in message.text


@pytest.mark.parametrize(
    "options",
    [
        {"prompt": ""},
        {"prompt": "  \n "},
        {"prompt": "x" * 2501},
        {"prompt": "\ud800"},
        {**FOX, "duration": 2},
        {**FOX, "duration": 16},
        {**FOX, "duration": "abc"},
        {**FOX, "aspect_ratio": "4:3"},
        {**FOX, "sound": "loud"},
        {**FOX, "quality": "8k"},
        {**FOX, "shots": "seven"},
        {**FOX, "model": "sora"},
        {**FOX, "negative_prompt": "x" * 2501},
    ],
)
async def test_an_option_forced_through_is_refused_in_private(
    harness: Harness, options: dict[str, Any]
) -> None:
    sent = await harness.discord.actor("maya").command("films", "video", options, forced=True)
    message = await shown(sent)

    assert message.only_for is not None
    assert await harness.films() == []


async def test_a_refusal_speaks_the_readers_language(harness: Harness) -> None:
    sent = await harness.discord.actor("maya").command(
        "films", "video", {**FOX, "duration": 99}, forced=True, locale="es-ES"
    )

    assert "segundos" in (await shown(sent)).text


async def test_a_server_that_is_not_admitted_is_told_how_it_can_be(
    tmp_path: Path, discord: LocalDiscord
) -> None:
    async with local_bot(tmp_path, discord=discord, servers=frozenset({1})) as harness:
        sent = await discord.actor("maya").command("films", "video", FOX)
        message = await shown(sent)

        assert message.only_for is not None
        assert str(GUILD) in message.text
        assert "SERVERS" in message.text
        assert await harness.films() == []


async def test_over_the_limit_nothing_is_accepted(tmp_path: Path, discord: LocalDiscord) -> None:
    limits = Limits(daily=30 * CREDIT, at_once=5, bot_daily=None)
    async with local_bot(tmp_path, discord=discord, limits=limits) as harness:
        maya = discord.actor("maya")
        await shown(await maya.command("films", "video", FOX))
        refused = await shown(await maya.command("films", "video", FOX))

        assert refused.only_for is not None
        assert "<t:" in refused.text
        assert len(await harness.films()) == 1


@pytest.mark.parametrize(
    ("permission", "named"),
    [
        (Permission.ATTACH_FILES, "Attach Files"),
        (Permission.READ_MESSAGE_HISTORY, "Read Message History"),
    ],
)
async def test_a_permission_that_is_missing_is_named(
    harness: Harness, permission: Permission, named: str
) -> None:
    world = harness.discord.world
    world.deny("films", world.application.bot_id, permission)

    message = await shown(await harness.discord.actor("maya").command("films", "video", FOX))

    assert message.only_for is not None
    assert named in message.text
    assert await harness.films() == []


async def test_lengths_are_offered_with_the_price_of_what_is_filled_in(
    tmp_path: Path, discord: LocalDiscord
) -> None:
    limits = Limits(daily=100 * CREDIT, at_once=5, bot_daily=None)
    async with local_bot(tmp_path, discord=discord, limits=limits):
        maya = discord.actor("maya")
        plain = await maya.autocomplete("films", "video", {"duration": "5"}, focused="duration")
        dearer = {"duration": "", "sound": "on", "quality": "1080p"}
        dear = await maya.autocomplete("films", "video", dearer, focused="duration")

    assert [(one["value"], one["name"]) for one in plain] == [
        (5, "5 s · 27 credits ($0.40) · 3 left today")
    ]
    assert [one["value"] for one in dear] == list(range(3, 16))
    assert "54 credits" in next(one["name"] for one in dear if one["value"] == 5)


async def test_prices_follow_the_preset_while_typing(harness: Harness) -> None:
    maya = harness.discord.actor("maya")
    kept = {"name": "sharp", "quality": "1080p", "sound": "on"}
    await shown(await maya.command("films", "preset save", kept))
    for preset, price in (("sharp", "54 credits"), ("unknown", "27 credits"), ("", "27 credits")):
        typed = {"duration": "5", "preset": preset}
        (found,) = await maya.autocomplete("films", "video", typed, focused="duration")
        assert price in found["name"]


async def test_lengths_above_the_cap_of_the_place_are_not_offered(harness: Harness) -> None:
    await put(harness, "ceiling.duration", 6)
    maya = harness.discord.actor("maya")
    found = await maya.autocomplete("films", "video", {"duration": ""}, focused="duration")
    assert [one["value"] for one in found] == [3, 4, 5, 6]


@pytest.mark.parametrize(
    ("daily", "bot_daily", "says"),
    [
        (100, 30, "more than this bot has left today"),
        (30, 30, "more than you have left today"),
        (30, 100, "more than you have left today"),
    ],
)
async def test_a_length_that_does_not_fit_says_whose_limit_that_is(
    tmp_path: Path, discord: LocalDiscord, daily: int, bot_daily: int, says: str
) -> None:
    limits = Limits(daily=daily * CREDIT, at_once=5, bot_daily=bot_daily * CREDIT)
    async with local_bot(tmp_path, discord=discord, limits=limits):
        maya = discord.actor("maya")
        await shown(await maya.command("films", "video", FOX))
        (choice,) = await maya.autocomplete("films", "video", {"duration": "5"}, focused="duration")

    assert choice["name"].endswith(says)


async def test_people_write_their_own_shots_beginning_with_the_prompt(harness: Harness) -> None:
    maya = harness.discord.actor("maya")
    options = {**FOX, "duration": 6, "shots": "customize", "quality": "1080p"}
    sent = await (await maya.command("films", "video", options)).responded()
    assert sent.modal is not None
    assert sent.modal.components[0]["component"]["value"] == "a fox in the snow"

    message = await shown(await maya.submit(sent.modal, {"shots": "4 a fox wakes\nit runs"}))

    spec = (await harness.film()).request.spec
    assert message.only_for is None
    assert spec.shot_type is ShotType.CUSTOMIZE
    assert spec.shots == (Shot(prompt="a fox wakes", seconds=4), Shot(prompt="it runs", seconds=2))
    assert spec.quality == "1080p"


async def shots_sent(harness: Harness, written: str, **options: Any) -> Message:
    """What the bot answers to these shots."""
    maya = harness.discord.actor("maya")
    sent = await maya.command("films", "video", {**FOX, "shots": "customize", **options})
    modal = (await sent.responded()).modal
    assert modal is not None
    return await shown(await maya.submit(modal, {"shots": written}))


@pytest.mark.parametrize(
    ("written", "seconds"),
    [
        ("4 a fox wakes\n4 it runs", [4, 4]),
        ("9 a fox wakes\nit runs", [9, 1]),
        ("4 a fox wakes\nit runs", [4, 1]),
        ("a fox wakes\nit runs", [3, 2]),
    ],
)
async def test_without_a_length_the_video_is_as_long_as_its_shots(
    harness: Harness, written: str, seconds: list[int]
) -> None:
    await shots_sent(harness, written)

    spec = (await harness.film()).request.spec
    assert [shot.seconds for shot in spec.shots] == seconds
    assert spec.duration == sum(seconds)


async def test_shots_longer_than_a_video_are_refused_without_an_offer(harness: Harness) -> None:
    for options in ({}, {"duration": 10}):
        refused = await shots_sent(harness, "9 a fox wakes\n9 it runs", **options)

        assert "add up to 18 s" in refused.text
        assert list(refused.buttons) == ["Open the form again"]
    assert await harness.films() == []


async def test_shots_of_another_length_are_made_as_written_by_one_press(harness: Harness) -> None:
    refused = await shots_sent(harness, "4 a fox wakes\n4 it runs", duration=5, quality="1080p")
    maya, label = harness.discord.actor("maya"), "Make it 8 s (58 credits)"
    assert list(refused.buttons) == [label, "Open the form again"]
    somebody = await shown(
        await harness.discord.actor("leo").press(
            refused, custom_id=str(refused.buttons[label]["custom_id"]), forced=True
        )
    )
    card = await shown(await maya.press(refused, label=label))
    twice = await shown(await maya.press(refused, label=label))

    assert refused.only_for is not None
    assert card.only_for is None
    assert somebody.only_for is not None
    assert "already used" in twice.text
    film = await harness.film()
    assert film.request.user_id == harness.discord.world.user("maya").id
    spec = film.request.spec
    assert [shot.seconds for shot in spec.shots] == [4, 4]
    assert (spec.duration, spec.quality, film.task.price) == (8, "1080p", 576_288)


async def test_what_does_not_fit_the_allowance_is_not_offered(
    tmp_path: Path, discord: LocalDiscord
) -> None:
    limits = Limits(daily=30 * CREDIT, at_once=5, bot_daily=None)
    async with local_bot(tmp_path, discord=discord, limits=limits) as harness:
        refused = await shots_sent(harness, "4 a fox wakes\n4 it runs", duration=5)

    assert list(refused.buttons) == ["Open the form again"]


async def test_shots_that_do_not_add_up_come_back_with_the_text_kept(harness: Harness) -> None:
    maya = harness.discord.actor("maya")
    written = "4 a fox wakes\n4 it runs"
    options = {**FOX, "shots": "customize", "duration": 5}
    sent = await (await maya.command("films", "video", options)).responded()
    assert sent.modal is not None

    refused = await shown(await maya.submit(sent.modal, {"shots": written}))
    again = await (await maya.press(refused, label="Open the form again")).responded()

    assert refused.only_for is not None
    assert written in refused.text
    assert await harness.films() == []
    assert again.modal is not None
    assert again.modal.custom_id == sent.modal.custom_id
    assert again.modal.components[0]["component"]["value"] == written


async def test_nothing_of_views_or_forms_stays_in_memory(harness: Harness) -> None:
    maya = harness.discord.actor("maya")
    await shown(await maya.command("films", "video", FOX))
    await (await maya.command("films", "video", {**FOX, "shots": "customize"})).responded()

    store = harness.bot._connection._view_store
    assert (store._views, store._modals, store._synced_message_views) == ({}, {}, {})
    assert len(store._dynamic_items) == 1
