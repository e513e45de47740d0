"""Fields of a wrong kind are refused, and a refused call changes nothing."""

import io
from typing import Any

import pytest

from bot.playground.guild import LocalDiscord
from tests.playground.guild.raw_bot import CARD, COMMAND, Bot

MIB = 1024 * 1024
ONLY_NEW = {"nonce", "tts", "message_reference", "sticker_ids"}
WRONG: list[dict[str, Any]] = [
    {"content": ["x"]},
    {"content": 5},
    {"content": True},
    {"content": "x", "flags": "1"},
    {"content": "x", "flags": True},
    {"content": "x", "flags": 1.5},
    {"content": "x", "flags": -1},
    {"content": "x", "tts": "no"},
    {"content": "x", "nonce": ["x"]},
    {"content": "x", "embeds": "x"},
    {"content": "x", "embeds": ["x"]},
    {"content": "x", "embeds": [{"title": ["x"]}]},
    {"content": "x", "components": "x"},
    {"content": "x", "components": ["x"]},
    {"content": "x", "attachments": "x"},
    {"content": "x", "attachments": ["x"]},
    {"content": "x", "attachments": [{"id": []}]},
    {"content": "x", "allowed_mentions": "none"},
    {"content": "x", "allowed_mentions": {"parse": "users"}},
    {"content": "x", "allowed_mentions": {"parse": ["x"]}},
    {"content": "x", "allowed_mentions": {"users": [[]]}},
    {"content": "x", "message_reference": "5"},
    {"content": "x", "message_reference": {"message_id": "x"}},
    {"content": "x", "sticker_ids": "x"},
    {**CARD, "components": [{"type": 10, "content": ["x"]}]},
]


@pytest.mark.parametrize("body", WRONG, ids=str)
async def test_a_message_of_another_kind_is_not_written(
    bot: Bot, local: LocalDiscord, body: dict[str, Any]
) -> None:
    assert (await bot.post("films", body)).verdict == (400, 50035)
    assert local.messages("films") == []


@pytest.mark.parametrize("body", [one for one in WRONG if not ONLY_NEW & set(one)], ids=str)
async def test_an_edit_of_another_kind_changes_nothing(
    bot: Bot, local: LocalDiscord, body: dict[str, Any]
) -> None:
    posted = (await bot.post("films", {"content": "before"})).body
    before = local.messages("films")
    assert (await bot.edit(posted, body)).verdict == (400, 50035)
    assert local.messages("films") == before


@pytest.mark.parametrize("data", [{"flags": "64"}, {"flags": True}, {"content": ["x"]}, "x", []])
async def test_an_answer_of_another_kind_is_none(bot: Bot, local: LocalDiscord, data: Any) -> None:
    sent = await bot.used()
    if data:
        assert (await bot.respond(sent, 4, data)).verdict == (400, 50035)
        assert sent.response is None
    assert (await bot.respond(sent, 4, {"content": "x"})).status == 200
    follow = await bot.by_token(sent, "POST", "", {"content": ["x"]})
    assert follow.verdict == (400, 50035)
    assert [one.text for one in local.messages("films")] == ["x"]


@pytest.mark.parametrize(
    "name", ["वीडियो", "हिन्दी", "วิดีโอ", "ที่นี่", "größe", "видео", "ビデオ", "don't-go_2"]
)
async def test_commands_are_named_in_every_script(bot: Bot, name: str) -> None:
    assert (await bot.register({**COMMAND, "name": name})).status == 200
    localised = {**COMMAND, "name_localizations": {"hi": name}}
    assert (await bot.register(localised)).status == 200


@pytest.mark.parametrize("name", ["two words", "a.b", "VIDEO", "é\u0301" * 20, "a\u0301", "", "😀"])
async def test_what_is_no_name_is_none_in_another_language_either(bot: Bot, name: str) -> None:
    assert (await bot.register({**COMMAND, "name": name})).verdict == (400, 50035)
    localised = {**COMMAND, "name_localizations": {"de": name}}
    assert (await bot.register(localised)).verdict == (400, 50035)


async def test_a_select_without_a_most_takes_one(bot: Bot) -> None:
    select = {
        "type": 3, "custom_id": "s", "min_values": None, "max_values": None, "placeholder": None,
        "options": [{"label": "a", "value": "a"}, {"label": "b", "value": "b"}],
    }  # fmt: skip
    row = {"type": 1, "components": [select]}
    posted = await bot.post("films", {"content": "x", "components": [row]})
    assert posted.status == 200
    shown = posted.body["components"][0]["components"][0]
    assert (shown["min_values"], shown["max_values"]) == (1, 1)


