"""Callbacks: the film soon after a true one, and nothing at all for anybody else."""

import asyncio
from datetime import timedelta

import aiohttp
import pytest

from tests.story.stage import Stage

TOKEN = "A" * 43
FLOOD = 300


def address(stage: Stage) -> str:
    """Where the API was told to call back."""
    body = stage.api.requests[0].body
    assert isinstance(body, dict)
    return str(body["callback_url"])


async def test_the_film_is_posted_within_a_second_of_the_callback(real_stage: Stage) -> None:
    stage = real_stage
    stage.callbacks_on()
    stage.api.faults.stick_next()
    async with stage.process():
        await stage.video()
        await stage.until(lambda: stage.api.tasks)
        (task,) = stage.api.tasks.values()
        task.unstick.set()
        film = await stage.film()

    (delivery,) = stage.api.deliveries
    assert delivery.status == 204
    assert film.at - delivery.at < timedelta(seconds=1)
    assert address(stage).startswith(f"{stage.settings['PUBLIC_URL']}/callbacks/")


async def test_a_missed_callback_costs_delay_only(stage: Stage) -> None:
    stage.callbacks_on()
    stage.api.faults.next_callback(copies=0)
    async with stage.bot():
        sent = await stage.video()
        await stage.film()
        await stage.reads(sent, "see the video")

    assert stage.api.deliveries == []


async def test_doubled_and_repeated_callbacks_change_nothing(stage: Stage) -> None:
    stage.callbacks_on()
    stage.api.faults.next_callback(copies=3)
    async with stage.bot() as app:
        sent = await stage.video()
        await stage.film()
        await stage.reads(sent, "see the video")
        async with aiohttp.ClientSession() as session:
            for _ in range(3):
                async with session.post(address(stage), json={"status": "failed"}) as answer:
                    assert answer.status == 204
        await stage.quiet()
        assert await app.services.store.tx(lambda books: books.discrepancies()) == []

    assert len(stage.films()) == 1
    assert stage.pings("maya") == 1


async def test_a_lying_callback_is_not_believed(stage: Stage) -> None:
    stage.callbacks_on()
    stage.api.faults.stick_next()
    async with stage.bot():
        sent = await stage.video()
        await stage.until(lambda: stage.api.tasks)
        (task,) = stage.api.tasks.values()
        lie = {"id": task.id, "status": "completed", "results": ["https://evil.example/x.mp4"]}
        async with aiohttp.ClientSession() as session:
            async with session.post(address(stage), json=lie) as answer:
                assert answer.status == 204
        await stage.quiet()
        assert stage.films() == []
        task.unstick.set()
        film = await stage.film()
        await stage.reads(sent, "see the video")

    assert "evil.example" not in film.text


async def test_strangers_get_the_same_cheap_answer_whatever_they_try(stage: Stage) -> None:
    stage.callbacks_on()
    stage.api.faults.stick_next()
    async with stage.bot():
        await stage.video()
        await stage.until(lambda: stage.api.requests)
        real = address(stage)
        root = stage.settings["PUBLIC_URL"]
        async with aiohttp.ClientSession() as session:

            async def post(url: str, body: bytes = b"{}") -> tuple[int, bytes]:
                async with session.post(url, data=body) as answer:
                    return answer.status, await answer.read()

            wrong = await post(f"{root}/callbacks/{TOKEN}")
            changed = await post(real[:-1] + ("A" if real[-1] != "A" else "B"))
            huge = await post(real, b"x" * (1 << 20))
            async with session.get(real) as answer:
                method = answer.status
            nowhere = await post(f"{root}/callbacks/")
            started = asyncio.get_running_loop().time()
            flood = await asyncio.gather(
                *(post(f"{root}/callbacks/{TOKEN}{number}") for number in range(FLOOD))
            )
            seconds = asyncio.get_running_loop().time() - started
        assert "credits used" in await stage.asks("maya", "quota")

    assert wrong == changed == huge
    assert wrong[0] == 404
    assert nowhere[0] == 404
    assert method == 405
    assert set(flood) == {wrong}
    assert seconds < 10


async def test_a_body_that_never_ends_gets_the_answer_of_a_wrong_token(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.web.server.BODY_SECONDS", 0.3)
    stage.callbacks_on()
    stage.api.faults.stick_next()
    async with stage.bot():
        await stage.video()
        await stage.until(lambda: stage.api.requests)
        path = address(stage).removeprefix(stage.settings["PUBLIC_URL"])
        reader, writer = await asyncio.open_connection("127.0.0.1", stage.port)
        head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n"
        writer.write(head.encode() + b"{")
        async with asyncio.timeout(5):
            status = await reader.readline()
        writer.close()
        await writer.wait_closed()

    assert b" 404 " in status
