"""The operator's defaults hold for a person across all servers."""

import asyncio

import pytest

from bot.db import open_store
from bot.errors import Refusal
from bot.video.limits import changes
from bot.video.values.asker import Asker
from bot.video.values.limits import Measure, Subject, Window
from bot.video.values.videos import RemoteStatus
from tests.video.harness import CHANNEL, PERSON, SERVER, Harness, Start, limits

PRICE = 27  # credits of a video
CREDITS = 10_000
SERVERS = range(SERVER, SERVER + 24)
EVERYONE = {"subject": Subject.EVERYONE, "subject_id": 0}


async def set_limit(middle: Harness, server, measure, amount, window=Window.DAY) -> changes.Placed:
    kind = {"measure": measure, "window": window, "amount": amount}
    return await middle.videos.moderate(changes.set_limit, (server, 9), **EVERYONE, **kind)


async def make(middle: Harness, servers, **kwargs) -> list[str]:
    """A video in each server, made to its end; the reason of each refusal."""
    reasons = []
    for server in servers:
        try:
            await middle.ask(server=server, **kwargs)
        except Refusal as refusal:
            reasons.append(refusal.reason)
            continue
        await middle.clock.advance(20)
        middle.api.finish(len(middle.api.tasks))
        await middle.clock.advance(90)
    return reasons


async def room(middle: Harness, server=SERVER):
    return await middle.videos.room(server, Asker(user_id=PERSON, channel_id=CHANNEL))


async def test_a_person_in_24_servers_has_one_default_allowance(start: Start):
    async with start(limits=limits(daily=100, at_once=2)) as middle:
        assert await make(middle, SERVERS) == ["limit_default"] * 21
        await middle.ask(user=PERSON + 1)


async def test_a_person_in_many_servers_has_one_default_number_of_videos_at_once(start: Start):
    async with start(limits=limits(at_once=2)) as middle:
        await middle.ask(server=1)
        await middle.ask(server=2)
        with pytest.raises(Refusal, match="at_once_anywhere") as refused:
            await middle.accept(server=3)
        assert refused.value.facts["active"] == 2
        await middle.ask(server=3, user=PERSON + 1)


async def test_failing_videos_in_many_servers_share_one_second_allowance(start: Start):
    async with start(limits=limits(daily=2 * PRICE)) as middle:
        for server in range(1, 5):
            await middle.ask(server=server)
            await middle.clock.advance(20)
            middle.api.say(len(middle.api.tasks), status=RemoteStatus.FAILED)
            await middle.clock.advance(90)
        with pytest.raises(Refusal, match="wasted_credits"):
            await middle.accept(server=5)


async def test_a_server_limit_decides_inside_it_and_its_videos_count_elsewhere(start: Start):
    async with start(limits=limits(daily=PRICE)) as middle:
        await set_limit(middle, 2, Measure.FILMS, 3)
        assert await make(middle, [2, 2, 2, 2]) == ["limit_films"]
        assert await make(middle, [1]) == ["limit_default"]


async def test_server_limits_no_larger_than_the_default_lift_nobody_past_it(start: Start):
    async with start(limits=limits(daily=2 * PRICE, at_once=2)) as middle:
        for server in SERVERS:
            placed = await set_limit(middle, server, Measure.CREDITS, 2 * PRICE * CREDITS)
            await set_limit(middle, server, Measure.AT_ONCE, 1, Window.NOW)
        assert placed is not None
        assert await make(middle, SERVERS) == ["limit_default"] * 22


async def test_a_larger_limit_for_videos_at_once_holds_in_its_server_alone(start: Start):
    async with start(limits=limits(at_once=2)) as middle:
        await set_limit(middle, 2, Measure.AT_ONCE, 4, Window.NOW)
        for _ in range(4):
            await middle.ask(server=2)
        for server, reason in ((2, "at_once"), (1, "at_once_anywhere")):
            with pytest.raises(Refusal) as refused:
                await middle.accept(server=server)
            assert refused.value.reason == reason


async def test_a_reset_frees_what_was_used_in_its_server_and_nothing_of_others(start: Start):
    async with start(limits=limits(daily=2 * PRICE)) as middle:
        assert await make(middle, [1, 2]) == []
        await middle.videos.moderate(changes.reset, (1, 9), user_id=PERSON)
        await middle.clock.advance(1)
        assert await make(middle, [1, 1]) == ["limit_default"]
        assert await make(middle, [2]) == ["limit_default"]
        assert (await room(middle)).usages[0].used == 2 * PRICE * CREDITS


async def test_a_crowd_of_one_in_many_servers_at_once_gets_one_allowance(
    pg_url, start: Start, clock
):
    async with (
        start(limits=limits(daily=3 * PRICE)) as middle,
        open_store(pg_url, clock=clock) as store,
    ):
        middle.videos._store = store
        asked = (middle.accept(server=each % 8 + 1, user=PERSON) for each in range(40))
        ends = await asyncio.gather(*asked, return_exceptions=True)
        accepted = [each for each in ends if not isinstance(each, BaseException)]
        assert len(accepted) == 3
        assert {str(each) for each in ends if isinstance(each, Exception)} == {"limit_default"}
