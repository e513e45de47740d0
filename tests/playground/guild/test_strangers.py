"""What libraries other than discord.py need; each was first seen to fail with one of them."""

import base64
from typing import Any

from bot.playground.guild import LocalDiscord
from tests.playground.guild.forms import opened
from tests.playground.guild.raw_bot import Bot


async def test_the_token_begins_with_the_bots_id_and_so_does_the_application(
    local: LocalDiscord, bot: Bot
) -> None:
    first = local.token.partition(".")[0]
    me = (await bot.ask("GET", "/users/@me")).body["id"]
    assert base64.b64decode(first + "==").decode() == me
    assert (await bot.ask("GET", "/applications/@me")).body["id"] == me


async def test_the_list_of_servers_ends(local: LocalDiscord, bot: Bot) -> None:
    (club,) = (await bot.ask("GET", "/users/@me/guilds?limit=1")).body
    id = int(club["id"])
    for query, found in (
        (f"after={id}", 0),
        (f"after={id - 1}", 1),
        (f"before={id}", 0),
        (f"before={id + 1}", 1),
    ):
        assert len((await bot.ask("GET", f"/users/@me/guilds?{query}")).body) == found
    assert set(club) >= {"id", "name", "icon", "banner", "owner", "permissions", "features"}


async def test_a_deferred_answer_has_made_no_resource(bot: Bot) -> None:
    sent = await bot.used()
    answer = (await bot.respond(sent, 5)).body
    assert "resource" not in answer
    assert answer["interaction"]["response_message_loading"] is True


async def test_a_new_thread_is_answered_with_201_and_its_beginning(
    local: LocalDiscord, bot: Bot
) -> None:
    films = local.world.channel("films").id
    made = await bot.ask("POST", f"/channels/{films}/threads", {"name": "talk", "type": 11})
    assert made.status == 201
    assert made.body["thread_metadata"]["create_timestamp"]


async def test_the_reply_to_a_form_knows_what_opened_it(local: LocalDiscord, bot: Bot) -> None:
    form = await opened(bot)
    sent = await local.actor("maya").submit(form, {})
    answer: Any = await bot.respond(sent, 4, {"content": "thanks"})
    metadata = answer.body["resource"]["message"]["interaction_metadata"]
    assert (metadata["type"], metadata["triggering_interaction_metadata"]["name"]) == (5, "video")


async def test_a_command_of_a_persons_menu_brings_the_person(local: LocalDiscord, bot: Bot) -> None:
    await bot.register({"name": "Greet", "type": 2})
    data = (await local.actor("maya").menu("films", "leo", "Greet")).interaction.payload["data"]
    assert data["resolved"]["users"][data["target_id"]]["username"] == "leo"
    assert data["target_id"] in data["resolved"]["members"]
