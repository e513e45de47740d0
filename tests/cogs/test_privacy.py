"""`/privacy` for a member, in a server and in a direct message."""

import json
from typing import Any

import pytest

from tests.cogs.harness import Harness, dealt_with, shown

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
    asked = await shown(await maya.command("@maya", "privacy forget"))
    assert "Totals" in asked.text
    await (await maya.press(asked, label="Forget me")).responded()
    await dealt_with()
    (told,) = [one for one in maya.messages("@maya") if one.id == asked.id]

    assert "1 video is still in progress" in told.text


async def test_nobody_forgets_somebody_else(harness: Harness) -> None:
    asked = await shown(await harness.discord.actor("maya").command("films", "privacy forget"))
    (button,) = asked.buttons.values()
    leo = harness.discord.actor("leo")
    pressed = await leo.press(asked, custom_id=button["custom_id"], forced=True)

    assert "can't do that" in (await shown(pressed)).text
