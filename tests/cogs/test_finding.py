"""`/videos list` finds the videos one may see, by words, person, channel and date."""

from typing import Any

import pytest

from tests.cogs.harness import Harness, shown


@pytest.fixture
async def films(harness: Harness) -> Harness:
    """Three videos: maya's and leo's in public, sam's where only moderators look."""
    asked = [
        ("maya", "films", {"prompt": "A red fox in the snow"}),
        ("leo", "general", {"prompt": "the sea, 100% calm"}),
        ("sam", "mods", {"prompt": "a secret fox"}),
    ]
    for who, channel, options in asked:
        await shown(await harness.discord.actor(who).command(channel, "video", options))
        await harness.told()
    await harness.posted()
    return harness


async def found(harness: Harness, who: str = "maya", **options: Any) -> set[str]:
    """The videos a person finds."""
    sent = await harness.discord.actor(who).command("films", "videos list", options)
    text = (await shown(sent)).text
    return {word for word in ("red fox", "calm", "secret") if word in text}


async def test_without_options_one_finds_ones_own(films: Harness) -> None:
    assert await found(films) == {"red fox"}
    assert await found(films, "leo") == {"calm"}


async def test_words_are_found_in_whatever_order_and_case(films: Harness) -> None:
    assert await found(films, words="SNOW fox") == {"red fox"}
    assert await found(films, words="100%") == {"calm"}
    assert await found(films, words="_") == set()


async def test_a_person_and_a_channel_are_found(films: Harness) -> None:
    world = films.discord.world

    assert await found(films, person=world.user("leo").id) == {"calm"}
    assert await found(films, channel=world.channel("general").id) == {"calm"}


async def test_days_are_found(films: Harness) -> None:
    today = films.clock.now().date().isoformat()

    assert await found(films, since=today) == {"red fox", "calm"}
    assert await found(films, until="2020-01-01") == set()
    assert await found(films, since=today, until=today) == {"red fox", "calm"}


async def test_what_was_made_where_one_does_not_look_is_not_found(films: Harness) -> None:
    assert await found(films, words="fox") == {"red fox"}
    assert await found(films, "sam", words="fox") == {"red fox", "secret"}


async def test_a_day_that_is_none_is_explained(films: Harness) -> None:
    sent = await films.discord.actor("maya").command("films", "videos list", {"since": "soon"})

    assert "2026-11-23" in (await shown(sent)).text


async def test_what_is_sought_holds_on_every_page(harness: Harness) -> None:
    for number in range(11):
        values = {"prompt": f"fox number {number}"}
        await shown(await harness.discord.actor("leo").command("films", "video", values))
        await harness.told()
    await harness.posted()
    maya = harness.discord.actor("maya")

    first = await shown(await maya.command("films", "videos list", {"words": "fox: number"}))
    listed = await shown(await maya.command("films", "videos list", {"words": "fox number"}))
    await (await maya.press(listed, label="Older")).responded()
    second = next(each for each in maya.messages("films") if each.id == listed.id)

    assert "No videos like that" in first.text
    assert "fox number 0" in second.text
