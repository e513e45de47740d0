"""A choice in a form arrives with the objects behind its ids, files included."""

from typing import Any

import pytest

from bot.playground.guild import LocalDiscord, NotPossible
from tests.playground.guild.forms import opened
from tests.playground.guild.raw_bot import Bot
from tests.playground.guild.raw_socket import GUILDS, Socket

CHOSEN = {
    "user": ["leo"],
    "role": ["Moderators"],
    "any": ["sam", "Moderators"],
    "channel": ["general"],
    "file": [("a.txt", b"content"), ("b.txt", b"more")],
}


async def test_members_roles_channels_and_files_of_a_form_are_resolved(
    local: LocalDiscord, bot: Bot
) -> None:
    async with bot.session.ws_connect(local.gateway_url) as socket:
        heard = Socket(socket, local.token)
        await heard.identify(GUILDS)
        form = await opened(bot)
        await local.actor("maya").submit(form, CHOSEN)
        await heard.until("INTERACTION_CREATE")
        data = (await heard.until("INTERACTION_CREATE"))["d"]["data"]
    found = data["resolved"]
    fields = [one["component"] for one in data["components"]]
    values = {one["custom_id"]: one["values"] for one in fields}
    assert found["members"][values["user"][0]]["roles"] == []
    assert found["users"][values["user"][0]]["username"] == "leo"
    assert found["roles"][values["role"][0]]["name"] == "Moderators"
    assert [found["users"][values["any"][0]]["username"], values["any"][1]] == [
        "sam",
        values["role"][0],
    ]
    assert found["channels"][values["channel"][0]]["name"] == "general"
    assert [found["attachments"][id]["filename"] for id in values["file"]] == ["a.txt", "b.txt"]
    async with bot.session.get(found["attachments"][values["file"][0]]["url"]) as answer:
        assert await answer.read() == b"content"


@pytest.mark.parametrize(
    "values",
    [{"user": ["nobody"]}, {"role": ["leo"]}, {"channel": ["nowhere"]}, {"file": ["a.txt"]}],
)
async def test_what_is_not_there_cannot_be_chosen(
    local: LocalDiscord, bot: Bot, values: dict[str, Any]
) -> None:
    form = await opened(bot)
    with pytest.raises(NotPossible):
        await local.actor("maya").submit(form, values)


async def test_a_select_sends_the_ids_of_what_is_chosen_by_name(
    local: LocalDiscord, bot: Bot
) -> None:
    row = {"type": 1, "components": [{"type": 7, "custom_id": "s", "max_values": 2}]}
    await bot.post("films", {"content": "choose", "components": [row]})
    message = local.messages("films")[0]
    sent = await local.actor("maya").choose(message, "s", ["leo", "Moderators"])
    data = sent.interaction.payload["data"]
    assert [*data["resolved"]["users"], *data["resolved"]["roles"]] == data["values"]
    with pytest.raises(NotPossible):
        await local.actor("maya").choose(message, "s", ["nobody"])
