"""What the bot may write where, and what it can read."""

from typing import Any

import pytest

from bot.playground.guild import LocalDiscord, Permission
from tests.playground.guild.conftest import HandClock
from tests.playground.guild.raw_bot import CARD, Bot

MIB = 1024 * 1024
EMBED = {"embeds": [{"title": "x"}]}


async def test_a_channel_that_is_gone_is_unknown(bot: Bot, local: LocalDiscord) -> None:
    here = local.world.channel("films").id
    local.remove_channel("films")
    assert (await bot.ask("GET", f"/channels/{here}")).verdict == (404, 10003)


async def test_a_reply_in_a_channel_that_is_gone_is_unknown(bot: Bot, local: LocalDiscord) -> None:
    sent = await bot.used()
    await bot.respond(sent, 4, {"content": "x"})
    local.remove_channel("films")
    assert (await bot.original(sent, "PATCH", {"content": "y"})).verdict == (404, 10003)


@pytest.mark.parametrize(
    ("missing", "body", "files", "verdict"),
    [
        (Permission.VIEW_CHANNEL, {"content": "x"}, None, (403, 50001)),
        (Permission.SEND_MESSAGES, {"content": "x"}, None, (403, 50013)),
        (Permission.ATTACH_FILES, {"content": "x"}, {"a.txt": b"a"}, (403, 50013)),
        (Permission.EMBED_LINKS, EMBED, None, (403, 50013)),
    ],
)
async def test_what_a_channel_denies_is_refused(
    bot: Bot, local: LocalDiscord, missing: Permission, body: Any, files: Any, verdict: Any
) -> None:
    local.world.deny("films", "video", missing)
    assert (await bot.post("films", body, files=files)).verdict == verdict


async def test_an_edit_brings_files_only_with_the_right_to_attach(
    bot: Bot, local: LocalDiscord
) -> None:
    posted = (await bot.post("films", {"content": "x"})).body
    local.world.deny("films", "video", Permission.ATTACH_FILES)
    files = {"a.txt": b"a"}
    assert (await bot.edit(posted, {"content": "y"}, files=files)).verdict == (403, 50013)
    assert (await bot.edit(posted, {"content": "y"})).status == 200


async def test_without_the_history_right_nothing_is_read(bot: Bot, local: LocalDiscord) -> None:
    posted = (await bot.post("films", {"content": "x"})).body
    local.world.deny("films", "video", Permission.READ_MESSAGE_HISTORY)
    path = f"/channels/{posted['channel_id']}/messages"
    assert (await bot.ask("GET", path)).body == []
    assert (await bot.ask("GET", f"{path}/{posted['id']}")).verdict == (403, 50013)


async def test_outside_a_server_the_bot_has_no_access(bot: Bot, local: LocalDiscord) -> None:
    local.world.leave("Film club", "video")
    assert (await bot.post("films", {"content": "x"})).verdict == (403, 50001)
    guild = local.world.guild("Film club").id
    assert (await bot.ask("GET", f"/guilds/{guild}")).verdict == (404, 10004)


async def test_only_moderators_delete_what_others_wrote(bot: Bot, local: LocalDiscord) -> None:
    said = local.actor("maya").say("films", "hello")
    path = f"/channels/{said.channel_id}/messages/{said.id}"
    assert (await bot.ask("DELETE", path)).verdict == (403, 50013)
    assert (await bot.ask("PATCH", path, {"content": "x"})).verdict == (403, 50005)
    local.world.join("Film club", "video", local.world.guild("Film club").roles[1].id)
    assert (await bot.ask("DELETE", path)).status == 204
    assert (await bot.ask("DELETE", path)).verdict == (404, 10008)


async def test_closed_direct_messages_are_refused(bot: Bot, local: LocalDiscord) -> None:
    leo = local.world.change_user("leo", dms_open=False)
    opened = await bot.ask("POST", "/users/@me/channels", {"recipient_id": str(leo.id)})
    assert opened.status == 200
    assert (await bot.post("@leo", {"content": "x"})).verdict == (403, 50007)


async def test_a_locked_archived_thread_takes_nothing(bot: Bot, local: LocalDiscord) -> None:
    films = local.world.channel("films").id
    await bot.ask("POST", f"/channels/{films}/threads", {"name": "talk", "type": 11})
    posted = (await bot.post("talk", {"content": "x"})).body
    local.archive("talk")
    assert (await bot.post("talk", {"content": "y"})).verdict == (400, 50083)
    assert (await bot.edit(posted, {"content": "y"})).verdict == (400, 50083)


