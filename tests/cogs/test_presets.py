"""`/preset`: options kept under a name."""

from typing import Any

import pytest

from bot.errors import StorageDown
from bot.playground.guild import Message
from bot.video.values.catalogue import AspectRatio, Quality, ShotType
from bot.video.values.options import PresetOptions
from bot.video.values.presets import MOST_PRESETS, Preset
from bot.video.values.videos import VideoSpec
from tests.cogs.harness import Harness, shown

AGAIN = "Open the form again"


async def preset(harness: Harness, what: str, who: str = "maya", **options: Any) -> Message:
    return await shown(await harness.discord.actor(who).command("films", f"preset {what}", options))


async def video(harness: Harness, who: str = "leo", **options: Any) -> Message:
    options = {"prompt": "a fox"} | options
    return await shown(await harness.discord.actor(who).command("films", "video", options))


async def ordered(harness: Harness) -> list[VideoSpec]:
    """Oldest first."""
    found = sorted(await harness.films(), key=lambda each: each.task.created_at)
    return [each.request.spec for each in found]


async def suggested(harness: Harness, who: str, typed: str) -> list[str]:
    actor = harness.discord.actor(who)
    found = await actor.autocomplete("films", "video", {"preset": typed}, focused="preset")
    return [each["value"] for each in found]


async def test_a_preset_of_ones_own_makes_a_video(harness: Harness) -> None:
    saved = await preset(harness, "save", name=" Vertical  clip ", aspect_ratio="9:16", duration=8)
    await shown(
        await harness.discord.actor("maya").command(
            "films", "preset use", {"name": "vertical CLIP", "prompt": "a fox"}
        )
    )

    assert "Saved **Vertical clip** (your preset)" in saved.text
    (spec,) = await ordered(harness)
    assert (spec.prompt, spec.aspect_ratio, spec.duration) == ("a fox", AspectRatio.TALL, 8)


async def test_a_preset_holds_how_many_takes(harness: Harness) -> None:
    await preset(harness, "save", name="Pair", takes=2)
    listed = await preset(harness, "list")
    await video(harness, "maya", preset="Pair")
    await video(harness, "maya", preset="Pair", takes=1)

    assert "**Pair**: 2 takes" in listed.text
    assert [each.takes for each in await ordered(harness)] == [2, 2, 1]


async def test_what_a_person_chooses_wins_over_a_preset_but_not_over_a_locked_one(
    harness: Harness,
) -> None:
    await preset(harness, "save", "sam", name="Trailer", quality="1080p", server=True)
    await video(harness, preset="Trailer", quality="720p")
    await preset(harness, "save", "sam", name="Trailer", quality="1080p", server=True, locked=True)
    refused = await video(harness, preset="Trailer", quality="720p")

    assert "**Trailer** is locked: leave out **quality**" in refused.text
    await video(harness, who="olga", preset="Trailer", duration=4)
    assert [each.quality for each in await ordered(harness)] == [Quality.STANDARD, Quality.HIGH]


async def test_a_servers_presets_are_its_moderators(harness: Harness) -> None:
    await preset(harness, "save", name="Mine", duration=4)

    for what, options in (
        ("save", {"name": "Ours", "duration": 4, "server": True}),
        ("share", {"name": "Mine"}),
        ("delete", {"name": "Ours", "server": True}),
    ):
        refused = await preset(harness, what, **options)
        assert "Only moderators" in refused.text
    await preset(harness, "save", "sam", name="Sam's", duration=4)
    shared = await preset(harness, "share", "sam", name="Sam's")

    assert "one of this server's presets" in shared.text
    assert "Sam's" in (await preset(harness, "list")).text
    audit = await harness.store.tx(lambda books: books.audit(server_id(harness), limit=5))
    assert [each.action for each in audit] == ["preset_saved"]


async def test_nobody_sees_anothers_presets(harness: Harness) -> None:
    await preset(harness, "save", name="Secret", negative_prompt="rain")

    assert "No presets yet" in (await preset(harness, "list", "leo")).text
    assert "no preset **Secret**" in (await video(harness, "leo", preset="Secret")).text
    assert await suggested(harness, "leo", "") == []
    assert await suggested(harness, "maya", "sec") == ["Secret"]


async def test_a_name_alone_opens_the_form_of_a_preset(harness: Harness) -> None:
    maya = harness.discord.actor("maya")
    modal = (await (await maya.command("films", "preset save", {"name": "Clip"})).responded()).modal
    assert modal is not None
    fields = [label["component"] for label in modal.components]
    assert [each["custom_id"] for each in fields if each.get("required", True)] == ["name"]
    nothing = await shown(await maya.submit(modal, {}))
    assert "at least one option besides its name" in nothing.text
    again = (await (await maya.press(nothing, label=AGAIN)).responded()).modal
    assert again is not None
    chosen = {"duration": ["8"], "look": ["1080p."], "negative_prompt": "rain"}
    saved = await shown(await maya.submit(again, chosen))

    assert "Saved **Clip** (your preset)" in saved.text
    (own,) = await kept(harness)
    assert own.options == PresetOptions(duration=8, quality=Quality.HIGH, negative_prompt="rain")


