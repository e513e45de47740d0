"""Edits on the real program: by whose token, how often, and when nobody may be asked at all."""

from datetime import timedelta
from typing import Any

import pytest

from bot.playground.guild import Cut, Limits
from bot.playground.guild.ratelimits import Limit
from tests.story.stage import PROMPT, Stage


async def test_after_minute_fourteen_the_bot_edits_with_its_own_token(stage: Stage) -> None:
    stage.api.faults.stick_next()
    async with stage.bot():
        sent = await stage.video()
        await stage.until(lambda: stage.api.tasks)
        assert stage.clock is not None
        stage.clock.pass_by(minutes=14)
        asked_before = len(stage.discord.requests)
        next(iter(stage.api.tasks.values())).unstick.set()
        await stage.film()
        await stage.reads(sent, "see the video")

    later = [request for request in stage.discord.requests[asked_before:]]
    assert not [request for request in later if request.route.startswith("/webhooks")]
    assert stage.pings("maya") == 1


@pytest.mark.long
async def test_an_hour_later_edits_of_old_messages_are_slow_but_come(stage: Stage) -> None:
    stage.discord.state.limits.limits = Limits(old_edits=Limit(count=2, seconds=1.0))
    stage.api.faults.stick_next(times=None)
    async with stage.bot(MAX_RUNNING="6"):
        sent = [await stage.video() for _ in range(6)]
        await stage.until(lambda: len(stage.api.tasks) == 6)
        assert stage.clock is not None
        stage.clock.pass_by(hours=1.5)
        for task in stage.api.tasks.values():
            task.unstick.set()
        await stage.film(6)
        for each in sent:
            await stage.reads(each, "see the video")

    edits = stage.discord.requests.matching("PATCH /channels/*/messages/*")
    assert [edit for edit in edits if edit.code == 30046]
    assert len(edits) <= 4 * len(sent)


FIRST_RESPONSE: dict[str, tuple[dict[str, Any], bool]] = {
    "already there": ({"cut": Cut.AFTER}, True),
    "cut before": ({"cut": Cut.BEFORE}, True),
    "503": ({"status": 503}, True),
    "10062": ({"status": 404, "code": 10062}, False),
    "50027": ({"status": 401, "code": 50027}, False),
}


@pytest.mark.parametrize("trouble", FIRST_RESPONSE)
async def test_a_film_is_made_only_if_its_first_response_arrived(
    stage: Stage, trouble: str
) -> None:
    fault, arrives = FIRST_RESPONSE[trouble]
    stage.discord.faults.add("POST /interactions/*/callback", **fault)
    async with stage.bot() as app:
        sent = await stage.discord.actor("maya").command("films", "video", {"prompt": PROMPT})
        if arrives:
            await sent.responded()
            await stage.film()
            await stage.reads(sent, "see the video")
        else:
            await stage.until(lambda: stage.discord.requests.matching("POST /interactions/*"))
            await stage.quiet()
            quota = await stage.asks("maya", "quota")
            assert "0 of 1,000 credits used" in quota
        assert await app.services.store.tx(lambda books: books.discrepancies()) == []

    assert len(stage.api.requests) == int(arrives)
    codes = {request.code for request in stage.discord.requests}
    assert (40060 in codes) is (trouble == "already there")


async def test_ten_films_in_a_channel_stay_within_its_edits_and_end_at_once(stage: Stage) -> None:
    stage.api.faults.stick_next(times=None)
    limits = {"MAX_RUNNING": "10", "DEFAULT_AT_ONCE": "10"}
    async with stage.bot(**limits):
        sent = [await stage.video() for _ in range(10)]
        await stage.until(lambda: len(stage.api.tasks) == 10)
        await stage.until(lambda: all("Rendering" in each.message.text for each in sent))
        assert stage.clock is not None
        watched_until = stage.clock.now() + timedelta(seconds=30)
        await stage.until(lambda: stage.clock.now() > watched_until)
        first = next(iter(stage.api.tasks.values()))
        first.unstick.set()
        await stage.film()
        await stage.until(lambda: any("see the video" in each.message.text for each in sent))

    times = sorted(request.at for request in stage.discord.requests.matching("PATCH *"))
    busiest = max(
        sum(0 <= (other - start).total_seconds() < 5 for other in times) for start in times
    )
    assert busiest <= 5
    assert [request for request in stage.discord.requests if request.status == 429] == []


@pytest.mark.parametrize("status", [401, 403])
async def test_refusals_never_add_up_to_a_ban(stage: Stage, status: int) -> None:
    code = 0 if status == 401 else 50001
    async with stage.bot():
        replies = [await stage.video() for _ in range(3)]
        for route in (
            "POST /channels/{channel_id}/messages",
            "PATCH *",
            "POST /users/@me/channels",
        ):
            stage.discord.faults.add(route, times=None, status=status, code=code)
        await stage.until(lambda: len(stage.api.tasks) == 3)
        assert stage.clock is not None
        for _ in range(20):
            stage.clock.pass_by(seconds=20)
            await stage.quiet(0.05)

    refused = [
        f"{request.method} {request.route}"
        for request in stage.discord.requests
        if request.status == status
    ]
    assert replies
    assert len(refused) <= 5 * len(replies), refused
