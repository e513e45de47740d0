"""A crowd's follow-ups keep below what Discord takes in a channel."""

import asyncio

from bot.ui.follow_ups import MOST, WINDOW, FollowUps
from tests.fakes import FakeClock, settle

FILMS, OTHER = 1, 2


async def test_a_channel_gets_no_more_follow_ups_in_a_minute_than_discord_takes() -> None:
    clock = FakeClock()
    follow_ups = FollowUps(clock)
    crowd = [asyncio.create_task(follow_ups.wait(FILMS)) for _ in range(2 * MOST + 1)]

    def sent() -> int:
        return sum(each.done() for each in crowd)

    await settle()
    assert sent() == MOST
    await clock.advance(WINDOW - 1)
    assert sent() == MOST
    await clock.advance(1)
    assert sent() == 2 * MOST
    await clock.advance(WINDOW)
    assert sent() == 2 * MOST + 1


async def test_another_channel_does_not_wait_for_it() -> None:
    clock = FakeClock()
    follow_ups = FollowUps(clock)
    for _ in range(MOST):
        await follow_ups.wait(FILMS)

    async with asyncio.timeout(1):
        await follow_ups.wait(OTHER)
