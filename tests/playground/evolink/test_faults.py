"""Scripted faults happen as often as ordered and leave the books right."""

import asyncio

import aiohttp
import pytest

from bot.playground.evolink import LinkFault, Status


async def test_a_busy_api_says_when_to_come_back(client, api):
    api.faults.next_submit(status=429, retry_after=2)
    url = f"{client.url}/v1/videos/generations"
    async with client.session.post(url, json={}) as answer:
        error = (await answer.json())["error"]
        assert (answer.status, answer.headers["Retry-After"]) == (429, "2")
    assert (error["code"], error["type"]) == ("rate_limit_exceeded", "rate_limit_error")
    assert api.tasks == {}
    await client.accepted()


async def test_a_connection_cut_before_acceptance_leaves_nothing(client, api):
    api.faults.next_submit(cut=True)
    with pytest.raises(aiohttp.ClientConnectionError):
        await client.submit()
    assert api.tasks == {}
    assert [(record.status, record.task) for record in api.requests] == [(None, None)]


@pytest.mark.parametrize(
    "fault",
    [{"cut": True}, {"status": 502, "body": "<html>Bad gateway", "content_type": "text/html"}],
)
async def test_a_task_whose_answer_is_lost_goes_on_and_is_charged(client, api, fault):
    api.faults.next_submit(accepted=True, **fault)
    with pytest.raises(aiohttp.ClientError):
        await client.submit()
    (record,) = api.requests
    await client.ended(record.task.id)
    assert api.ledger.charged == 27


async def test_an_answer_can_be_late(client, api, clock):
    api.faults.next_submit(delay=45)
    submit = asyncio.create_task(client.accepted())
    await clock.sleepers(1)
    assert len(api.tasks) == 1
    assert not submit.done()
    clock.advance(45)
    assert await submit in api.tasks


async def test_an_answer_can_be_no_json(client, api):
    api.faults.next_query(body='{"status": "comp', times=2)
    task_id = await client.accepted()
    for _ in range(2):
        with pytest.raises(ValueError, match="Unterminated"):
            await client.query(task_id)
    assert (await client.query(task_id))[0] == 200


async def test_a_submit_can_be_refused_for_its_content(client, api):
    api.faults.next_submit(status=400, code="content_policy_violation")
    status, reply = await client.submit()
    assert (status, reply["error"]["code"]) == (400, "content_policy_violation")
    assert api.ledger.remaining == 10_000


async def test_tasks_fail_by_code_as_often_as_scripted(client, api):
    api.faults.fail_next(code="service_error", message="later", times=2)
    ends = [await client.ended(await client.accepted()) for _ in range(3)]
    assert [task["status"] for task in ends] == ["failed", "failed", "completed"]
    assert ends[0]["error"]["message"] == "later"


async def test_the_service_can_cancel_a_task(client, api):
    api.faults.cancel_next()
    task = await client.ended(await client.accepted())
    assert (task["status"], task["billing"]["charge_status"]) == ("cancelled", "released")
    assert "error" not in task


async def test_a_stuck_task_stays_in_processing_until_it_is_let_go(client, api, clock):
    api.faults.stick_next()
    task_id = await client.accepted()
    _, task = await client.query(task_id)
    clock.advance(3 * 3600)
    _, task = await client.query(task_id)
    assert (task["status"], task["progress"]) == ("processing", 99)
    api.tasks[task_id].unstick.set()
    assert (await client.ended(task_id))["status"] == "completed"


async def test_queries_can_tell_strange_things_about_a_good_task(client, api):
    task_id = await client.accepted()
    await client.ended(task_id)
    api.faults.unknown_status("quantum")
    api.faults.without_results()
    api.faults.progress_back(to=3)
    assert (await client.query(task_id))[1]["status"] == "quantum"
    assert "results" not in (await client.query(task_id))[1]
    task = (await client.query(task_id))[1]
    assert (task["status"], task["progress"]) == (Status.COMPLETED, 100)


async def test_progress_can_go_backwards_while_a_task_runs(client, api, clock):
    api.faults.stick_next()
    task_id = await client.accepted()
    clock.advance(60)
    await client.query(task_id)
    api.faults.progress_back(to=3)
    progress = [(await client.query(task_id))[1]["progress"] for _ in range(2)]
    assert progress == [3, 99]


async def test_a_lasting_fault_lasts_until_it_is_cleared(client, api):
    api.faults.next_credits(status=401, times=None)
    assert [(await client.credits())[0] for _ in range(3)] == [401, 401, 401]
    api.faults.clear()
    assert (await client.credits())[0] == 200


async def test_an_outage_ends_by_the_clock(client, api, clock):
    task_id = await client.accepted()
    api.faults.outage(300, status=503)
    clock.advance(299)
    statuses = [(await client.query(task_id))[0], (await client.submit())[0]]
    assert statuses == [503, 503]
    clock.advance(1)
    assert (await client.query(task_id))[0] == 200
    assert len(api.tasks) == 1


async def test_an_unreachable_api_refuses_connections_and_comes_back_at_its_address(client, api):
    url = api.url
    async with api.unreachable(), aiohttp.ClientSession() as stranger:
        with pytest.raises(aiohttp.ClientConnectorError):
            await stranger.get(url)
        with pytest.raises(aiohttp.ClientConnectionError):
            await client.credits()
    assert (api.url, (await client.credits())[0]) == (url, 200)


@pytest.mark.parametrize(
    ("fault", "status", "kind"),
    [
        (LinkFault.FORBIDDEN, 403, "text/html"),
        (LinkFault.MISSING, 404, "text/plain"),
        (LinkFault.HTML, 200, "text/html"),
    ],
)
async def test_a_result_link_can_lead_to_no_film_once(client, api, fault, status, kind):
    task = await client.ended(await client.accepted())
    api.faults.next_link(fault)
    async with client.session.get(task["results"][0]) as answer:
        assert (answer.status, answer.content_type) == (status, kind)
    async with client.session.get(task["results"][0]) as answer:
        assert answer.content_type == "video/mp4"


async def test_a_result_link_can_lead_into_the_house(client, api):
    task = await client.ended(await client.accepted())
    api.faults.redirect_link()
    async with client.session.get(task["results"][0], allow_redirects=False) as answer:
        assert answer.status == 302
        assert answer.headers["Location"].startswith("http://169.254.169.254/")


async def test_a_result_link_can_be_two_gigabytes_or_endless(client, api):
    task = await client.ended(await client.accepted())
    api.faults.next_link(LinkFault.HUGE)
    api.faults.next_link(LinkFault.ENDLESS)
    for length in (2 * 1024**3, None):
        async with client.session.get(task["results"][0]) as answer:
            assert answer.content_length == length
            assert len(await answer.content.readexactly(5_000_000)) == 5_000_000


async def test_a_download_can_break_off(client, api):
    task = await client.ended(await client.accepted())
    api.faults.next_link(LinkFault.CUT)
    async with client.session.get(task["results"][0]) as answer:
        with pytest.raises(aiohttp.ClientError):
            await answer.read()


async def test_a_misspelt_fault_is_an_error_at_once(api):
    with pytest.raises(TypeError):
        api.faults.next_submit(statsu=500)