async def test_writing_opens_an_archived_thread_that_is_not_locked(
    bot: Bot, local: LocalDiscord
) -> None:
    films = local.world.channel("films").id
    await bot.ask("POST", f"/channels/{films}/threads", {"name": "talk", "type": 11})
    local.archive("talk", locked=False)
    assert (await bot.post("talk", {"content": "x"})).status == 200
    assert not local.world.channel("talk").archived


async def test_a_thread_has_a_right_to_write_of_its_own(bot: Bot, local: LocalDiscord) -> None:
    films = local.world.channel("films").id
    await bot.ask("POST", f"/channels/{films}/threads", {"name": "talk", "type": 11})
    local.world.deny("films", "video", Permission.SEND_MESSAGES_IN_THREADS)
    assert (await bot.post("talk", {"content": "x"})).verdict == (403, 50013)
    assert (await bot.post("films", {"content": "x"})).status == 200


@pytest.mark.parametrize(("tier", "most"), [(0, 10), (1, 10), (2, 50), (3, 100)])
async def test_the_upload_limit_follows_the_servers_tier(
    bot: Bot, local: LocalDiscord, tier: int, most: int
) -> None:
    local.world.change_guild("Film club", tier=tier)
    payload = (await bot.used()).interaction.payload
    assert payload["attachment_size_limit"] == most * MIB


async def test_a_file_above_the_limit_is_refused(bot: Bot) -> None:
    fits, large = b"x" * (10 * MIB), b"x" * (10 * MIB + 1)
    body = {"content": "x"}
    assert (await bot.post("films", body, files={"a.bin": large})).verdict == (413, 40005)
    assert (await bot.post("films", body, files={"a.bin": fits})).status == 200


async def test_direct_messages_take_ten_mebibytes_whatever_the_server(
    bot: Bot, local: LocalDiscord
) -> None:
    local.world.change_guild("Film club", tier=3)
    large = {"a.bin": b"x" * (10 * MIB + 1)}
    assert (await bot.post("@maya", {"content": "x"}, files=large)).verdict == (413, 40005)


async def test_the_word_filter_refuses_new_and_changed_messages(
    bot: Bot, local: LocalDiscord
) -> None:
    local.state.blocked_words.add("heron")
    local.state.blocked_links.add("evil.example")
    assert (await bot.post("films", {"content": "a HERON"})).verdict == (400, 200000)
    posted = (await bot.post("films", {"content": "fine"})).body
    link = {"content": "https://evil.example/x"}
    assert (await bot.edit(posted, link)).verdict == (400, 240000)
    card = {**CARD, "components": [{"type": 10, "content": "heron"}]}
    assert (await bot.post("films", card)).verdict == (400, 200000)


async def test_a_nonce_brings_the_same_message_back_for_a_while(
    bot: Bot, clock: HandClock, local: LocalDiscord
) -> None:
    body = {"content": "x", "nonce": "film-1", "enforce_nonce": True}
    first, second = (await bot.post("films", body)).body, (await bot.post("films", body)).body
    elsewhere = (await bot.post("general", body)).body
    assert first["id"] == second["id"] != elsewhere["id"]
    assert len(local.messages("films")) == 1
    clock.pass_by(minutes=6)
    assert (await bot.post("films", body)).body["id"] != first["id"]


async def test_a_nonce_alone_prevents_nothing(bot: Bot, local: LocalDiscord) -> None:
    for _ in range(2):
        await bot.post("films", {"content": "x", "nonce": "film-1"})
    assert len(local.messages("films")) == 2


async def test_old_messages_are_edited_rarely(bot: Bot, clock: HandClock) -> None:
    posted = (await bot.post("films", {"content": "x"})).body
    clock.pass_by(hours=1)
    for number in range(3):
        assert (await bot.edit(posted, {"content": f"{number}"})).status == 200
    refused = await bot.edit(posted, {"content": "more"})
    assert refused.verdict == (429, 30046)
    assert refused.body["retry_after"] > 0
    assert "Via" in refused.headers
    clock.pass_by(minutes=1)
    assert (await bot.edit(posted, {"content": "more"})).status == 200


