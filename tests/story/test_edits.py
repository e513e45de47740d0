"""Edits on the real program: with whose token, how often, and when Discord cannot be asked."""

from datetime import timedelta
from typing import Any

import pytest

from bot.playground.guild import Cut, Limits
from bot.playground.guild.ratelimits import Limit
from tests.story.harness import PROMPT, Harness


async def test_after_minute_fourteen_the_bot_edits_with_its_own_token(harness: Harness) -> None:
    harness.api.faults.stick_next()
    async with harness.bot():
        sent = await harness.video()
        await harness.until(lambda: harness.api.tasks)
        assert harness.clock is not None
        harness.clock.pass_by(minutes=14)
        asked_before = len(harness.discord.requests)
        next(iter(harness.api.tasks.values())).unstick.set()
        await harness.film()
        await harness.reads(sent, "see the video")

    later = [request for request in harness.discord.requests[asked_before:]]
    assert not [request for request in later if request.route.startswith("/webhooks")]
    assert harness.pings("maya") == 1


@pytest.mark.long
async def test_an_hour_later_edits_of_old_messages_are_slow_but_come(harness: Harness) -> None:
    harness.discord.state.limits.limits = Limits(old_edits=Limit(count=2, seconds=1.0))
    harness.api.faults.stick_next(times=None)
    async with harness.bot(MAX_RUNNING="6"):
        sent = [await harness.video() for _ in range(6)]
        await harness.until(lambda: len(harness.api.tasks) == 6)
        assert harness.clock is not None
        harness.clock.pass_by(hours=1.5)
        for task in harness.api.tasks.values():
            task.unstick.set()
        await harness.film(6)
        for each in sent:
            await harness.reads(each, "see the video")

    edits = harness.discord.requests.matching("PATCH /channels/*/messages/*")
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
    harness: Harness, trouble: str
) -> None:
    fault, arrives = FIRST_RESPONSE[trouble]
    harness.discord.faults.add("POST /interactions/*/callback", **fault)
    async with harness.bot() as app:
        sent = await harness.discord.actor("maya").command("films", "video", {"prompt": PROMPT})
        if arrives:
            await sent.responded()
            await harness.film()
            await harness.reads(sent, "see the video")
        else:
            await harness.until(lambda: harness.discord.requests.matching("POST /interactions/*"))
            await harness.quiet()
            quota = await harness.asks("maya", "quota")
            assert "0 of 1,000 credits used" in quota
        assert await app.store.tx(lambda books: books.discrepancies()) == []

    assert len(harness.api.requests) == int(arrives)
    codes = {request.code for request in harness.discord.requests}
    assert (40060 in codes) is (trouble == "already there")


async def test_ten_films_in_a_channel_stay_within_its_edits_and_end_at_once(
    harness: Harness,
) -> None:
    harness.api.faults.stick_next(times=None)
    limits = {"MAX_RUNNING": "10", "DEFAULT_AT_ONCE": "10"}
    async with harness.bot(**limits):
        sent = [await harness.video() for _ in range(10)]
        await harness.until(lambda: len(harness.api.tasks) == 10)
        await harness.until(lambda: all("Rendering" in each.message.text for each in sent))
        assert harness.clock is not None
        watched_until = harness.clock.now() + timedelta(seconds=30)
        await harness.until(lambda: harness.clock.now() > watched_until)
        first = next(iter(harness.api.tasks.values()))
        first.unstick.set()
        await harness.film()
        await harness.until(lambda: any("see the video" in each.message.text for each in sent))

    times = sorted(request.at for request in harness.discord.requests.matching("PATCH *"))
    busiest = max(
        sum(0 <= (other - start).total_seconds() < 5 for other in times) for start in times
    )
    assert busiest <= 5
    assert [request for request in harness.discord.requests if request.status == 429] == []


@pytest.mark.parametrize("status", [401, 403])
async def test_refusals_never_add_up_to_a_ban(harness: Harness, status: int) -> None:
    code = 0 if status == 401 else 50001
    async with harness.bot():
        replies = [await harness.video() for _ in range(3)]
        for route in (
            "POST /channels/{channel_id}/messages",
            "PATCH *",
            "POST /users/@me/channels",
        ):
            harness.discord.faults.add(route, times=None, status=status, code=code)
        await harness.until(lambda: len(harness.api.tasks) == 3)
        assert harness.clock is not None
        for _ in range(20):
            harness.clock.pass_by(seconds=20)
            await harness.quiet(0.05)

    refused = [
        f"{request.method} {request.route}"
        for request in harness.discord.requests
        if request.status == status
    ]
    assert replies
    assert len(refused) <= 5 * len(replies), refused
