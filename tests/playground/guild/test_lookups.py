"""What the bot can look up and register."""

import pytest

from bot.playground.guild import LocalDiscord, Permission
from tests.playground.guild.raw_bot import COMMAND, Bot


async def test_a_bulk_write_replaces_the_scope_and_keeps_the_ids_of_equal_names(bot: Bot) -> None:
    first = (await bot.register(COMMAND, {**COMMAND, "name": "quota"})).body
    second = (await bot.register({**COMMAND, "description": "Make a film"})).body
    assert [one["name"] for one in second] == ["video"]
    assert second[0]["id"] == first[0]["id"]
    assert second[0]["version"] != first[0]["version"]
    application = second[0]["application_id"]
    assert (await bot.ask("GET", f"/applications/{application}/commands")).body == second


async def test_commands_are_refused_for_other_applications_and_foreign_servers(
    bot: Bot, local: LocalDiscord
) -> None:
    application, guild = local.world.application.id, local.world.guild("Film club").id
    assert (await bot.ask("PUT", "/applications/5/commands", [])).verdict == (404, 10002)
    path = f"/applications/{application}/guilds/{guild}/commands"
    assert (await bot.ask("PUT", path, [COMMAND])).body[0]["guild_id"] == str(guild)
    local.world.leave("Film club", "video")
    assert (await bot.ask("PUT", path, [COMMAND])).verdict == (403, 50001)


@pytest.mark.parametrize(
    ("path", "verdict"),
    [
        ("/users/5", (404, 10013)),
        ("/guilds/5", (404, 10004)),
        ("/channels/5", (404, 10003)),
        ("/channels/films", (400, 50035)),
    ],
)
async def test_what_is_not_there_is_unknown(bot: Bot, path: str, verdict: tuple[int, int]) -> None:
    assert (await bot.ask("GET", path)).verdict == verdict


async def test_a_person_outside_a_server_is_no_member(bot: Bot, local: LocalDiscord) -> None:
    guild, leo = local.world.guild("Film club").id, local.world.user("leo").id
    path = f"/guilds/{guild}/members/{leo}"
    assert (await bot.ask("GET", path)).body["user"]["username"] == "leo"
    local.world.leave("Film club", "leo")
    assert (await bot.ask("GET", path)).verdict == (404, 10007)


async def test_the_bot_sees_its_rights_in_each_server(bot: Bot) -> None:
    (guild,) = (await bot.ask("GET", "/users/@me/guilds")).body
    assert int(guild["permissions"]) & Permission.SEND_MESSAGES
    roles = (await bot.ask("GET", f"/guilds/{guild['id']}/roles")).body
    assert [role["name"] for role in roles] == ["@everyone", "Moderators"]


async def test_a_direct_conversation_is_opened_once(bot: Bot, local: LocalDiscord) -> None:
    body = {"recipient_id": str(local.world.user("leo").id)}
    first = (await bot.ask("POST", "/users/@me/channels", body)).body
    assert (await bot.ask("POST", "/users/@me/channels", body)).body["id"] == first["id"]
    unknown = await bot.ask("POST", "/users/@me/channels", {"recipient_id": "5"})
    assert unknown.verdict == (404, 10013)


async def test_threads_are_archived_by_who_manages_them(bot: Bot, local: LocalDiscord) -> None:
    talk = local.places.thread("films", "talk", by="maya")
    path, closed = f"/channels/{talk.id}", {"archived": True}
    assert (await bot.ask("PATCH", path, closed)).verdict == (403, 50013)
    local.world.join("Film club", "video", local.world.guild("Film club").roles[1].id)
    answer = await bot.ask("PATCH", path, closed)
    assert answer.body["thread_metadata"]["archived"] is True


async def test_who_started_a_thread_names_and_archives_it_but_locks_nothing(bot: Bot) -> None:
    films = bot.local.world.channel("films").id
    made = (await bot.ask("POST", f"/channels/{films}/threads", {"name": "talk", "type": 11})).body
    path = f"/channels/{made['id']}"
    assert (await bot.ask("PATCH", path, {"locked": True})).verdict == (403, 50013)
    changed = (await bot.ask("PATCH", path, {"name": "chat", "archived": True})).body
    assert (changed["name"], changed["thread_metadata"]["archived"]) == ("chat", True)


async def test_a_silent_message_pings_nobody(bot: Bot, local: LocalDiscord) -> None:
    maya = local.world.user("maya").id
    await bot.post("films", {"content": f"<@{maya}>", "flags": 1 << 12})
    assert local.state.pings == []


async def test_the_nonce_of_a_deleted_message_is_free_again(bot: Bot, local: LocalDiscord) -> None:
    body = {"content": "x", "nonce": "film-1", "enforce_nonce": True}
    first = (await bot.post("films", body)).body
    local.actor("sam").delete(local.messages("films")[0])
    assert (await bot.post("films", body)).body["id"] != first["id"]
