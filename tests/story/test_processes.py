"""Several processes of the program on one PostgreSQL do what one would do."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager

import pytest

from bot.playground.demo.child import Child
from bot.playground.guild import Request
from bot.video.life.progress import SHOW_AGAIN
from tests.story.harness import Harness, free_port

pytestmark = [pytest.mark.long, pytest.mark.timeout(120)]
PEOPLE = "maya", "leo", "sam"


@asynccontextmanager
async def started(harness: Harness, count: int, **settings: str) -> AsyncIterator[list[Child]]:
    """So many processes, each with a port of its own."""
    async with AsyncExitStack() as stack:
        yield [
            await stack.enter_async_context(harness.process(WEB_PORT=str(free_port()), **settings))
            for _ in range(count)
        ]


def edits(harness: Harness) -> Iterator[Request]:
    """The edits of messages, replies among them."""
    for each in harness.discord.requests:
        if each.method == "PATCH" and "/messages/" in each.path and each.status == 200:
            yield each


def repeated(harness: Harness) -> list[Request]:
    """The edits equal to the one before of the same message, unless that had `SHOW_AGAIN` to
    arrive: a last edit is made again if it cut off an earlier one."""
    last: dict[str, Request] = {}
    found = []
    for each in edits(harness):
        before = last.get(each.path)
        if before and before.body == each.body and each.at - before.at < SHOW_AGAIN:
            found.append(each)
        last[each.path] = each
    return found


@pytest.mark.parametrize("count", [2, 4])
async def test_no_message_is_edited_twice_for_one_change(pg_harness: Harness, count: int) -> None:
    async with started(pg_harness, count, MAX_RUNNING="3"):
        await asyncio.gather(*(pg_harness.video(PEOPLE[number % 3]) for number in range(12)))
        await pg_harness.film(12)
        await pg_harness.quiet(1.0)
    assert len(list(edits(pg_harness))) > 12
    assert repeated(pg_harness) == []
