"""What a person's client offers, refuses, sends and shows."""

from typing import Any

import pytest

from bot.playground.guild import LocalDiscord, NotPossible, Permission
from tests.playground.guild.raw_bot import COMMAND, Bot

OPTIONS = [
    {"type": 3, "name": "prompt", "description": "x", "required": True, "max_length": 10},
    {"type": 4, "name": "duration", "description": "x", "min_value": 3, "max_value": 15},
    {
        "type": 3,
        "name": "quality",
        "description": "x",
        "choices": [{"name": "HD", "value": "720p"}],
    },
    {"type": 5, "name": "watermark", "description": "x"},
]
VIDEO = {**COMMAND, "options": OPTIONS}


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({}, "required"),
        ({"prompt": "x" * 11}, "between 0 and 10"),
        ({"prompt": 5}, "does not take"),
        ({"prompt": "x", "duration": 2}, "between 3 and 15"),
        ({"prompt": "x", "duration": "5"}, "does not take"),
        ({"prompt": "x", "duration": True}, "does not take"),
        ({"prompt": "x", "quality": "4k"}, "no choice"),
        ({"prompt": "x", "watermark": "yes"}, "does not take"),
        ({"prompt": "x", "colour": "red"}, "no option"),
    ],
)
async def test_a_client_does_not_send_what_an_option_does_not_take(
    bot: Bot, local: LocalDiscord, values: dict[str, Any], why: str
) -> None:
    await bot.register(VIDEO)
    with pytest.raises(NotPossible, match=why):
        await local.actor("maya").command("films", "video", values)
    assert local.state.interactions == {}


async def test_a_forged_client_sends_anything(bot: Bot, local: LocalDiscord) -> None:
    await bot.register(VIDEO)
    strange = {"prompt": "x" * 99, "duration": 999, "quality": "4k", "colour": "red"}
    sent = await local.actor("maya").command("films", "video", strange, forced=True)
    carried = sent.interaction.payload["data"]["options"]
    assert {one["name"]: one["value"] for one in carried} == strange


async def test_options_arrive_with_their_types(bot: Bot, local: LocalDiscord) -> None:
    await bot.register(VIDEO)
    values = {"prompt": "x", "duration": 5, "watermark": True}
    sent = await local.actor("maya").command("films", "video", values, locale="es-ES")
    payload = sent.interaction.payload
    assert [one["type"] for one in payload["data"]["options"]] == [3, 4, 5]
    assert (payload["locale"], payload["member"]["user"]["username"]) == ("es-ES", "maya")


async def test_subcommands_are_found_by_their_path(bot: Bot, local: LocalDiscord) -> None:
    page = {"type": 4, "name": "page", "description": "x"}
    listed = {"type": 1, "name": "list", "description": "x", "options": [page]}
    await bot.register({**COMMAND, "name": "videos", "options": [listed]})
    sent = await local.actor("maya").command("films", "videos list", {"page": 2})
    (step,) = sent.interaction.payload["data"]["options"]
    assert (step["name"], step["type"], step["options"][0]["value"]) == ("list", 1, 2)
    with pytest.raises(NotPossible, match="needs a subcommand"):
        await local.actor("maya").command("films", "videos")
    with pytest.raises(NotPossible, match="no command"):
        await local.actor("maya").command("films", "nothing")


async def test_people_channels_and_files_are_resolved(bot: Bot, local: LocalDiscord) -> None:
    kinds = {"who": 6, "where": 7, "image": 11}
    options = [{"type": kind, "name": name, "description": "x"} for name, kind in kinds.items()]
    await bot.register({**COMMAND, "options": options})
    values = {"who": "leo", "where": "general", "image": ("a.png", b"png")}
    sent = await local.actor("maya").command("films", "video", values)
    resolved = sent.interaction.payload["data"]["resolved"]
    leo, general = str(local.world.user("leo").id), str(local.world.channel("general").id)
    assert resolved["users"][leo]["username"] == "leo"
    assert "permissions" in resolved["members"][leo]
    assert resolved["channels"][general]["name"] == "general"
    (image,) = resolved["attachments"].values()
    async with bot.session.get(image["url"]) as answer:
        assert await answer.read() == b"png"


