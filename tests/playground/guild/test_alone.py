"""The local Discord as its own program, for somebody else's bot."""

import asyncio
import sys
from asyncio.subprocess import PIPE

import aiohttp

COMMAND = (sys.executable, "-m", "bot.playground.guild")


async def test_it_says_where_a_bot_and_a_person_get_in_and_ends_when_asked() -> None:
    process = await asyncio.create_subprocess_exec(*COMMAND, "--port", "0", stdout=PIPE)
    assert process.stdout
    async with asyncio.timeout(20), aiohttp.ClientSession() as session:
        told = dict([(await process.stdout.readline()).decode().split(": ") for _ in range(5)])
        headers = {"Authorization": f"Bot {told['Token'].strip()}"}
        async with session.get(f"{told['REST'].strip()}/users/@me", headers=headers) as answer:
            assert (await answer.json())["id"] == told["Application"].strip()
        async with session.get(f"{told['REST'].strip()}/gateway") as answer:
            assert (await answer.json())["url"] == told["Gateway"].partition(",")[0]
        async with session.get(told["Page"].strip()) as answer:
            assert (await answer.text()).startswith("<!doctype html>")
        process.terminate()
        assert await process.wait() == 0


async def test_a_port_that_is_taken_is_named() -> None:
    server = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server:
        process = await asyncio.create_subprocess_exec(*COMMAND, "--port", str(port), stderr=PIPE)
        _, told = await process.communicate()
    assert process.returncode == 1
    assert told.decode().startswith(f"Port {port} cannot be used")