async def test_an_edit_keeps_adds_and_removes_attachments(bot: Bot, local: LocalDiscord) -> None:
    files = {"a.txt": b"a", "b.txt": b"b"}
    posted = (await bot.post("films", {"content": "x"}, files=files)).body
    first, second = posted["attachments"]
    added = (await bot.edit(posted, {"content": "y"}, files={"c.txt": b"c"})).body
    assert [one["filename"] for one in added["attachments"]] == ["a.txt", "b.txt", "c.txt"]
    assert [one["id"] for one in added["attachments"]][:2] == [first["id"], second["id"]]
    kept = {"attachments": [{"id": second["id"], "description": "the second"}, {"id": 0}]}
    changed = (await bot.edit(posted, kept, files={"d.txt": b"d"})).body["attachments"]
    assert [one["filename"] for one in changed] == ["b.txt", "d.txt"]
    assert changed[0]["description"] == "the second"
    assert (await bot.edit(posted, {"attachments": [{"id": first["id"]}]})).status == 400
    assert (await bot.edit(posted, {"attachments": []})).body["attachments"] == []


async def test_a_message_has_at_most_ten_files_after_an_edit_too(
    bot: Bot, local: LocalDiscord
) -> None:
    files = {f"{number}.txt": b"x" for number in range(10)}
    posted = (await bot.post("films", {"content": "x"}, files=files)).body
    refused = await bot.edit(posted, {"content": "y"}, files={"more.txt": b"x"})
    assert refused.verdict == (400, 50035)
    assert len(local.messages("films")[0].attachments) == 10


async def test_an_attachment_is_named_as_the_body_says(bot: Bot) -> None:
    body = {"content": "x", "attachments": [{"id": 0, "filename": "fox.png"}]}
    posted = (await bot.post("films", body, files={"upload.bin": b"x"})).body["attachments"]
    assert [(one["filename"], one["content_type"]) for one in posted] == [("fox.png", "image/png")]


async def test_a_request_has_at_most_25_mib(bot: Bot, local: LocalDiscord) -> None:
    each = b"x" * (9 * MIB)
    two = {"a.bin": each, "b.bin": each}
    assert (await bot.post("films", {"content": "x"}, files=two)).status == 200
    three = {**two, "c.bin": each}
    assert (await bot.post("films", {"content": "x"}, files=three)).verdict == (413, 40005)
    url = f"{local.rest_url}/channels/{local.world.channel('films').id}/messages"
    headers = {"Authorization": f"Bot {local.token}", "Content-Type": "application/json"}
    long = io.BytesIO(b'{"content": "' + b"x" * (26 * MIB) + b'"}')
    async with bot.session.post(url, headers=headers, data=long) as answer:
        assert (answer.status, (await answer.json())["code"]) == (413, 40005)
    assert len(local.messages("films")) == 1


async def test_a_boosted_servers_larger_files_pass(bot: Bot, local: LocalDiscord) -> None:
    local.world.change_guild("Film club", tier=2)
    posted = await bot.post("films", {"content": "x"}, files={"a.bin": b"x" * (30 * MIB)})
    assert posted.status == 200


@pytest.mark.parametrize("kind", ["text/plain", "application/xml", "application/octet-stream"])
async def test_a_body_of_another_content_type_is_refused(
    bot: Bot, local: LocalDiscord, kind: str
) -> None:
    url = f"{local.rest_url}/channels/{local.world.channel('films').id}/messages"
    headers = {"Authorization": f"Bot {local.token}", "Content-Type": kind}
    async with bot.session.post(url, headers=headers, data=b'{"content": "x"}') as answer:
        shape = await answer.json()
    assert (answer.status, shape["code"]) == (400, 50035)
    assert shape["errors"]["_errors"][0]["code"] == "CONTENT_TYPE_INVALID"
    assert local.messages("films") == []


async def test_others_words_are_read_over_http_only_with_the_intent(
    bot: Bot, local: LocalDiscord
) -> None:
    said = local.actor("maya").say("films", "secret", [("a.txt", b"a")])
    local.actor("maya").say("films", f"to <@{local.state.bot_id}>")
    await bot.post("films", {"content": "mine", "message_reference": {"message_id": str(said.id)}})
    path = f"/channels/{said.channel_id}/messages"
    mine, named, hidden = (await bot.ask("GET", path)).body
    assert (mine["content"], named["content"][:2]) == ("mine", "to")
    assert (hidden["content"], hidden["attachments"]) == ("", [])
    assert mine["referenced_message"]["content"] == ""
    assert (await bot.ask("GET", f"{path}/{said.id}")).body["content"] == ""
    direct = local.actor("maya").say("@maya", "between us")
    told = await bot.ask("GET", f"/channels/{direct.channel_id}/messages/{direct.id}")
    assert told.body["content"] == "between us"