@pytest.mark.parametrize(
    ("more", "offered"),
    [
        ({}, {"maya", "sam", "olga"}),
        ({"default_member_permissions": "0"}, {"olga"}),
        ({"default_member_permissions": str(int(Permission.MANAGE_GUILD))}, {"sam", "olga"}),
        ({"contexts": [1]}, set()),
    ],
)
async def test_commands_are_offered_to_whom_they_are_for(
    bot: Bot, local: LocalDiscord, more: dict[str, Any], offered: set[str]
) -> None:
    await bot.register({**COMMAND, **more})
    people = {name for name in ("maya", "sam", "olga") if local.actor(name).offered("films")}
    assert people == offered


async def test_nobody_uses_what_they_do_not_see(bot: Bot, local: LocalDiscord) -> None:
    await bot.register(COMMAND)
    with pytest.raises(NotPossible, match="does not see"):
        await local.actor("maya").command("mods", "video")
    assert local.actor("maya").messages("mods") == []
    assert (await local.actor("sam").command("mods", "video")).interaction
    with pytest.raises(NotPossible):
        await local.actor("leo").command("@maya", "video")


async def posted(bot: Bot, *components: dict[str, Any]) -> None:
    row = {"type": 1, "components": list(components)}
    answer = await bot.post("films", {"content": "x", "components": [row]})
    assert answer.status == 200, answer.body


async def test_only_buttons_that_are_there_and_on_are_pressed(
    bot: Bot, local: LocalDiscord
) -> None:
    await posted(
        bot,
        {"type": 2, "style": 1, "label": "Go", "custom_id": "go"},
        {"type": 2, "style": 1, "label": "Off", "custom_id": "off", "disabled": True},
        {"type": 2, "style": 5, "label": "Link", "url": "https://films.example"},
    )
    maya = local.actor("maya")
    (message,) = maya.messages("films")
    for label in ("Off", "Link", "Gone"):
        with pytest.raises(NotPossible):
            await maya.press(message, label=label)
    sent = await maya.press(message, custom_id="go")
    assert sent.interaction.payload["data"] == {"component_type": 2, "custom_id": "go", "id": 2}
    forged = await maya.press(message, custom_id="cancel:1", forced=True)
    assert forged.interaction.payload["data"]["custom_id"] == "cancel:1"
    local.actor("sam").delete(message)
    with pytest.raises(NotPossible, match="gone"):
        await maya.press(message, label="Go")


async def test_each_of_two_buttons_with_one_label_can_be_pressed(
    bot: Bot, local: LocalDiscord
) -> None:
    await posted(
        bot,
        {"type": 2, "style": 2, "label": "Show", "custom_id": "show:1"},
        {"type": 2, "style": 2, "label": "Show", "custom_id": "show:2"},
    )
    (message,) = local.actor("maya").messages("films")
    for custom_id in ("show:1", "show:2"):
        sent = await local.actor("maya").press(message, custom_id=custom_id)
        assert sent.interaction.payload["data"]["custom_id"] == custom_id


async def test_a_select_takes_its_own_options_only(bot: Bot, local: LocalDiscord) -> None:
    options = [{"label": name, "value": name} for name in ("a", "b", "c")]
    await posted(bot, {"type": 3, "custom_id": "s", "options": options, "max_values": 2})
    maya = local.actor("maya")
    (message,) = maya.messages("films")
    for values in (["z"], [], ["a", "b", "c"]):
        with pytest.raises(NotPossible):
            await maya.choose(message, "s", values)
    sent = await maya.choose(message, "s", ["a", "b"])
    assert sent.interaction.payload["data"]["values"] == ["a", "b"]


async def test_people_are_chosen_in_a_user_select(bot: Bot, local: LocalDiscord) -> None:
    await posted(bot, {"type": 5, "custom_id": "s"})
    maya, leo = local.actor("maya"), str(local.world.user("leo").id)
    sent = await maya.choose(maya.messages("films")[0], "s", [leo])
    assert sent.interaction.payload["data"]["resolved"]["users"][leo]["username"] == "leo"


AB = [{"label": "A", "value": "a", "default": True}, {"label": "B", "value": "b"}]
FIELDS = [
    {"type": 4, "custom_id": "text", "style": 1, "min_length": 2, "max_length": 5, "value": "fox"},
    {"type": 4, "custom_id": "more", "style": 2, "required": False},
    {"type": 3, "custom_id": "pick", "options": AB},
    {"type": 21, "custom_id": "radio", "options": AB},
    {"type": 23, "custom_id": "box", "default": True},
]
FORM = {
    "custom_id": "f",
    "title": "F",
    "components": [{"type": 18, "label": "L", "component": field} for field in FIELDS],
}


