"""Rate limits, and the faults a test can order."""

import aiohttp
import pytest

from bot.playground.guild import Cut, Limit, Limits, LocalDiscord, Request, demo_world
from tests.playground.guild.conftest import HandClock
from tests.playground.guild.raw_bot import Bot


async def test_the_sixth_edit_in_five_seconds_waits(bot: Bot, clock: HandClock) -> None:
    posted = (await bot.post("films", {"content": "x"})).body
    left = [
        (await bot.edit(posted, {"content": f"{n}"})).headers["X-RateLimit-Remaining"]
        for n in range(5)
    ]
    assert left == ["4", "3", "2", "1", "0"]
    clock.pass_by(seconds=2)
    refused = await bot.edit(posted, {"content": "more"})
    assert refused.status == 429
    assert refused.body == {
        "message": "You are being rate limited.",
        "retry_after": 3.0,
        "global": False,
    }
    assert (refused.headers["Retry-After"], refused.headers["X-RateLimit-Scope"]) == (
        "3.000",
        "user",
    )
    assert "Via" in refused.headers
    clock.pass_by(seconds=3)
    assert (await bot.edit(posted, {"content": "more"})).status == 200


async def test_each_channel_has_a_bucket_of_its_own(bot: Bot) -> None:
    for _ in range(5):
        await bot.post("films", {"content": "x"})
    assert (await bot.post("films", {"content": "x"})).status == 429
    assert (await bot.post("general", {"content": "x"})).status == 200


async def test_each_interaction_has_a_bucket_of_its_own(bot: Bot) -> None:
    first, second = await bot.used(), await bot.used()
    for sent in (first, second):
        await bot.respond(sent, 4, {"content": "x"})
    edits = [await bot.original(first, "PATCH", {"content": f"{n}"}) for n in range(6)]
    assert [edit.status for edit in edits] == [200] * 5 + [429]
    assert (await bot.original(second, "PATCH", {"content": "x"})).status == 200


async def test_fifty_requests_a_second_are_the_most_for_all_routes_but_interactions(
    bot: Bot, clock: HandClock
) -> None:
    sent = await bot.used()
    answers = [await bot.ask("GET", "/users/@me") for _ in range(50)]
    assert answers[-1].status == 429
    assert answers[-1].body["global"] is True
    assert answers[-1].headers["X-RateLimit-Global"] == "true"
    assert (await bot.respond(sent, 4, {"content": "x"})).status == 200
    clock.pass_by(seconds=1)
    assert (await bot.ask("GET", "/users/@me")).status == 200


async def test_the_sizes_of_buckets_can_be_set(clock: HandClock) -> None:
    one = Limit(count=1, seconds=60.0)
    limits = Limits(routes={("POST", "/channels/{channel_id}/typing"): one})
    async with LocalDiscord(demo_world(), clock=clock, limits=limits) as local:
        async with aiohttp.ClientSession() as session:
            bot = Bot(local, session)
            path = f"/channels/{local.world.channel('films').id}/typing"
            assert [(await bot.ask("POST", path)).status for _ in range(2)] == [204, 429]


async def test_a_fault_answers_instead_of_the_truth_so_often(bot: Bot, local: LocalDiscord) -> None:
    met = local.faults.add("POST */messages", times=2, status=403, code=50001, message="No")
    answers = [await bot.post("films", {"content": "x"}) for _ in range(3)]
    assert [answer.status for answer in answers] == [403, 403, 200]
    assert answers[0].body == {"message": "No", "code": 50001}
    assert len(met) == 2
    assert len(local.messages("films")) == 1


async def test_a_fault_may_look_at_the_request(bot: Bot, local: LocalDiscord) -> None:
    def about_foxes(request: Request) -> bool:
        return "fox" in str(request.body)

    local.faults.add(about_foxes, times=None, status=500)
    assert (await bot.post("films", {"content": "a heron"})).status == 200
    assert (await bot.post("films", {"content": "a fox"})).status == 500
    local.faults.clear()
    assert (await bot.post("films", {"content": "a fox"})).status == 200


@pytest.mark.parametrize("via", [True, False])
async def test_an_ordered_rate_limit_may_be_discords_or_a_ban(
    bot: Bot, local: LocalDiscord, via: bool
) -> None:
    local.faults.add("GET /users/@me", status=429, retry_after=1.5, via=via)
    answer = await bot.ask("GET", "/users/@me")
    assert (answer.status, answer.body["retry_after"]) == (429, 1.5)
    assert ("Via" in answer.headers) is via


@pytest.mark.parametrize(("cut", "written"), [(Cut.BEFORE, 0), (Cut.AFTER, 1)])
async def test_a_cut_connection_loses_the_request_or_only_the_answer(
    bot: Bot, local: LocalDiscord, cut: Cut, written: int
) -> None:
    local.faults.add("POST */messages", cut=cut)
    with pytest.raises(aiohttp.ClientConnectionError):
        await bot.post("films", {"content": "x"})
    assert len(local.messages("films")) == written
    assert local.requests[-1].status == 0


async def test_a_delay_lets_the_first_answer_come_too_late(
    bot: Bot, local: LocalDiscord, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def jump(seconds: float) -> None:
        clock.pass_by(seconds=seconds)

    monkeypatch.setattr(clock, "sleep", jump)
    sent = await bot.used()
    local.faults.add("POST */callback", delay=4.0)
    assert (await bot.respond(sent, 4, {"content": "x"})).verdict == (404, 10062)


async def test_a_late_answer_has_had_its_effect(
    bot: Bot, local: LocalDiscord, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[int] = []

    async def look(seconds: float) -> None:
        written.append(len(local.messages("films")))

    monkeypatch.setattr(clock, "sleep", look)
    local.faults.add("POST */messages", answer_delay=4.0)
    await bot.post("films", {"content": "x"})
    assert written == [1]


async def test_an_outage_answers_pages_instead_of_json(bot: Bot, local: LocalDiscord) -> None:
    local.go_down()
    answer = await bot.ask("GET", "/users/@me")
    assert (answer.status, answer.headers["Content-Type"]) == (503, "text/html; charset=utf-8")
    local.come_back()
    assert (await bot.ask("GET", "/users/@me")).status == 200


async def test_every_request_is_noted_with_its_route_and_answer(
    bot: Bot, local: LocalDiscord
) -> None:
    seen: list[Request] = []
    local.requests.observers.append(seen.append)
    await bot.post("films", {"content": "x"}, files={"a.txt": b"abc"})
    await bot.ask("GET", "/users/1")
    posted, looked = local.requests
    assert seen == [posted, looked]
    assert (posted.method, posted.route) == ("POST", "/channels/{channel_id}/messages")
    assert (posted.body, posted.uploads[0].size, posted.status) == ({"content": "x"}, 3, 200)
    assert (looked.status, looked.code) == (404, 10013)
    assert local.requests.matching("GET /users/*") == [looked]
