"""Callbacks: a true one soon brings the video; a false one does nothing at all."""

import asyncio
from datetime import timedelta

import aiohttp
import pytest

from tests.story.harness import Harness

TOKEN = "A" * 43
FLOOD = 300


def address(harness: Harness) -> str:
    """Where the API was told to call back."""
    body = harness.api.requests[0].body
    assert isinstance(body, dict)
    return str(body["callback_url"])


async def test_the_film_is_posted_within_a_second_of_the_callback(process_harness: Harness) -> None:
    harness = process_harness
    harness.callbacks_on()
    harness.api.faults.stick_next()
    async with harness.process():
        await harness.video()
        await harness.until(lambda: harness.api.tasks)
        (task,) = harness.api.tasks.values()
        task.unstick.set()
        film = await harness.film()

    (delivery,) = harness.api.deliveries
    assert delivery.status == 204
    assert film.at - delivery.at < timedelta(seconds=1)
    assert address(harness).startswith(f"{harness.settings['PUBLIC_URL']}/callbacks/")


async def test_a_missed_callback_costs_delay_only(harness: Harness) -> None:
    harness.callbacks_on()
    harness.api.faults.next_callback(copies=0)
    async with harness.bot():
        sent = await harness.video()
        await harness.film()
        await harness.reads(sent, "see the video")

    assert harness.api.deliveries == []


async def test_doubled_and_repeated_callbacks_change_nothing(harness: Harness) -> None:
    harness.callbacks_on()
    harness.api.faults.next_callback(copies=3)
    async with harness.bot() as app:
        sent = await harness.video()
        await harness.film()
        await harness.reads(sent, "see the video")
        async with aiohttp.ClientSession() as session:
            for _ in range(3):
                async with session.post(address(harness), json={"status": "failed"}) as answer:
                    assert answer.status == 204
        await harness.quiet()
        assert await app.store.tx(lambda books: books.discrepancies()) == []

    assert len(harness.films()) == 1
    assert harness.pings("maya") == 1


async def test_a_lying_callback_is_not_believed(harness: Harness) -> None:
    harness.callbacks_on()
    harness.api.faults.stick_next()
    async with harness.bot():
        sent = await harness.video()
        await harness.until(lambda: harness.api.tasks)
        (task,) = harness.api.tasks.values()
        lie = {"id": task.id, "status": "completed", "results": ["https://evil.example/x.mp4"]}
        async with aiohttp.ClientSession() as session:
            async with session.post(address(harness), json=lie) as answer:
                assert answer.status == 204
        await harness.quiet()
        assert harness.films() == []
        task.unstick.set()
        film = await harness.film()
        await harness.reads(sent, "see the video")

    assert "evil.example" not in film.text


async def test_strangers_get_the_same_cheap_answer_whatever_they_try(harness: Harness) -> None:
    harness.callbacks_on()
    harness.api.faults.stick_next()
    async with harness.bot():
        await harness.video()
        await harness.until(lambda: harness.api.requests)
        real = address(harness)
        root = harness.settings["PUBLIC_URL"]
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
        assert "credits used" in await harness.asks("maya", "quota")

    assert wrong == changed == huge
    assert wrong[0] == 404
    assert nowhere[0] == 404
    assert method == 405
    assert set(flood) == {wrong}
    assert seconds < 10


async def test_a_body_that_never_ends_gets_the_answer_of_a_wrong_token(
    harness: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.web.server.BODY_SECONDS", 0.3)
    harness.callbacks_on()
    harness.api.faults.stick_next()
    async with harness.bot():
        await harness.video()
        await harness.until(lambda: harness.api.requests)
        path = address(harness).removeprefix(harness.settings["PUBLIC_URL"])
        reader, writer = await asyncio.open_connection("127.0.0.1", harness.port)
        head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n"
        writer.write(head.encode() + b"{")
        async with asyncio.timeout(5):
            status = await reader.readline()
        writer.close()
        await writer.wait_closed()

    assert b" 404 " in status
