"""Moderators' commands that open again as a form, with what was typed and chosen."""

from typing import Any

import pytest

from bot.errors import StorageDown
from bot.playground.guild.messages import walk
from tests.cogs.harness import Harness, shown

AGAIN = "Open the form again"
GRANT = {"amount": 2, "measure": "credits", "reason": "won a contest"}


@pytest.mark.parametrize(
    ("command", "values", "filled"),
    [
        ("moderate block", {"duration": "week", "reason": "spam in films"}, ["spam in films"]),
        ("limits grant", GRANT, ["2", "won a contest"]),
    ],
)
async def test_a_refused_command_about_a_member_opens_as_the_form_of_their_card(
    harness: Harness,
    monkeypatch: pytest.MonkeyPatch,
    command: str,
    values: dict[str, Any],
    filled: list[str],
) -> None:
    discord, services = harness.discord, harness.bot.front.services

    async def fail(*_: object, **__: object) -> None:
        raise StorageDown

    with monkeypatch.context() as patch:
        patch.setattr(type(services.moderation), "block", fail)
        patch.setattr(type(services.limits), "give", fail)
        sam, maya = discord.actor("sam"), discord.world.user("maya").id
        told = await shown(await sam.command("films", command, {"member": str(maya), **values}))
    form = (await (await sam.press(told, label=AGAIN)).responded()).modal

    assert form is not None
    for text in filled:
        assert f"'value': '{text}'" in str(form.components)
    chosen = str(values.get("duration") or values["measure"])
    options = [each for part in walk(form.components) for each in part.get("options", ())]
    assert chosen in [each["value"] for each in options if each.get("default")]
