"""An account: its key, task lists, models, prices, and a request sent twice."""

import re
from decimal import Decimal

import pytest

from bot.playground.evolink.contract import MODELS

KEY = "k" * 20


async def post(client, body, **headers):
    url = f"{client.url}/v1/videos/generations"
    async with client.session.post(url, json=body, headers=headers) as answer:
        return answer.status, await answer.json(), answer.headers


async def test_a_wrong_key_is_refused_where_one_is_known(start):
    _, client = await start(key="the-right-one")
    assert (await client.submit())[0] == 401
    client.session.headers["Authorization"] = "Bearer the-right-one"
    assert (await client.submit())[0] == 200


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", ""])
async def test_only_json_is_read(client, api, kind):
    url = f"{client.url}/v1/videos/generations"
    body = b'{"model": "kling-v3-text-to-video", "prompt": "a fox"}'
    async with client.session.post(url, data=body, headers={"Content-Type": kind}) as answer:
        assert answer.status == 415
        assert (await answer.json())["error"]["code"] == "unsupported_media_type"
    assert api.tasks == {}


async def test_a_whole_number_with_a_point_and_a_blank_prompt_are_what_the_page_allows(client):
    status, reply = await client.submit(duration=5.0, prompt=" ")
    assert (status, reply["task_info"]["video_duration"]) == (200, 5)


async def test_the_list_shows_all_tasks_newest_first_without_links(client, api, clock):
    first = await client.accepted(duration=3)
    await client.ended(first)
    api.faults.fail_next(code="service_error")
    second = await client.accepted()
    await client.ended(second)
    _, listed = await client.get(f"{client.url}/v1/tasks")
    assert [each["id"] for each in listed["data"]] == [second, first]
    assert (listed["total"], listed["page"], listed["page_size"]) == (2, 1, 20)
    assert listed["data"][1] == {
        "id": first,
        "status": "completed",
        "model": "kling-v3-text-to-video",
        "type": "video",
        "progress": 100,
        "created_at": int(clock.now().timestamp()),
        "credits_used": 16.2,
        "has_results": True,
        "has_error": False,
    }


async def test_the_list_is_filtered_and_paged(client, api):
    api.faults.stick_next(times=2)
    under_way = [await client.accepted() for _ in range(2)]
    done = await client.accepted()
    await client.ended(done)
    _, running = await client.get(f"{client.url}/v1/tasks?status=processing&page_size=1&page=2")
    _, completed = await client.get(f"{client.url}/v1/tasks?status=completed")
    _, others = await client.get(f"{client.url}/v1/tasks?model=another")
    assert [each["id"] for each in running["data"]] == [under_way[0]]
    assert running["total"] == 2
    assert [each["id"] for each in completed["data"]] == [done]
    assert others["data"] == []


@pytest.mark.parametrize(
    "query", ["status=ended", "page=0", "page=x", "page_size=101", "page=" + "9" * 5000]
)
async def test_a_list_that_cannot_be_asked_for_names_the_parameter(client, query):
    status, reply = await client.get(f"{client.url}/v1/tasks?{query}")
    assert (status, reply["error"]["param"]) == (400, query.partition("=")[0])


async def test_a_batch_describes_the_tasks_that_are_known(client):
    known = await client.accepted()
    task = await client.ended(known)
    body = {"task_ids": [known, "task-unified-0-nothing1"]}
    async with client.session.post(f"{client.url}/v1/tasks/batch", json=body) as answer:
        assert await answer.json() == {"data": [task]}


@pytest.mark.parametrize("ids", [None, "x", [], [1], ["x"] * 51])
async def test_a_batch_is_of_one_to_fifty_ids(client, ids):
    body = {"task_ids": ids}
    async with client.session.post(f"{client.url}/v1/tasks/batch", json=body) as answer:
        assert answer.status == 400
        assert (await answer.json())["error"]["param"] == "task_ids"


async def test_the_models_of_a_key_are_listed(client):
    _, models = await client.get(f"{client.url}/v1/models")
    assert [each["id"] for each in models["data"]] == list(MODELS)


async def test_the_price_rules_are_public_and_multiply_to_the_prices(client):
    client.session.headers.clear()
    url = f"{client.url}/v1/catalog/models/kling-v3-text-to-video/pricing-rules"
    _, rules = await client.get(url)
    (component,) = rules["models"][0]["components"]
    _, on, off = component["quantity_rule"]["args"][1]["args"]
    factors = {"on": on["values"], "off": off["values"]}
    for (quality, sound), price in MODELS["kling-v3-text-to-video"].prices.items():
        factor = Decimal(factors[sound][quality])
        assert Decimal(component["rate"]["uc"]) * factor == price
    assert rules["meta"]["schema_version"] == "2"


async def test_prices_that_were_read_before_are_not_sent_again(client):
    url = f"{client.url}/v1/catalog/models/kling-v3-text-to-video/pricing-rules"
    async with client.session.get(url) as answer:
        tag = answer.headers["ETag"]
    async with client.session.get(url, headers={"If-None-Match": tag}) as answer:
        assert (answer.status, await answer.read()) == (304, b"")
    status, _ = await client.get(f"{client.url}/v1/catalog/models/another/pricing-rules")
    assert status == 404
    assert re.fullmatch(r'"prc_[0-9a-f]{24}"', tag)


async def test_the_same_request_with_the_same_key_is_one_task(client, api):
    body = {"model": "kling-v3-text-to-video", "prompt": "a fox"}
    _, first, told = await post(client, body, **{"Idempotency-Key": KEY})
    _, again, replayed = await post(client, body, **{"Idempotency-Key": KEY})
    assert again["id"] == first["id"]
    assert ("idempotency-replayed" in told, replayed["idempotency-replayed"]) == (False, "true")
    assert len(api.tasks) == 1
    assert len(api.ledger.entries) == 1


async def test_a_key_is_not_for_two_requests(client, api):
    body = {"model": "kling-v3-text-to-video", "prompt": "a fox"}
    await post(client, body, **{"Idempotency-Key": KEY})
    status, reply, _ = await post(client, body | {"duration": 9}, **{"Idempotency-Key": KEY})
    assert (status, reply["error"]["code"]) == (409, "idempotency_conflict")
    status, _, _ = await post(client, body, **{"Idempotency-Key": "short"})
    assert status == 400
    assert len(api.tasks) == 1


async def test_without_the_ledger_the_same_key_is_two_tasks(start):
    api, client = await start(is_idempotent=False)
    body = {"model": "kling-v3-text-to-video", "prompt": "a fox"}
    ids = {(await post(client, body, **{"Idempotency-Key": KEY}))[1]["id"] for _ in range(2)}
    assert len(ids) == 2
    assert len(api.tasks) == 2
