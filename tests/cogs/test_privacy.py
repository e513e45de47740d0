"""`/privacy` for a member, in a server and in a direct message."""

import json
from dataclasses import replace
from typing import Any

import pytest

from bot.ui.items import Verb
from tests.cogs.harness import Harness, dealt_with, shown
from tests.cogs.steps import buttons

FOX: dict[str, Any] = {"prompt": "a fox in the snow"}


async def test_an_export_is_a_private_file_with_ones_films(harness: Harness) -> None:
    maya = harness.discord.actor("maya")
    await shown(await maya.command("films", "video", FOX))
    await (await maya.command("films", "privacy export")).responded()
    await dealt_with()
    message = maya.messages("films")[-1]
    (file,) = message.attachments

    assert message.only_for is not None
    assert file.filename.endswith(".json")
    kept = json.loads(file.path.read_bytes())
    assert [each["prompt"] for each in kept["requests"]] == ["a fox in the snow"]


async def test_an_export_that_is_too_large_for_a_file_comes_in_several(
    harness: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.ui.exported.FILE_LIMIT", 1_000)
    maya = harness.discord.actor("maya")
    await shown(await maya.command("films", "video", FOX))
    await (await maya.command("films", "privacy export")).responded()
    await dealt_with()
    sent = [one for one in maya.messages("films") if one.attachments]
    rows = [json.loads(one.attachments[0].path.read_bytes()) for one in sent]

    assert len(sent) > 1
    assert all(one.only_for is not None for one in sent)
    assert f"File 2 of {len(sent)}" in sent[1].text
    assert [each["prompt"] for part in rows for each in part.get("requests", ())] == [FOX["prompt"]]


async def test_to_be_forgotten_is_asked_once_and_says_what_remains(harness: Harness) -> None:
    maya = harness.discord.actor("maya")
    await shown(await maya.command("films", "video", FOX))
    asked = (await (await maya.command("@maya", "privacy forget")).responded()).modal
    assert asked is not None
    assert "Totals" in str(asked.components)
    await (await maya.submit(asked, {})).responded()
    await dealt_with()
    told = maya.messages("@maya")[-1]

    assert "1 video is still in progress" in told.text


async def test_nobody_forgets_somebody_else(harness: Harness) -> None:
    maya, leo = harness.discord.actor("maya"), harness.discord.actor("leo")
    asked = (await (await maya.command("films", "privacy forget")).responded()).modal
    assert asked is not None
    sent = await leo.submit(replace(asked, user_id=leo.user.id), {})

    assert "can't do that" in (await shown(sent)).text


async def test_the_yes_under_an_older_question_still_forgets(harness: Harness) -> None:
    maya = harness.discord.actor("maya")
    await shown(await maya.command("films", "video", FOX))
    await harness.told()
    await harness.posted()
    drawn = await buttons(harness, Verb.FORGET, task_id=str(maya.user.id))
    await (await maya.press(drawn, label="forget")).responded()
    await dealt_with()
    (told,) = [one for one in harness.discord.messages("films") if one.id == drawn.id]

    assert "every trace of you are deleted" in told.text
