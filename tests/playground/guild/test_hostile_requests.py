"""Requests that no well-behaved bot sends are refused in Discord's words and change nothing."""

import asyncio
import gzip
import json
from typing import Any

import pytest
import yarl

from bot.playground.guild import LocalDiscord
from tests.playground.guild.raw_bot import COMMAND, Bot

JSON = "application/json"
MULTIPART = "multipart/form-data; boundary=cut"
FORM = "application/x-www-form-urlencoded"


def part(headers: str, content: str = "x") -> bytes:
    return f"--cut\r\nContent-Disposition: form-data; {headers}\r\n\r\n{content}\r\n".encode()


END = b"--cut--\r\n"
PAYLOAD = part('name="payload_json"', '{"content": "hello"}')


async def send(bot: Bot, raw: bytes, kind: str, **headers: str) -> tuple[int, Any]:
    here = bot.local.world.channel("films").id
    told = {"Authorization": f"Bot {bot.local.token}", "Content-Type": kind, **headers}
    url = f"{bot.local.rest_url}/channels/{here}/messages"
    async with bot.session.post(url, data=raw, headers=told) as answer:
        return answer.status, await answer.json()


@pytest.mark.parametrize(
    ("kind", "raw"),
    [
        pytest.param(JSON, b"[" * 100_000 + b"]" * 100_000, id="100,000 levels"),
        pytest.param(JSON, b'{"content":' * 500 + b"1" + b"}" * 500, id="500 levels"),
        pytest.param(JSON, b'{"content": "x", "flags": 1e999}', id="1e999"),
        pytest.param(JSON, b'{"content": "x", "nonce": NaN}', id="NaN"),
        pytest.param(JSON, b'{"content": "x", "nonce": -Infinity}', id="Infinity"),
        pytest.param(JSON, b'{"flags": ' + b"9" * 5000 + b"}", id="5,000 digits"),
        pytest.param(JSON, b'{"content": "\xff"}', id="no UTF-8"),
        pytest.param(JSON, b'{"content": "x"', id="cut JSON"),
        pytest.param("multipart/form-data", PAYLOAD + END, id="no boundary"),
        pytest.param(f"{MULTIPART}{'t' * 80}", PAYLOAD + END, id="long boundary"),
        pytest.param(MULTIPART, PAYLOAD[:-9], id="cut multipart"),
        pytest.param(MULTIPART, b"", id="empty multipart"),
        pytest.param(MULTIPART, part('name="payload_json"', "{") + END, id="cut payload"),
        pytest.param(FORM, b"content=%ff", id="no UTF-8 in a form"),
    ],
)
async def test_a_body_that_cannot_be_read_is_refused(bot: Bot, kind: str, raw: bytes) -> None:
    status, told = await send(bot, raw, kind)
    assert (status, told["code"] in (50109, 50035, 50006)) == (400, True)
    assert bot.local.messages("films") == []


async def test_broken_gzip_is_refused_and_whole_gzip_is_read(bot: Bot) -> None:
    zipped = gzip.compress(json.dumps({"content": "hello"}).encode())
    headers = {"Content-Encoding": "gzip"}
    status, _ = await send(bot, b"no gzip at all", JSON, **headers)
    assert status == 400
    status, told = await send(bot, zipped, JSON, **headers)
    assert (status, told["content"]) == (200, "hello")
    bomb = gzip.compress(b" " * 26 * 1024 * 1024)
    assert (await send(bot, bomb, JSON, **headers))[0] == 413


@pytest.mark.parametrize("name", [f"files[{'9' * 5000}]", "files[x]", "files[", "files[-1]"])
async def test_parts_with_names_of_no_file_are_passed_over(bot: Bot, name: str) -> None:
    strange = part(f'name="{name}"; filename="a.txt"')
    status, told = await send(bot, PAYLOAD + strange + END, MULTIPART)
    assert (status, told["attachments"]) == (200, [])


@pytest.mark.parametrize("named", ['name="\0"', 'name="files[0]"; filename="a\0b.txt"'])
async def test_a_name_with_nul_is_refused(bot: Bot, named: str) -> None:
    status, told = await send(bot, PAYLOAD + part(named) + END, MULTIPART)
    assert (status, told["code"]) == (400, 50109)


