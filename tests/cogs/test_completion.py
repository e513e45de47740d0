"""Ids complete by words and day, from what the person may see or moderate there."""

import pytest

from bot.errors import StorageDown
from bot.playground.guild import NotPossible
from bot.playground.guild.overrides import Target
from tests.cogs.harness import Harness, shown

SHOW, PURGE = ("videos show", "id"), ("moderate purge", "video")


async def ordered(harness: Harness, who: str, channel: str, *prompts: str) -> None:
    for prompt in prompts:
        values = {"prompt": prompt}
        await shown(await harness.discord.actor(who).command(channel, "video", values))
        await harness.told()


async def suggested(
    harness: Harness, who: str, typed: str, command: tuple[str, str] = SHOW, channel: str = "films"
) -> list[str]:
    """The names that are suggested; each value shows its video."""
    name, option = command
    found = await harness.discord.actor(who).autocomplete(
        channel, name, {option: typed}, focused=option
    )
    ids = {card.task.id for card in await harness.films()}
    assert {each["value"] for each in found} <= ids
    return [str(each["name"]) for each in found]


async def test_words_complete_to_the_video_and_nothing_typed_to_ones_own(harness: Harness) -> None:
    await ordered(harness, "maya", "films", "a fox in the snow", "a wolf at night")
    await ordered(harness, "leo", "films", "a boat")
    await harness.posted()

    assert [each.endswith("UTC · a fox in the snow") for each in
            await suggested(harness, "maya", "fox")] == [True]  # fmt: skip
    assert [each.partition("· ")[2] for each in await suggested(harness, "maya", "")] == [
        "a wolf at night", "a fox in the snow",
    ]  # fmt: skip
    assert len(await suggested(harness, "maya", "boat")) == 1


async def test_a_day_completes_alone_and_with_words(harness: Harness) -> None:
    await ordered(harness, "maya", "films", "a fox in the snow")
    today = f"{harness.clock.now():%Y-%m-%d}"

    assert len(await suggested(harness, "maya", today)) == 1
    assert len(await suggested(harness, "maya", f"{today} fox")) == 1
    assert await suggested(harness, "maya", f"{today} wolf") == []
    for never in ("2020-01-01", "9999-12-31", "0001-01-01", "2026-13-01"):
        assert await suggested(harness, "maya", never) == []


async def test_nothing_of_a_hidden_channel_or_of_an_unposted_video_is_revealed(
    harness: Harness,
) -> None:
    await ordered(harness, "sam", "mods", "a secret fox")
    await ordered(harness, "leo", "films", "a fox that waits")

    assert await suggested(harness, "maya", "fox") == []
    await harness.posted()
    assert [each.partition("· ")[2] for each in await suggested(harness, "maya", "fox")] == [
        "a fox that waits"
    ]
    assert len(await suggested(harness, "sam", "fox", channel="mods")) == 2


async def test_only_moderators_complete_what_can_be_removed_where_they_see_it(
    harness: Harness,
) -> None:
    await ordered(harness, "leo", "films", "a fox that waits", "a wolf")
    await ordered(harness, "sam", "mods", "a secret fox")
    world = harness.discord.world
    harness.discord.let_use("Film club", "moderate", Target.USER, world.user("leo").id, True)

    with pytest.raises(NotPossible):
        await suggested(harness, "maya", "fox", PURGE)
    assert len(await suggested(harness, "sam", "", PURGE)) == 3
    assert len(await suggested(harness, "leo", "fox", PURGE)) == 1


async def test_a_prompt_of_nothing_visible_or_without_end_is_a_valid_suggestion(
    harness: Harness,
) -> None:
    await ordered(harness, "maya", "films", "fox " * 600, "a fox *in* `snow`")

    names = await suggested(harness, "maya", "fox")

    assert all(1 <= len(each) <= 100 for each in names)
    assert names[0].endswith("a fox *in* `snow`")


async def test_twenty_five_are_suggested_at_most(harness: Harness) -> None:
    await ordered(harness, "maya", "films", *(f"fox {number}" for number in range(27)))

    assert len(await suggested(harness, "maya", "fox")) == 25


async def test_while_the_database_is_down_nothing_is_suggested(
    harness: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    await ordered(harness, "maya", "films", "a fox")

    async def down(*_: object) -> None:
        raise StorageDown("full")

    monkeypatch.setattr(type(harness.store), "read", down)
    found = await harness.discord.actor("maya").autocomplete(
        "films", "videos show", {"id": "fox"}, focused="id"
    )
    assert found == ()
