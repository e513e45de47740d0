"""Over HTTP: the page's own request and answer, authentication, errors, queries, the record."""

import io
import re

import pytest

JSON = {"Content-Type": "application/json"}
PAGE_REQUEST = {
    "model": "kling-v3-text-to-video",
    "prompt": "A cat running on a grass field under bright sunshine",
    "duration": 5,
    "aspect_ratio": "16:9",
    "quality": "720p",
}
PAGE_REPLY = {
    "created": 1757169743,
    "id": "task-unified-1757169743-7cvnl5zw",
    "model": "kling-v3-text-to-video",
    "object": "video.generation.task",
    "progress": 0,
    "status": "pending",
    "task_info": {"can_cancel": True, "estimated_time": 300, "video_duration": 5},
    "type": "video",
    "usage": {
        "billing_rule": "per_second",
        "credits_reserved": 270000,
        "user_group": "default",
    },
}


async def test_the_pages_request_gets_the_pages_reply_field_for_field(client, clock):
    status, reply = await client.post(PAGE_REQUEST)
    created = int(clock.now().timestamp())
    assert status == 200
    assert re.fullmatch(rf"task-unified-{created}-[a-z0-9]{{8}}", reply["id"])
    theirs_alone = {
        "created": created,
        "id": reply["id"],
        "task_info": PAGE_REPLY["task_info"] | {"estimated_time": 1},
    }
    assert reply == PAGE_REPLY | theirs_alone


async def test_a_finished_task_is_described_with_its_link_and_what_it_cost(client, api):
    task_id = await client.accepted(duration=4)
    task = await client.ended(task_id)
    assert task["results"] == [f"{api.url}/files/{task_id}.mp4"]
    assert task["progress"] == 100
    assert task["task_info"] == {"can_cancel": False, "video_duration": 4}
    assert task["usage"]["credits_reserved"] == 216_000
    assert task["billing"]["charge_status"] == "charged"
    assert task["billing"]["charged_credits"] == 21.6


async def test_the_film_comes_whole_and_in_parts(client):
    task = await client.ended(await client.accepted())
    async with client.session.get(task["results"][0]) as answer:
        film = await answer.read()
        assert answer.content_type == "video/mp4"
    assert film[4:8] == b"ftyp"
    part = {"Range": "bytes=4-7"}
    async with client.session.get(task["results"][0], headers=part) as answer:
        assert (answer.status, await answer.read()) == (206, b"ftyp")


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer  ", "Basic abc", "a-key"])
@pytest.mark.parametrize("path", ["/v1/credits", "/v1/tasks/x", "/v1/videos/generations"])
async def test_without_a_bearer_token_nothing_is_answered(client, header, path):
    headers = {} if header is None else {"Authorization": header}
    client.session.headers.clear()
    method = "POST" if path.endswith("generations") else "GET"
    async with client.session.request(method, client.url + path, headers=headers) as answer:
        assert answer.status == 401
        assert (await answer.json())["error"]["code"] == "unauthorized"


@pytest.mark.parametrize(
    "body", [b"", b"{", b"\xff\xfe", b"[1]", b"null", b'{"duration": 1e999}', b'{"duration": NaN}']
)
async def test_a_body_that_is_no_request_is_refused_in_the_documented_shape(client, body, api):
    url = f"{client.url}/v1/videos/generations"
    async with client.session.post(url, data=body, headers=JSON) as answer:
        error = (await answer.json())["error"]
    assert answer.status == 400
    assert set(error) <= {"code", "message", "type", "param"}
    assert (error["code"], error["type"]) == ("invalid_request", "invalid_request_error")
    assert api.tasks == {}


async def test_a_refusal_names_the_field(client):
    status, reply = await client.submit(duration="5")
    assert status == 400
    assert reply == {
        "error": {
            "code": "invalid_request",
            "message": "duration must be an integer",
            "type": "invalid_request_error",
            "param": "duration",
        }
    }


async def test_a_huge_body_is_turned_away(client):
    url = f"{client.url}/v1/videos/generations"
    async with client.session.post(url, data=io.BytesIO(bytes(2_000_000)), headers=JSON) as answer:
        assert answer.status == 413
        assert (await answer.json())["error"]["type"] == "invalid_request_error"


async def test_half_a_surrogate_pair_does_not_break_a_film(client):
    url = f"{client.url}/v1/videos/generations"
    body = b'{"model": "kling-v3-text-to-video", "prompt": "a \\ud83e fox"}'
    async with client.session.post(url, data=body, headers=JSON) as answer:
        task_id = (await answer.json())["id"]
    assert (await client.ended(task_id))["status"] == "completed"


async def test_an_unknown_task_is_not_found(client):
    status, reply = await client.query("task-unified-0-nothing1")
    assert (status, reply["error"]["code"]) == (404, "task_not_found")


async def test_an_unknown_path_is_an_error_in_json(client):
    status, reply = await client.get(f"{client.url}/v2/anything")
    assert (status, reply["error"]["code"]) == (404, "not_found")


async def test_every_submit_is_on_record(client, api, clock):
    await client.accepted()
    await client.submit(duration=99)
    first, second = api.requests
    assert (first.status, first.task, first.at) == (200, *api.tasks.values(), clock.now())
    assert first.headers["Authorization"] == "Bearer a-key"
    assert (second.status, second.task, second.body["duration"]) == (400, None, 99)