async def test_a_form_is_read_as_json_is(bot: Bot) -> None:
    status, told = await send(bot, b"content=hello+there&tts=false&flags=4096", FORM)
    assert (status, told["content"], told["flags"]) == (200, "hello there", 4096)
    status, told = await send(bot, b"payload_json=%7B%22content%22%3A%22hi%22%7D", FORM)
    assert (status, told["content"]) == (200, "hi")
    status, told = await send(bot, part('name="content"', "plainly") + END, MULTIPART)
    assert (status, told["content"]) == (200, "plainly")


async def test_a_body_that_ends_too_early_leaves_the_server_answering(bot: Bot) -> None:
    url = yarl.URL(bot.local.base_url)
    _, writer = await asyncio.open_connection(url.host, url.port)
    path = f"/api/v10/channels/{bot.local.world.channel('films').id}/messages"
    told = f"Authorization: Bot {bot.local.token}\r\nContent-Length: 900000\r\nHost: x\r\n\r\n"
    writer.write(f"POST {path} HTTP/1.1\r\n{told}{{".encode())
    await writer.drain()
    writer.close()
    await bot.local.changed(lambda: [one for one in bot.local.requests if one.status == 400])
    status, _ = await send(bot, b'{"content": "hello"}', JSON)
    assert status == 200


@pytest.mark.parametrize("id", ["9" * 5000, "-1", "٣", "1e3", "%00", "x", "9" * 21])
async def test_addresses_with_ids_that_are_none_are_refused(bot: Bot, id: str) -> None:
    assert (await bot.ask("GET", f"/channels/{id}")).verdict == (400, 50035)
    url = f"{bot.local.base_url}/attachments/1/{id}/a.txt?ex=zz&hm=1"
    async with bot.session.get(url) as answer:
        assert answer.status == 404


@pytest.mark.parametrize("body", [{}, {"name": "x"}, "x", 1, [1], [None], [[]]])
async def test_registering_no_list_of_commands_keeps_those_there_are(bot: Bot, body: Any) -> None:
    await bot.register(COMMAND)
    application = bot.local.world.application.id
    answer = await bot.ask("PUT", f"/applications/{application}/commands", body)
    assert answer.verdict == (400, 50035)
    kept = (await bot.ask("GET", f"/applications/{application}/commands")).body
    assert [one["name"] for one in kept] == ["video"]


@pytest.mark.parametrize("data", [{"flags": "x"}, {"flags": [1]}, [1], "x"])
async def test_a_refused_deferral_leaves_nothing_waiting(bot: Bot, data: Any) -> None:
    sent = await bot.used()
    assert (await bot.respond(sent, 5, data)).verdict == (400, 50035)
    assert (await bot.respond(sent, 4, {"content": "hello"})).status == 200
    answer = await bot.by_token(sent, "POST", "", {"content": "and more"})
    assert answer.body["id"] != str(sent.interaction.original_id)


async def test_a_refused_message_leaves_a_thread_closed(local: LocalDiscord, bot: Bot) -> None:
    films = local.world.channel("films").id
    made = await bot.ask("POST", f"/channels/{films}/threads", {"name": "talk", "type": 11})
    local.archive("talk", locked=False)
    path = f"/channels/{made.body['id']}/messages"
    assert (await bot.ask("POST", path, {"content": "x" * 2001})).verdict == (400, 50035)
    assert local.world.channel("talk").archived
    assert (await bot.ask("POST", path, {"content": "x"})).status == 200
    assert not local.world.channel("talk").archived


async def test_a_refused_update_leaves_no_message_as_the_reply(bot: Bot) -> None:
    posted = await bot.post("films", {"content": "a card", "components": [row("go")]})
    found = bot.local.messages("films")[-1]
    assert posted.status == 200
    sent = await bot.local.actor("maya").press(found, custom_id="go")
    assert (await bot.respond(sent, 7, {"content": "x" * 2001})).verdict == (400, 50035)
    assert sent.message is None


def row(custom_id: str) -> dict[str, Any]:
    button = {"type": 2, "style": 1, "label": "Go", "custom_id": custom_id}
    return {"type": 1, "components": [button]}
