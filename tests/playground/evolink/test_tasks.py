"""A task's life: pace and progress by the clock, money, and links that expire."""

from datetime import timedelta
from decimal import Decimal

import aiohttp

from bot.playground.evolink import LocalEvolink, Pace


async def test_a_paced_task_says_how_long_it_takes_and_keeps_to_it(start, clock):
    _, client = await start(pace=Pace(seconds=20))
    status, reply = await client.submit()
    assert (status, reply["task_info"]["estimated_time"]) == (200, 20)
    seen = []
    for seconds in (2, 8, 9.9):
        await clock.sleepers(1)
        _, task = await client.query(reply["id"])
        seen.append((task["status"], task["progress"]))
        clock.advance(seconds)
    _, task = await client.query(reply["id"])
    assert seen == [("pending", 0), ("processing", 10), ("processing", 50)]
    assert (task["status"], task["progress"]) == ("processing", 99)
    clock.advance(0.1)
    assert (await client.ended(reply["id"]))["progress"] == 100


async def test_credits_are_reserved_then_charged(start, clock):
    api, client = await start(pace=Pace(seconds=20))
    task_id = await client.accepted()
    assert (api.ledger.reserved, api.ledger.charged) == (27, 0)
    _, balance = await client.credits()
    assert balance["data"]["user"] == {"remaining_credits": 9973.0, "used_credits": 0.0}
    for seconds in (2, 18):
        await clock.sleepers(1)
        clock.advance(seconds)
    await client.ended(task_id)
    assert (api.ledger.reserved, api.ledger.charged) == (0, 27)
    assert api.tasks[task_id].charged == 27


async def test_credits_of_a_failed_task_are_released(client, api):
    api.faults.fail_next(code="content_policy_violation")
    task_id = await client.accepted()
    task = await client.ended(task_id)
    assert task["error"]["code"] == "content_policy_violation"
    assert task["error"]["type"] == "task_error"
    assert task["billing"]["charge_status"] == "released"
    assert task["billing"]["refund_status"] == "completed"
    assert "results" not in task
    assert (api.ledger.released, api.ledger.remaining) == (27, 10_000)
    assert api.tasks[task_id].charged == 0


async def test_the_balance_has_the_documented_shape(client):
    amounts = {"remaining_credits": 10_000.0, "used_credits": 0.0}
    assert await client.credits() == (
        200,
        {
            "success": True,
            "message": "",
            "data": {"user": amounts, "token": amounts | {"unlimited_credits": False}},
        },
    )


async def test_a_task_that_the_balance_does_not_cover_is_refused(start):
    api, client = await start(balance=Decimal("43.2"))
    await client.ended(await client.accepted(duration=5))
    status, reply = await client.submit(duration=5)
    assert (status, reply["error"]["code"]) == (402, "insufficient_quota")
    await client.ended(await client.accepted(duration=3))
    assert api.ledger.remaining == 0


async def test_a_link_dies_after_a_day(client, clock):
    task = await client.ended(await client.accepted())
    clock.advance(timedelta(hours=24).total_seconds() - 1)
    async with client.session.get(task["results"][0]) as answer:
        assert answer.status == 200
    clock.advance(1)
    async with client.session.get(task["results"][0]) as answer:
        assert answer.status == 404


async def test_closing_in_the_middle_of_a_task_is_quiet(tmp_path, caplog):
    async with LocalEvolink(films=tmp_path) as api, aiohttp.ClientSession() as session:
        session.headers["Authorization"] = "Bearer a-key"
        body = {"model": "kling-v3-text-to-video", "prompt": "a fox", "duration": 15}
        async with session.post(f"{api.url}/v1/videos/generations", json=body) as answer:
            assert answer.status == 200
    (task,) = api.tasks.values()
    assert task.running
    assert caplog.records == []
    assert list(tmp_path.iterdir()) == []