async def test_a_refused_preset_comes_back_with_all_that_was_chosen(harness: Harness) -> None:
    sam = harness.discord.actor("sam")

    async def fail(*_: Any, **__: Any) -> None:
        raise StorageDown("full")

    options = {
        "name": "Ours", "duration": 8, "quality": "1080p", "aspect_ratio": "9:16", "server": True,
        "negative_prompt": "rain", "watermark": True, "locked": True, "shots": "intelligence",
    }  # fmt: skip
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(harness.bot.front.services.presets, "save", fail)
        refused = await shown(await sam.command("films", "preset save", options))
    form = (await (await sam.press(refused, label=AGAIN)).responded()).modal
    assert form is not None
    await shown(await sam.submit(form, {}))

    where = {"server_id": server_id(harness), "user_id": sam.user.id}
    (ours,) = await harness.store.tx(lambda books: books.presets(**where))
    assert (ours.name, ours.user_id, ours.is_locked) == ("Ours", 0, True)
    assert ours.options == PresetOptions(
        duration=8,
        quality=Quality.HIGH,
        aspect_ratio=AspectRatio.TALL,
        negative_prompt="rain",
        watermark=True,
        shots=ShotType.INTELLIGENCE,
    )


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"name": "\u200b\u2060", "duration": 4}, "a name that people can see"),
        ({"name": "x", "quality": "4k"}, "has no such choice"),
    ],
)
async def test_what_cannot_be_kept_is_refused(
    harness: Harness, options: dict[str, Any], said: str
) -> None:
    sent = await harness.discord.actor("maya").command("films", "preset save", options, forced=True)

    assert said in (await shown(sent)).text


async def test_a_name_that_looks_the_same_replaces_and_there_is_an_end_to_them(
    harness: Harness,
) -> None:
    await preset(harness, "save", name="ＦＯＸ", duration=4)
    await preset(harness, "save", name="fox", duration=6)
    for number in range(MOST_PRESETS - 1):
        await preset(harness, "save", name=f"More {number}", duration=4)

    refused = await preset(harness, "save", name="One more", duration=4)

    assert "already 25 presets" in refused.text
    assert [each.options.duration for each in await kept(harness) if each.key == "fox"] == [6]
    assert "fox" in (await preset(harness, "save", name="Fox", duration=7)).text.lower()


def server_id(harness: Harness) -> int:
    return harness.discord.world.guild("Film club").id


async def kept(harness: Harness) -> list[Preset]:
    maya = harness.discord.world.user("maya").id
    return list(
        await harness.store.tx(
            lambda books: books.presets(server_id=server_id(harness), user_id=maya)
        )
    )


async def test_a_preset_deleted_is_gone_and_forgetting_takes_the_rest(harness: Harness) -> None:
    await preset(harness, "save", name="One", duration=4)
    await preset(harness, "save", name="Two", negative_prompt="my street")
    await preset(harness, "save", "sam", name="Ours", duration=4, server=True)

    assert "Deleted **One**" in (await preset(harness, "delete", name="one")).text
    assert [each.name for each in await kept(harness)] == ["Two", "Ours"]
    maya = harness.discord.world.user("maya").id
    privacy = harness.bot.front.services.privacy
    await privacy.forget(maya, await privacy.promise(maya))

    assert [each.name for each in await kept(harness)] == ["Ours"]


@pytest.mark.parametrize("command", ["preset use", "video"])
async def test_a_refused_prompt_comes_back_with_the_options_of_its_preset(
    harness: Harness, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    await preset(harness, "save", name="Mine", duration=8, sound="on")
    maya = harness.discord.actor("maya")
    name = {"name": "Mine"} if command == "preset use" else {"preset": "Mine"}

    async def full(*_: Any, **__: Any) -> None:
        raise StorageDown("full")

    with monkeypatch.context() as patch:
        patch.setattr(harness.videos, "accept", full)
        sent = await maya.command("films", command, {"prompt": "a fox", **name})
        refused = await shown(sent)
    form = (await (await maya.press(refused, label="Open the form again")).responded()).modal
    assert form is not None
    await shown(await maya.submit(form, {}))

    spec = (await harness.film()).request.spec
    assert (spec.prompt, spec.duration, spec.sound) == ("a fox", 8, "on")