async def test_a_card_stays_a_card(bot: Bot, local: LocalDiscord) -> None:
    posted = (await bot.post("films", CARD)).body
    assert (await bot.edit(posted, {"content": "text"})).verdict == (400, 50035)
    assert (await bot.edit(posted, {"flags": 0})).body["flags"] == 1 << 15


async def test_a_message_becomes_a_card_only_without_its_content(bot: Bot) -> None:
    posted = (await bot.post("films", {"content": "x"})).body
    assert (await bot.edit(posted, CARD)).verdict == (400, 50035)
    assert (await bot.edit(posted, {**CARD, "content": None})).status == 200


async def test_an_edit_keeps_the_files_it_names(bot: Bot) -> None:
    files = {"a.txt": b"a", "b.txt": b"b"}
    posted = (await bot.post("films", {"content": "x"}, files=files)).body
    first, second = posted["attachments"]
    kept = (await bot.edit(posted, {"attachments": [{"id": second["id"]}]})).body
    assert [one["filename"] for one in kept["attachments"]] == ["b.txt"]
    unknown = {"attachments": [{"id": "5"}]}
    assert (await bot.edit(posted, unknown)).verdict == (400, 50035)
    assert first["id"] != second["id"]


async def test_file_addresses_end_to_work_after_a_day_and_a_fresh_look_renews_them(
    bot: Bot, clock: HandClock
) -> None:
    posted = (await bot.post("films", {"content": "x"}, files={"a.mp4": b"film"})).body
    url = posted["attachments"][0]["url"]
    async with bot.session.get(url, headers={"Range": "bytes=1-2"}) as answer:
        assert (answer.status, await answer.read()) == (206, b"il")
    clock.pass_by(days=1, seconds=1)
    async with bot.session.get(url) as answer:
        assert answer.status == 404
    path = f"/channels/{posted['channel_id']}/messages/{posted['id']}"
    fresh = (await bot.ask("GET", path)).body["attachments"][0]["url"]
    async with bot.session.get(fresh) as answer:
        assert await answer.read() == b"film"
    async with bot.session.get(fresh.replace("hm=", "hm=0")) as answer:
        assert answer.status == 404


async def test_a_reply_names_its_message(bot: Bot, local: LocalDiscord) -> None:
    said = local.actor("maya").say("films", "hello")
    body = {"content": "yes", "message_reference": {"message_id": str(said.id)}}
    posted = (await bot.post("films", body)).body
    assert posted["referenced_message"]["content"] == "hello"
    local.actor("maya").delete(said)
    assert (await bot.post("films", body)).verdict == (400, 50035)
    lenient = {"message_id": str(said.id), "fail_if_not_exists": False}
    assert (await bot.post("films", {**body, "message_reference": lenient})).status == 200


async def test_the_answer_has_the_bare_json_type(bot: Bot) -> None:
    assert (await bot.ask("GET", "/users/@me")).headers["Content-Type"] == "application/json"


async def test_a_wrong_token_and_a_wrong_route_are_refused(bot: Bot) -> None:
    assert (await bot.ask("GET", "/users/@me", token="wrong")).verdict == (401, 0)
    assert (await bot.ask("GET", "/nothing/here")).verdict == (404, 0)
    assert (await bot.post("films", [1])).verdict == (400, 50109)


GALLERY = {"flags": 1 << 15, "components": [{"type": 12, "items": "abc"}]}


@pytest.mark.parametrize(
    "body",
    [
        {"content": "x", "message_reference": {"message_id": None}},
        {"components": [{"type": 1, "components": ["button"]}]},
        GALLERY,
    ],
)
async def test_a_body_of_another_shape_is_refused_and_logged(
    bot: Bot, local: LocalDiscord, caplog: pytest.LogCaptureFixture, body: Any
) -> None:
    assert (await bot.post("films", body)).verdict == (400, 50035)
    assert local.messages("films") == []
    assert "another shape" in caplog.text


async def test_a_query_that_is_no_number_is_refused(bot: Bot, local: LocalDiscord) -> None:
    path = f"/channels/{local.world.channel('films').id}/messages"
    assert (await bot.ask("GET", f"{path}?before=abc")).verdict == (400, 50035)


@pytest.mark.parametrize("content", ["", " ", "\n\t \u3000"])
async def test_an_empty_message_is_refused(bot: Bot, local: LocalDiscord, content: str) -> None:
    assert (await bot.post("films", {"content": content})).verdict == (400, 50006)
    assert local.messages("films") == []
    assert (await bot.post("films", {"content": content, **EMBED})).status == 200
