"""Edit and "Make a video of this": a form for everything about a video, with prices."""

from pathlib import Path
from typing import Any

import pytest

from bot.playground.guild import LocalDiscord, Modal, Sent
from bot.ui.items import Verb
from bot.video.limits.effective import Limits
from bot.video.values.prices import CREDIT
from tests.cogs.harness import Harness, local_bot, shown
from tests.cogs.steps import buttons, finished, put

AGAIN = "Open the form again"
CHOSEN = {"duration": ["8"], "look": ["1080p.on"], "aspect_ratio": ["9:16"]}


async def opened(sent: Sent) -> Modal:
    modal = (await sent.responded()).modal
    assert modal is not None
    return modal


async def edit(harness: Harness) -> Modal:
    """The form to edit a video in 1080p."""
    film = await finished(harness)
    return await opened(await harness.discord.actor("maya").press(film, label="Edit"))


def field(modal: Modal, name: str) -> dict[str, Any]:
    """A field of the form, and its label."""
    labels = {part["component"]["custom_id"]: part for part in modal.components}
    return dict(labels[name])


def offered(modal: Modal, name: str) -> dict[str, dict[str, Any]]:
    """The choices of a select by value."""
    return {each["value"]: each for each in field(modal, name)["component"]["options"]}


def default(modal: Modal, name: str) -> list[str]:
    return [value for value, each in offered(modal, name).items() if each.get("default")]


async def newest(harness: Harness) -> Any:
    return (await harness.films())[0].request.spec


async def test_edit_shows_all_that_can_be_chosen_with_its_price(harness: Harness) -> None:
    modal = await edit(harness)

    names = [part["component"]["custom_id"] for part in modal.components]
    assert names == ["prompt", "negative_prompt", "duration", "look", "aspect_ratio"]
    assert default(modal, "duration") == ["5"]
    assert default(modal, "look") == ["1080p.off"]
    assert default(modal, "aspect_ratio") == ["16:9"]
    assert field(modal, "duration")["description"] == "Prices are for 1080p, no sound"
    assert offered(modal, "duration")["8"]["label"] == "8 s · 58 credits ($0.85)"
    looks = offered(modal, "look")
    assert looks["1080p.on"]["label"] == "1080p, sound on"
    assert looks["1080p.off"]["description"] == "5 s: 37 credits"
    assert looks["1080p.on"]["description"] == "5 s: 54 credits (+50%)"
    assert looks["720p.off"]["description"] == "5 s: 27 credits (-25%)"


async def test_the_lengths_say_how_many_like_it_fit_today(
    tmp_path: Path, discord: LocalDiscord
) -> None:
    limits = Limits(daily=100 * CREDIT, at_once=5, bot_daily=None)
    async with local_bot(tmp_path, discord=discord, limits=limits) as harness:
        modal = await edit(harness)

    lengths = offered(modal, "duration")
    assert lengths["3"]["label"].endswith("2 left today")
    assert lengths["15"]["label"].endswith("more than you have left today")


async def test_the_form_offers_only_what_the_place_allows(harness: Harness) -> None:
    film = await finished(harness)
    await put(harness, "ceiling.duration", 4)
    await put(harness, "ceiling.quality", "720p")
    modal = await opened(await harness.discord.actor("maya").press(film, label="Edit"))

    assert list(offered(modal, "duration")) == ["3", "4"]
    assert default(modal, "duration") == ["4"]
    assert list(offered(modal, "look")) == ["720p.off", "720p.on"]
    assert default(modal, "look") == ["720p.off"]


async def test_what_is_chosen_in_the_form_is_ordered(harness: Harness) -> None:
    modal = await edit(harness)
    maya = harness.discord.actor("maya")

    card = await shown(await maya.submit(modal, {"prompt": "a wolf", **CHOSEN}))

    assert "87 credits" in card.text
    spec = await newest(harness)
    assert (spec.prompt, spec.duration) == ("a wolf", 8)
    assert (spec.quality, spec.sound, spec.aspect_ratio) == ("1080p", "on", "9:16")