async def test_a_form_keeps_what_it_was_opened_with(bot: Bot, local: LocalDiscord) -> None:
    sent = await bot.used()
    await bot.respond(sent, 9, FORM)
    assert sent.modal
    submitted = await local.actor("maya").submit(sent.modal, {"more": "snow", "radio": "b"})
    fields = [one["component"] for one in submitted.interaction.payload["data"]["components"]]
    values = [one.get("value", one.get("values")) for one in fields]
    assert values == ["fox", "snow", ["a"], "b", True]


@pytest.mark.parametrize(
    "values",
    [{"text": "x"}, {"text": "sixsix"}, {"text": ""}, {"pick": ["z"]}, {"pick": []}, {"no": "x"}],
)
async def test_a_form_is_not_sent_with_what_it_does_not_take(
    bot: Bot, local: LocalDiscord, values: dict[str, Any]
) -> None:
    sent = await bot.used()
    await bot.respond(sent, 9, FORM)
    assert sent.modal
    with pytest.raises(NotPossible):
        await local.actor("maya").submit(sent.modal, values)
    with pytest.raises(NotPossible, match="somebody else"):
        await local.actor("leo").submit(sent.modal, {})
    if "no" not in values:
        assert await local.actor("maya").submit(sent.modal, values, forced=True)


@pytest.mark.parametrize(
    ("denied", "text", "files", "why"),
    [
        (Permission.SEND_MESSAGES, "hello", [], "may not write in #films"),
        (Permission.ATTACH_FILES, "look", [("a.txt", b"a")], "may not attach files in #films"),
        (0, "x" * 2001, [], "2000 characters"),
        (0, " \n", [], "nothing"),
    ],
)
async def test_a_member_writes_only_where_and_what_they_may(
    local: LocalDiscord, denied: int, text: str, files: Any, why: str
) -> None:
    local.world.deny("films", "maya", denied)
    with pytest.raises(NotPossible, match=why):
        local.actor("maya").say("films", text, files)
    assert local.messages("films") == []


async def test_a_member_writes_as_much_as_fits(local: LocalDiscord) -> None:
    assert len(local.actor("maya").say("films", "x" * 2000).text) == 2000
    assert local.actor("maya").say("films", "", [("a.txt", b"a")]).attachments


async def test_only_moderators_and_writers_delete(bot: Bot, local: LocalDiscord) -> None:
    await bot.post("films", {"content": "x"})
    (message,) = local.messages("films")
    with pytest.raises(NotPossible):
        local.actor("maya").delete(message)
    local.actor("sam").delete(message)
    own = local.actor("maya").say("films", "mine", files=[("a.txt", b"a")])
    assert own.attachments[0].size == 1
    local.actor("maya").delete(own)
    assert local.messages("films") == []


async def test_what_happens_is_told_to_those_who_may_see_it(bot: Bot, local: LocalDiscord) -> None:
    seen: list[tuple[str, bool, bool, bool]] = []
    people = ("maya", "leo", "sam")
    local.events.subscribe(
        lambda event: seen.append((event.kind, *(local.sees(who, event) for who in people)))
    )
    local.actor("sam").say("mods", "among us")
    sent = await bot.used()
    await bot.respond(sent, 4, {"content": "for maya", "flags": 1 << 6})
    await bot.original(sent, "PATCH", {"content": "still"})
    await bot.original(sent, "DELETE")
    assert seen == [
        ("message", False, False, True),
        ("commands", True, True, True),
        ("command", True, False, False),
        ("message", True, False, False),
        ("response", True, False, False),
        ("edited", True, False, False),
        ("deleted", True, False, False),
    ]


async def test_waiting_in_vain_says_what_there_is_instead(bot: Bot, local: LocalDiscord) -> None:
    await bot.post("films", {"content": "a fox in the snow"})
    with pytest.raises(TimeoutError, match="a fox in the snow"):
        await local.changed(lambda: False, within=0.01)


async def test_a_reply_names_the_subcommand_that_it_answers(local: LocalDiscord, bot: Bot) -> None:
    steps = {"name": "list", "description": "Lists", "type": 1, "options": []}
    await bot.register({"name": "videos", "description": "Films", "options": [steps]})

    used = await local.actor("maya").command("films", "videos list")

    assert used.interaction.metadata["name"] == "videos list"
