"""The websocket, as any bot sees it."""

import json
import zlib
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.playground.guild import LocalDiscord, Permission
from tests.playground.guild.raw_bot import COMMAND, Bot
from tests.playground.guild.raw_socket import (
    CONTENT,
    DIRECT_MESSAGES,
    GUILD_MESSAGES,
    GUILDS,
    Socket,
)

MEMBERS = 1 << 1


async def test_identifying_brings_ready_and_then_the_servers(socket: Socket) -> None:
    ready = await socket.identify()
    assert (ready["t"], ready["s"], ready["d"]["user"]["username"]) == ("READY", 1, "video")
    assert ready["d"]["guilds"][0]["unavailable"] is True
    guild = await socket.next()
    assert guild["t"] == "GUILD_CREATE"
    assert {one["name"] for one in guild["d"]["channels"]} == {"films", "general", "mods"}


@pytest.mark.parametrize(
    ("op", "body", "code"),
    [
        (2, {"token": "wrong", "intents": 1}, 4004),
        (6, {"token": "wrong", "session_id": "x", "seq": 1}, 4004),
        (3, {}, 4003),
    ],
)
async def test_who_does_not_identify_rightly_is_turned_away(
    socket: Socket, op: int, body: Any, code: int
) -> None:
    await socket.next()
    await socket.send(op, body)
    assert await socket.closed_with() == code


async def test_privileged_intents_end_in_4014(local: LocalDiscord, socket: Socket) -> None:
    await socket.next()
    await socket.send(2, {"token": local.token, "intents": CONTENT})
    assert await socket.closed_with() == 4014


async def test_heartbeats_are_acknowledged(socket: Socket) -> None:
    await socket.next()
    await socket.send(1, None)
    assert (await socket.next())["op"] == 11


async def test_an_unknown_session_is_invalid(local: LocalDiscord, socket: Socket) -> None:
    await socket.next()
    await socket.send(6, {"token": local.token, "session_id": "gone", "seq": 5})
    assert await socket.next() == {"op": 9, "d": False, "s": None, "t": None}


async def test_messages_are_heard_only_with_the_intent(local: LocalDiscord, bot: Bot) -> None:
    async with bot.session.ws_connect(local.gateway_url) as opened:
        deaf = Socket(opened, local.token)
        await deaf.identify(GUILDS)
        await deaf.until("GUILD_CREATE")
        local.actor("maya").say("films", "hello")
        await bot.register(COMMAND)
        await local.actor("maya").command("films", "video")
        assert (await deaf.next())["t"] == "INTERACTION_CREATE"


async def test_without_the_content_intent_messages_arrive_empty(
    local: LocalDiscord, socket: Socket
) -> None:
    await socket.identify(GUILDS | GUILD_MESSAGES | DIRECT_MESSAGES)
    local.actor("maya").say("films", "hello")
    assert (await socket.until("MESSAGE_CREATE"))["d"]["content"] == ""
    local.actor("maya").say("films", f"<@{local.state.bot_id}> hello")
    assert "hello" in (await socket.until("MESSAGE_CREATE"))["d"]["content"]
    local.actor("maya").say("@maya", "in private")
    assert (await socket.until("MESSAGE_CREATE"))["d"]["content"] == "in private"


async def test_private_replies_and_unseen_channels_are_not_heard(
    local: LocalDiscord, bot: Bot, socket: Socket
) -> None:
    await socket.identify(GUILDS | GUILD_MESSAGES)
    sent = await bot.used()
    await bot.respond(sent, 4, {"content": "secret", "flags": 1 << 6})
    local.world.deny("general", "video", Permission.VIEW_CHANNEL)
    local.actor("maya").say("general", "unseen")
    last = local.actor("maya").say("films", "seen")
    assert (await socket.until("MESSAGE_CREATE"))["d"]["id"] == str(last.id)


async def test_a_server_is_heard_on_its_shard_only(local: LocalDiscord, socket: Socket) -> None:
    guild = local.world.guild("Film club").id
    other = 1 - (guild >> 22) % 2
    ready = await socket.identify(GUILDS | GUILD_MESSAGES, shard=[other, 2])
    assert ready["d"]["guilds"] == []
    local.actor("maya").say("films", "hello")
    await socket.send(1, None)
    assert (await socket.next())["op"] == 11


