"""A message becomes a video or a shot, whoever wrote it and however long it is."""

from typing import Any

from bot.playground.guild import Message, Modal
from tests.cogs.harness import Harness, shown

MENU, AS_SHOT = "Make a video of this", "Add to storyboard"


def of_a_subscriber(harness: Harness, text: str) -> Message:
    """A message that is longer than most people may write."""
    short = harness.discord.actor("sam").say("films", "a")
    harness.discord.state.rewrite(short, content=text)
    return short


def field(modal: Modal | None) -> dict[str, Any]:
    """The first field of a form."""
    assert modal is not None
    label: dict[str, object] = modal.components[0]
    return label


async def test_a_forwarded_message_has_the_text_that_it_passes_on(harness: Harness) -> None:
    sam, leo = harness.discord.actor("sam"), harness.discord.actor("leo")
    passed_on = sam.forward("films", sam.say("general", "a fox at dawn"))

    form = (await (await leo.menu("films", passed_on, MENU)).responded()).modal
    await shown(await leo.command("films", "storyboard", {}))
    await shown(await leo.menu("films", passed_on, AS_SHOT))

    assert field(form)["component"]["value"] == "a fox at dawn"
    guild = harness.discord.world.channel("films").id
    board = await harness.store.tx(lambda books: books.open_board(guild))
    assert board is not None
    assert [shot.prompt for shot in board.shots] == ["a fox at dawn"]


async def test_a_text_that_is_too_long_is_said_to_be_and_comes_back_whole(harness: Harness) -> None:
    words = "fox " * 975
    leo = harness.discord.actor("leo")

    form = (
        await (await leo.menu("films", of_a_subscriber(harness, words), MENU)).responded()
    ).modal
    assert form is not None
    opened = field(form)
    refused = await shown(await leo.submit(form, {}))
    again = (await (await leo.press(refused, label="Open the form again")).responded()).modal
    taken = await shown(await leo.submit(again, {"prompt": "a fox"}))

    assert opened["component"]["value"] == words
    assert "3,900" in str(opened["description"])
    assert "2,500" in str(opened["description"])
    assert "3,899" in refused.text
    assert field(again)["component"]["value"] == words
    assert "a fox" in taken.text
    assert len(await harness.films()) == 1


async def test_a_shot_that_is_too_long_comes_back_whole(harness: Harness) -> None:
    leo = harness.discord.actor("leo")
    await shown(await leo.command("films", "storyboard", {}))
    words = "fox " * 974 + "fox"

    refused = await shown(await leo.menu("films", of_a_subscriber(harness, words), AS_SHOT))
    again = (await (await leo.press(refused, label="Open the form again")).responded()).modal

    assert "512" in refused.text
    assert field(again)["component"]["value"] == words
