"""Commands registered, changed and removed one by one."""

import pytest

from bot.playground.guild import LocalDiscord
from tests.playground.guild.raw_bot import COMMAND, Bot


@pytest.fixture(params=["", "/guilds/{guild}"])
def commands(request: pytest.FixtureRequest, local: LocalDiscord) -> str:
    guild = local.world.guild("Film club").id
    return f"/applications/{local.world.application.id}{request.param}/commands".format(guild=guild)


async def test_a_command_is_new_once_and_then_written_over(bot: Bot, commands: str) -> None:
    first = await bot.ask("POST", commands, COMMAND)
    again = await bot.ask("POST", commands, {**COMMAND, "description": "Another"})
    assert (first.status, again.status) == (201, 200)
    assert first.body["id"] == again.body["id"]
    assert [one["description"] for one in (await bot.ask("GET", commands)).body] == ["Another"]


async def test_only_what_is_sent_of_a_command_changes(bot: Bot, commands: str) -> None:
    made = (await bot.ask("POST", commands, {**COMMAND, "nsfw": True})).body
    path = f"{commands}/{made['id']}"
    changed = await bot.ask("PATCH", path, {"name": "clip"})
    assert (changed.body["name"], changed.body["nsfw"]) == ("clip", True)
    assert changed.body["version"] != made["version"]
    assert (await bot.ask("GET", path)).body == changed.body
    assert [one["name"] for one in (await bot.ask("GET", commands)).body] == ["clip"]


async def test_a_name_that_is_taken_is_refused_and_nothing_changes(bot: Bot, commands: str) -> None:
    made = (await bot.ask("POST", commands, COMMAND)).body
    await bot.ask("POST", commands, {**COMMAND, "name": "clip"})
    path = f"{commands}/{made['id']}"
    assert (await bot.ask("PATCH", path, {"name": "clip"})).verdict == (400, 50035)
    assert (await bot.ask("PATCH", path, {"name": "NO"})).verdict == (400, 50035)
    assert (await bot.ask("GET", path)).body == made


async def test_a_command_that_is_gone_is_unknown(bot: Bot, commands: str) -> None:
    path = f"{commands}/{(await bot.ask('POST', commands, COMMAND)).body['id']}"
    assert (await bot.ask("DELETE", path)).status == 204
    for method in ("GET", "PATCH", "DELETE"):
        body = {"name": "x"} if method == "PATCH" else None
        assert (await bot.ask(method, path, body)).verdict == (404, 10063)
    assert (await bot.ask("GET", commands)).body == []


async def test_there_are_at_most_a_hundred_commands(bot: Bot, commands: str) -> None:
    await bot.ask("PUT", commands, [{**COMMAND, "name": f"c{number}"} for number in range(100)])
    assert (await bot.ask("POST", commands, COMMAND)).verdict == (400, 30032)
    assert (await bot.ask("POST", commands, {**COMMAND, "name": "c5"})).status == 200