async def test_a_bot_that_is_gone_is_seen_to_be_offline(local: LocalDiscord, bot: Bot) -> None:
    kinds: list[str] = []
    local.events.subscribe(lambda event: kinds.append(event.kind))
    async with bot.session.ws_connect(local.gateway_url) as opened:
        await Socket(opened, local.token).identify()
        assert local.gateway.online
    await local.changed(lambda: not local.gateway.online)
    assert kinds == ["online", "offline"]


async def test_payloads_may_come_uncompressed_or_as_one_stream(
    local: LocalDiscord, bot: Bot
) -> None:
    url = local.gateway_url + "?compress=zlib-stream"
    async with bot.session.ws_connect(url) as opened:
        raw = (await opened.receive(5)).data
        assert raw.endswith(b"\x00\x00\xff\xff")
        assert json.loads(zlib.decompressobj().decompress(raw))["op"] == 10


async def test_the_gateways_address_is_told(local: LocalDiscord, bot: Bot) -> None:
    told = (await bot.ask("GET", "/gateway/bot")).body
    assert (told["url"], told["shards"]) == (local.gateway_url, 1)
    assert (await bot.ask("GET", "/gateway")).body["url"] == local.gateway_url


@pytest.mark.parametrize(
    ("asked", "names", "missing"),
    [
        ({"query": "le", "limit": 5}, ["leo"], []),
        ({"query": "", "limit": 1}, ["video"], []),
        ({"user_ids": ["5"]}, [], ["5"]),
        ({"query": "", "limit": 0, "nonce": "mine"}, ["video", "olga", "maya", "leo", "sam"], []),
    ],
)
async def test_members_come_in_a_chunk(
    local: LocalDiscord, socket: Socket, asked: Any, names: list[str], missing: list[str]
) -> None:
    local.world.application = replace(local.world.application, privileged=True)
    await socket.identify(GUILDS | MEMBERS)
    await socket.send(8, {"guild_id": str(local.world.guild("Film club").id), **asked})
    chunk = (await socket.until("GUILD_MEMBERS_CHUNK"))["d"]
    assert [one["user"]["username"] for one in chunk["members"]] == names
    assert (chunk["not_found"], chunk.get("nonce")) == (missing, asked.get("nonce"))


async def test_nobody_is_told_of_all_members_without_the_intent(
    local: LocalDiscord, socket: Socket
) -> None:
    await socket.identify(GUILDS)
    await socket.until("GUILD_CREATE")
    guild = str(local.world.guild("Film club").id)
    await socket.send(8, {"guild_id": guild, "query": "", "limit": 0})
    await socket.send(8, {"guild_id": guild, "query": "maya", "limit": 1})
    chunk = (await socket.next())["d"]
    assert [one["user"]["username"] for one in chunk["members"]] == ["maya"]
    await socket.send(8, {"guild_id": [guild], "query": "", "limit": 0})
    assert await socket.closed_with() == 4002


async def test_of_shards_with_one_key_the_second_in_five_seconds_is_invalid(
    local: LocalDiscord, bot: Bot, socket: Socket
) -> None:
    local.gateway.identify_gap, local.gateway.concurrency = timedelta(seconds=5), 2
    assert (await socket.identify(shard=[0, 4]))["t"] == "READY"

    for shard, answer in (([2, 4], 9), ([1, 4], 0)):
        async with bot.session.ws_connect(local.gateway_url) as opened:
            assert (await Socket(opened, local.token).identify(shard=shard))["op"] == answer

    assert (local.gateway.refused_identifies, local.gateway.identifies) == (1, 2)


async def test_the_recommended_shards_and_their_concurrency_are_told(
    local: LocalDiscord, bot: Bot
) -> None:
    local.gateway.shards, local.gateway.concurrency = 32, 16
    told = (await bot.ask("GET", "/gateway/bot")).body
    assert (told["shards"], told["session_start_limit"]["max_concurrency"]) == (32, 16)


async def test_two_sessions_may_hear_one_shard(
    local: LocalDiscord, bot: Bot, socket: Socket
) -> None:
    guild = local.world.guild("Film club").id
    await socket.identify(GUILDS | GUILD_MESSAGES)
    async with bot.session.ws_connect(local.gateway_url) as opened:
        other = Socket(opened, local.token)
        await other.identify(GUILDS | GUILD_MESSAGES)
        assert local.gateway.heard(guild) == 2
        said = local.actor("maya").say("films", "hello")
        for each in (socket, other):
            assert (await each.until("MESSAGE_CREATE"))["d"]["id"] == str(said.id)