async def test_a_message_becomes_a_video_by_the_same_form(harness: Harness) -> None:
    leo = harness.discord.actor("leo")
    said = harness.discord.actor("sam").say("films", "a fox at dawn")

    modal = await opened(await leo.menu("films", said, "Make a video of this"))
    await shown(await leo.submit(modal, CHOSEN))

    assert default(modal, "look") == ["720p.off"]
    spec = await newest(harness)
    assert (spec.prompt, spec.duration) == ("a fox at dawn", 8)
    assert (spec.quality, spec.sound, spec.aspect_ratio) == ("1080p", "on", "9:16")


async def test_a_refused_form_opens_again_with_its_choices(
    harness: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    modal = await edit(harness)
    maya = harness.discord.actor("maya")

    refused = await shown(await maya.submit(modal, {"prompt": "\u200b", **CHOSEN}))
    again = await opened(await maya.press(refused, label=AGAIN))
    await shown(await maya.submit(again, {"prompt": "a wolf"}))

    assert [default(again, name) for name in CHOSEN] == list(CHOSEN.values())
    assert (await newest(harness)).duration == 8


async def test_so_does_that_of_a_message(harness: Harness) -> None:
    leo = harness.discord.actor("leo")
    said = harness.discord.actor("sam").say("films", "a fox at dawn")
    modal = await opened(await leo.menu("films", said, "Make a video of this"))

    refused = await shown(await leo.submit(modal, {"prompt": "\u3164", **CHOSEN}))
    again = await opened(await leo.press(refused, label=AGAIN))

    assert [default(again, name) for name in CHOSEN] == list(CHOSEN.values())


@pytest.mark.parametrize(
    "forged",
    [
        {"duration": ["99"]},
        {"duration": ["-5"]},
        {"duration": ["9" * 5000]},
        {"duration": ["shots.."]},
        {"look": ["8k.on"]},
        {"look": ["1080p"]},
        {"look": ["720p.off.on"]},
        {"aspect_ratio": ["4:3"]},
    ],
)
async def test_forged_choices_make_nothing_and_keep_the_text(
    harness: Harness, forged: dict[str, Any]
) -> None:
    modal = await edit(harness)
    maya = harness.discord.actor("maya")
    before = len(await harness.films())

    sent = await maya.submit(modal, {"prompt": "a wolf", **forged}, forced=True)
    told = await shown(sent)

    if forged == {"look": ["1080p"]}:  # half a choice leaves the other half alone
        assert (await newest(harness)).quality == "1080p"
        return
    assert told.only_for is not None
    assert "a wolf" in told.text
    assert len(await harness.films()) == before
    await opened(await maya.press(told, label=AGAIN))


async def test_nobody_opens_the_form_of_a_video_that_is_not_shown_to_them(
    harness: Harness,
) -> None:
    maya, leo = harness.discord.actor("maya"), harness.discord.actor("leo")
    reply = await shown(await maya.command("films", "video", {"prompt": "a secret fox"}))
    task_id = (await harness.film()).task.id
    await shown(await maya.press(reply, label="Cancel"))

    for kept in ("", ".8......", ".8"):
        forged = await buttons(harness, Verb.REWRITE, task_id=f"edit:{task_id}{kept}")
        told = await shown(await leo.press(forged, label="rewrite"))
        assert told.only_for is not None
        assert "There is no such video" in told.text


async def test_the_shots_of_a_video_are_edited_with_its_length(harness: Harness) -> None:
    maya = harness.discord.actor("maya")
    written = {"prompt": "a fox", "shots": "customize"}
    modal = await opened(await maya.command("films", "video", written))
    reply = await shown(await maya.submit(modal, {"shots": "4 a fox wakes\n4 it runs"}))
    await shown(await maya.press(reply, label="Cancel"))

    form = await opened(await maya.press(reply, label="Edit"))
    assert default(form, "duration") == ["shots"]
    await shown(await maya.submit(form, {"shots": "4 a fox wakes\n6 it runs"}))
    assert (await newest(harness)).duration == 10

    told = await shown(await maya.submit(form, {"duration": ["9"]}))
    assert "add up to 8 s, but the video has 9 s" in told.text
    assert list(told.buttons) == ["Make it 8 s (44 credits)", AGAIN]
    again = await opened(await maya.press(told, label=AGAIN))
    assert default(again, "duration") == ["9"]
