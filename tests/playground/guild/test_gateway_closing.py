"""The gateway ends connections with Discord's codes, and never because of its own fault."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.playground.guild import LocalDiscord, World
from tests.playground.guild.conftest import HandClock
from tests.playground.guild.raw_bot import Bot
from tests.playground.guild.raw_socket import GUILDS, Socket

HEARTBEAT = json.dumps({"op": 1, "d": None})


@pytest.fixture
async def socket(local: LocalDiscord, bot: Bot) -> AsyncIterator[Socket]:
    async with bot.session.ws_connect(local.gateway_url + "?v=10&encoding=json") as opened:
        yield Socket(opened, local.token)


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("no JSON", 4002),
        ("[]", 4002),
        ("null", 4002),
        ("[" * 2000, 4002),
        ('{"op": "1"}', 4002),
        ('{"op": true}', 4002),
        ('{"d": {}}', 4002),
        ('{"op": 1, "d": "x"}', 4002),
        (b"\xff\xfe\x00", 4002),
        (json.dumps({"op": 1, "d": None, "x": "x" * 4096}), 4002),
        ('{"op": 99}', 4001),
        ('{"op": -1}', 4001),
        ('{"op": 0}', 4001),
        ('{"op": 3, "d": {}}', 4003),
        ('{"op": 8, "d": {}}', 4003),
        ('{"op": 2, "d": []}', 4002),
        ('{"op": 2}', 4002),
        ('{"op": 2, "d": {"token": 5, "intents": 1}}', 4002),
        ('{"op": 2, "d": {"token": "wrong", "intents": 1}}', 4004),
        ('{"op": 6, "d": {"token": "wrong", "session_id": "x", "seq": 1}}', 4004),
    ],
)
async def test_what_no_client_sends_ends_the_connection(
    socket: Socket, raw: str | bytes, code: int
) -> None:
    await socket.next()
    await (socket.socket.send_bytes(raw) if isinstance(raw, bytes) else socket.socket.send_str(raw))
    assert await socket.closed_with() == code


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"shard": [2, 2]}, 4010),
        ({"shard": [-1, 2]}, 4010),
        ({"shard": [0, 0]}, 4010),
        ({"shard": "x"}, 4010),
        ({"shard": [0, 1, 2]}, 4010),
        ({"shard": [0.5, 2]}, 4010),
        ({"intents": "x"}, 4013),
        ({"intents": None}, 4013),
        ({"intents": True}, 4013),
        ({"intents": -1}, 4013),
        ({"intents": 1 << 40}, 4013),
        ({"intents": 1 << 1}, 4014),
    ],
)
async def test_identifying_wrongly_says_what_is_wrong(
    socket: Socket, more: dict[str, Any], code: int
) -> None:
    await socket.next()
    await socket.send(2, {"token": socket.token, "intents": GUILDS, "properties": {}, **more})
    assert await socket.closed_with() == code


@pytest.mark.parametrize(
    "body", [{"session_id": 5, "seq": 1}, {"session_id": "x", "seq": "1"}, {"session_id": "x"}]
)
async def test_resuming_without_a_session_and_a_number_is_no_payload(
    socket: Socket, body: dict[str, Any]
) -> None:
    await socket.next()
    await socket.send(6, {"token": socket.token, **body})
    assert await socket.closed_with() == 4002


async def test_resuming_after_what_was_never_sent_is_refused(
    local: LocalDiscord, bot: Bot, socket: Socket
) -> None:
    ready = await socket.identify()
    async with bot.session.ws_connect(local.gateway_url) as opened:
        again = Socket(opened, local.token)
        await again.next()
        await again.send(
            6, {"token": local.token, "session_id": ready["d"]["session_id"], "seq": 99}
        )
        assert await again.closed_with() == 4007


async def test_a_second_identify_ends_the_connection_and_tells_nothing_twice(
    local: LocalDiscord, socket: Socket
) -> None:
    await socket.identify()
    await socket.until("GUILD_CREATE")
    await socket.send(2, {"token": local.token, "intents": GUILDS, "properties": {}})
    assert await socket.closed_with() == 4005
    assert local.gateway.identifies == 1


@pytest.mark.parametrize("resumable", [True, False])
async def test_after_an_invalid_session_the_same_connection_begins_again(
    local: LocalDiscord, socket: Socket, resumable: bool
) -> None:
    ready = await socket.identify()
    await socket.until("GUILD_CREATE")
    local.gateway.invalidate(resumable=resumable)
    assert (await socket.next())["d"] is resumable
    again = {"token": socket.token, "session_id": ready["d"]["session_id"], "seq": 2}
    await socket.send(6, again)
    if not resumable:
        assert (await socket.next())["op"] == 9
        await socket.send(2, {"token": socket.token, "intents": GUILDS, "properties": {}})
    await socket.until("RESUMED" if resumable else "READY")


async def test_a_frame_of_megabytes_ends_the_connection_only(
    local: LocalDiscord, bot: Bot, socket: Socket
) -> None:
    await socket.next()
    await socket.socket.send_str("x" * (2 << 20))
    assert await socket.closed_with() in (1009, 4002)
    async with bot.session.ws_connect(local.gateway_url) as opened:
        assert await Socket(opened, local.token).identify()


async def test_more_than_120_payloads_a_minute_end_the_connection(
    socket: Socket, clock: HandClock
) -> None:
    await socket.next()
    for _ in range(120):
        await socket.socket.send_str(HEARTBEAT)
        assert (await socket.next())["op"] == 11
    clock.pass_by(seconds=61)
    for _ in range(120):
        await socket.socket.send_str(HEARTBEAT)
        assert (await socket.next())["op"] == 11
    await socket.socket.send_str(HEARTBEAT)
    assert await socket.closed_with() == 4008


@pytest.mark.parametrize(("query", "code"), [("v=3", 4012), ("v=x", 4012), ("encoding=etf", 4002)])
async def test_another_version_is_not_spoken(
    local: LocalDiscord, bot: Bot, query: str, code: int
) -> None:
    async with bot.session.ws_connect(f"{local.gateway_url}?{query}") as opened:
        await opened.receive(5)
        assert opened.close_code == code


async def test_binary_frames_are_heard_as_text_is(socket: Socket) -> None:
    await socket.next()
    await socket.socket.send_bytes(HEARTBEAT.encode())
    assert await socket.next() == {"op": 11, "d": None, "s": None, "t": None}


async def test_what_cannot_be_sent_silences_nothing_that_follows(
    local: LocalDiscord, world: World, socket: Socket
) -> None:
    await socket.identify(GUILDS | 1 << 9)
    await socket.until("GUILD_CREATE")
    sent = local.actor("maya").say("films", "no JSON")
    local.state.rewrite(sent, embeds=({"title": b"bytes"},), author_id=local.state.bot_id)
    local.actor("maya").say("films", "heard")
    await socket.until("MESSAGE_CREATE")
    assert (await socket.until("MESSAGE_CREATE"))["s"] == 5
