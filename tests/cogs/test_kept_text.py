"""Text from a form that was refused comes back in the form, letter by letter."""

from typing import Any

import discord
import pytest

from bot.errors import CommitUnknown, Refusal, StorageDown
from bot.playground.guild import Message, Sent
from bot.ui.items import Verb
from tests.cogs.harness import Harness, dealt_with, shown, turn_away
from tests.cogs.steps import asked, buttons, put

AGAIN = "Open the form again"
SHOTS = {"prompt": "a fox", "shots": "customize", "duration": 5}
LONG = "\n".join(["1 " + "a" * 498] * 6)  # 6 s of 5


async def form(harness: Harness, **options: Any) -> Sent:
    """The form for one's own shots."""
    maya = harness.discord.actor("maya")
    return await (await maya.command("films", "video", {**SHOTS, **options})).responded()


async def refused(harness: Harness, opened: Sent, texts: dict[str, str]) -> Message:
    """What is read after a form was sent that cannot be taken."""
    assert opened.modal is not None
    return await shown(await harness.discord.actor("maya").submit(opened.modal, texts))


async def again(harness: Harness, message: Message) -> list[str]:
    """The texts in the form that opens again."""
    pressed = await harness.discord.actor("maya").press(message, label=AGAIN)
    modal = (await pressed.responded()).modal
    assert modal is not None
    return [part["component"].get("value") or "" for part in modal.components]


@pytest.mark.parametrize(
    ("shots", "negative"),
    [
        ("9 a fox\n9 it runs", ""),
        ("9 a fox\n9 it runs", "``` fenced ```` [x](http://y) @everyone"),
        ("9 a fox\n9 " + "`" * 7, "a\n\nb"),
        (LONG, "b" * 2500),
        ("9 " + "`" * 3000, ""),
        ("9 " + "`" * 3000, "`" * 2500),
    ],
    ids=["short", "fences", "backticks", "too long for a message", "ticks", "ticks everywhere"],
)
async def test_a_text_that_is_not_taken_comes_back_whole(
    harness: Harness, shots: str, negative: str
) -> None:
    texts = {"shots": shots, "negative_prompt": negative}

    message = await refused(harness, await form(harness), texts)

    assert await again(harness, message) == [shots, negative]
    assert message.text.count("```") in (0, 2 * bool(shots) + 2 * bool(negative))


@pytest.mark.parametrize("error", [StorageDown("full"), CommitUnknown("cut")])
async def test_it_comes_back_too_when_nothing_can_be_kept(
    harness: Harness, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    async def fail(*_: Any, **__: Any) -> None:
        raise error

    monkeypatch.setattr(harness.videos, "accept", fail)
    message = await refused(
        harness, await form(harness), {"shots": "5 a fox", "negative_prompt": ""}
    )

    assert await again(harness, message) == ["5 a fox", ""]


async def test_a_file_that_cannot_be_read_is_said_and_stays(harness: Harness) -> None:
    texts = {"shots": LONG, "negative_prompt": "b" * 2500}
    message = await refused(harness, await form(harness), texts)
    for file in message.attachments:
        file.path.unlink()

    told = await shown(await harness.discord.actor("maya").press(message, label=AGAIN))

    assert "copy it from the file" in told.text


async def test_a_number_that_may_count_is_asked_about_and_the_text_comes_back_clear(
    harness: Harness,
) -> None:
    message = await refused(harness, await form(harness), {"shots": "a fox wakes\n2 people dance"})

    assert "If the shot lasts 2 seconds, write `2 s people dance`" in message.text
    assert "If it shows “2 people dance”" in message.text
    assert (await again(harness, message))[0] == "a fox wakes\n- 2 people dance"
    pressed = await harness.discord.actor("maya").press(message, label=AGAIN)
    modal = (await pressed.responded()).modal
    assert modal is not None
    card = await shown(await harness.discord.actor("maya").submit(modal, {}))
    assert "2 people dance" in card.text
    assert [shot.seconds for shot in (await harness.film()).request.spec.shots] == [3, 2]


ASKED = {
    "prompt": "a fox in the snow",
    "negative_prompt": "people",
    "duration": 7,
    "quality": "1080p",
    "sound": "on",
    "aspect_ratio": "9:16",
    "watermark": True,
}


async def ruled(harness: Harness, _: pytest.MonkeyPatch) -> None:
    await shown(await harness.discord.actor("olga").command("mods", "rules add", FOXES))


async def blocked(harness: Harness, _: pytest.MonkeyPatch) -> None:
    member = {"member": "maya", "duration": "week"}
    await shown(await harness.discord.actor("olga").command("mods", "moderate block", member))


async def elsewhere(harness: Harness, _: pytest.MonkeyPatch) -> None:
    await put(harness, "channels", (harness.discord.world.channel("mods").id,))


async def rushed(harness: Harness, patch: pytest.MonkeyPatch) -> None:
    turn_away(patch)


def broken(error: Exception) -> Any:
    async def fail(*_: Any, **__: Any) -> None:
        raise error

    async def breaks(harness: Harness, patch: pytest.MonkeyPatch) -> None:
        patch.setattr(harness.videos, "accept", fail)

    return breaks


LASTING = {"rule", "block", "place"}
FOXES = {"name": "foxes", "action": "refuse", "word": "fox"}
EVERY_REFUSAL = {
    "at once": broken(Refusal("at_once", limit=2, active=2, count=2)),
    "rule": ruled,
    "block": blocked,
    "place": elsewhere,
    "rush": rushed,
    "storage": broken(StorageDown("full")),
    "commit": broken(CommitUnknown("cut")),
    "fault": broken(ZeroDivisionError()),
}


@pytest.mark.parametrize("kind", EVERY_REFUSAL)
async def test_whatever_refuses_a_command_its_text_and_options_come_back(
    harness: Harness, kind: str
) -> None:
    maya = harness.discord.actor("maya")
    with pytest.MonkeyPatch.context() as patch:
        await EVERY_REFUSAL[kind](harness, patch)
        message = await shown(await maya.command("films", "video", ASKED))

    assert message.only_for is not None
    assert "a fox in the snow" in message.text
    modal = (await (await maya.press(message, label=AGAIN)).responded()).modal
    assert modal is not None
    card = await shown(await maya.submit(modal, {}))
    assert "a fox in the snow" in card.text
    if card.only_for is not None:
        assert kind in LASTING
        assert list(card.buttons) == [AGAIN]
        return
    spec = (await harness.film()).request.spec
    assert {name: getattr(spec, name) for name in ASKED} == ASKED


async def test_the_written_shots_of_a_refused_command_begin_with_its_prompt(
    harness: Harness,
) -> None:
    maya = harness.discord.actor("maya")
    options = {"prompt": "3 little pigs", "shots": "customize", "sound": "on"}
    with pytest.MonkeyPatch.context() as patch:
        turn_away(patch)
        message = await shown(await maya.command("films", "video", options))
    modal = (await (await maya.press(message, label=AGAIN)).responded()).modal
    assert modal is not None
    await shown(await maya.submit(modal, {}))

    spec = (await harness.film()).request.spec
    assert [shot.prompt for shot in spec.shots] == ["3 little pigs"]
    assert spec.sound == "on"


async def test_what_the_server_always_excludes_stays_excluded(harness: Harness) -> None:
    await put(harness, "defaults.negative_prompt", "rain")
    maya = harness.discord.actor("maya")
    with pytest.MonkeyPatch.context() as patch:
        turn_away(patch)
        message = await shown(await maya.command("films", "video", {"prompt": "a fox"}))

    assert (await again(harness, message))[:2] == ["a fox", "rain"]


@pytest.mark.parametrize("prompt", ["\ud800 a fox", "\u200b", "\x00a fox"])
async def test_a_text_that_nobody_can_read_is_given_back_as_far_as_it_can_be(
    harness: Harness, prompt: str
) -> None:
    sent = await harness.discord.actor("maya").command(
        "films", "video", {"prompt": prompt}, forced=True
    )
    message = await shown(sent)

    assert list(message.buttons) == [AGAIN]
    assert ("a fox" in message.text) is ("a fox" in prompt)
    assert await harness.films() == []


async def test_a_cancelled_video_gives_its_words_back_to_its_requester_alone(
    harness: Harness,
) -> None:
    maya, leo = harness.discord.actor("maya"), harness.discord.actor("leo")
    reply = await asked(harness)
    cancelled = await shown(await maya.press(reply, label="Cancel"))

    assert "Cancelled." in cancelled.text
    assert list(cancelled.buttons) == ["Edit", "Again · 37 credits"]
    for label in ("Edit", "Again"):
        told = await shown(await leo.press(cancelled, label=label))
        assert "There is no such video" in told.text
    form = (await (await maya.press(cancelled, label="Edit")).responded()).modal
    assert form is not None
    assert form.components[0]["component"]["value"] == "a fox in the snow"
    await shown(await maya.press(cancelled, label="Again"))
    assert len(await harness.films()) == 2


async def test_what_was_typed_into_any_other_form_comes_back_too(harness: Harness) -> None:
    await put(harness, "moderators_channel", harness.discord.world.channel("mods").id)
    await asked(harness)
    task_id = (await harness.film()).task.id
    maya = harness.discord.actor("maya")
    drawn = await buttons(harness, Verb.REPORT, task_id=task_id)
    form = (await (await maya.press(drawn, label="report")).responded()).modal
    assert form is not None
    with pytest.MonkeyPatch.context() as patch:
        turn_away(patch)
        message = await shown(await maya.submit(form, {"reason": "it is cruel"}))

    assert "it is cruel" in message.text


TITLE = "The fox who did not want to go home"
COMMANDS: list[tuple[str, str, str, dict[str, str | int]]] = [
    ("maya", "films", "storyboard", {"title": TITLE}),
    ("maya", "films", "videos list", {"words": TITLE}),
    ("olga", "mods", "moderate block", {"member": "maya", "reason": TITLE}),
    ("olga", "mods", "limits grant", {"member": "maya", "amount": 1, "reason": TITLE}),
    ("olga", "mods", "rules add", {"name": "foxes", "word": TITLE}),
    ("olga", "mods", "rules add", {"name": "foxes", "pattern": TITLE}),
    ("olga", "mods", "rules test", {"text": TITLE}),
]


@pytest.mark.parametrize(("who", "where", "command", "options"), COMMANDS)
async def test_what_was_typed_into_any_other_command_comes_back_too(
    harness: Harness, who: str, where: str, command: str, options: dict[str, Any]
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        turn_away(patch)
        message = await shown(await harness.discord.actor(who).command(where, command, options))

    assert TITLE in message.text
    assert message.only_for is not None


async def test_every_long_text_of_a_command_comes_back(harness: Harness) -> None:
    texts = {
        (each.qualified_name, option.name)
        for each in harness.bot.tree.walk_commands()
        if isinstance(each, discord.app_commands.Command)
        for option in each.parameters
        if option.type is discord.AppCommandOptionType.string
        and not (option.choices or option.autocomplete)
        and (option.max_value or 6000) > 20
    }
    tried = {(command, name) for *_, command, options in COMMANDS for name in options}
    own = {
        ("video", "prompt"),
        ("video", "negative_prompt"),
        ("preset use", "prompt"),
        ("preset save", "name"),
        ("preset save", "negative_prompt"),
    }
    days = {(each, day) for each in ("videos list", "moderate audit") for day in ("since", "until")}
    assert texts - tried - own - days == set()


async def test_a_word_is_not_given_back(harness: Harness) -> None:
    with pytest.MonkeyPatch.context() as patch:
        turn_away(patch)
        olga = harness.discord.actor("olga")
        message = await shown(await olga.command("mods", "rules test", {"text": "fox"}))
    assert "fox" not in message.text


async def test_a_refused_storyboard_is_opened_from_its_form(harness: Harness) -> None:
    maya, named = harness.discord.actor("maya"), {"title": "Fox at dawn", "thread": True}
    with pytest.MonkeyPatch.context() as patch:
        turn_away(patch)
        message = await shown(await maya.command("films", "storyboard", named))
    modal = (await (await maya.press(message, label=AGAIN)).responded()).modal
    assert modal is not None
    assert await again(harness, message) == ["Fox at dawn"]
    await shown(await maya.submit(modal, {"title": "Fox at night"}))
    await dealt_with()

    thread = harness.discord.world.channel("Fox at night")
    assert thread.is_thread
    told = harness.discord.messages("films")[-1]
    assert f"**Fox at night** is in <#{thread.id}>" in told.text


async def test_a_storyboards_title_comes_back_from_its_form_too(harness: Harness) -> None:
    maya = harness.discord.actor("maya")
    with pytest.MonkeyPatch.context() as patch:
        turn_away(patch)
        message = await shown(await maya.command("films", "storyboard", {"title": "Fox"}))
        modal = (await (await maya.press(message, label=AGAIN)).responded()).modal
        assert modal is None
    modal = (await (await maya.press(message, label=AGAIN)).responded()).modal
    assert modal is not None
    refused_again = await shown(await maya.submit(modal, {"title": "\u200b"}))
    assert refused_again.only_for is not None
    assert AGAIN in refused_again.buttons
