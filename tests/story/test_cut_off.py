"""A machine that reaches the database but no longer the services leaves its work to the others."""

import asyncio
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack

import pytest

from bot.playground.demo.child import Child
from tests.story.fleet import STAGE, Fleet
from tests.story.harness import Harness
from tests.story.links import Link

pytestmark = [pytest.mark.long, pytest.mark.timeout(300)]

LIMIT = 90.0  # real seconds until a process that is cut off has ended
API, DISCORD = ("EVOLINK_BASE_URL",), ("DISCORD_API_URL", "DISCORD_GATEWAY_URL")


@pytest.fixture
def fleet(slow_harness: Harness, pg_url: str) -> Fleet:
    slow_harness.command = (sys.executable, "-m", "tests.story.impatient", "run")
    return Fleet(slow_harness, pg_url)


@pytest.fixture
async def links(fleet: Fleet) -> AsyncIterator[dict[str, Link]]:
    """Links to both services, by the variables that name them."""
    settings = fleet.harness.settings
    async with AsyncExitStack() as stack:
        yield {
            name: await stack.enter_async_context(Link(settings[name])) for name in API + DISCORD
        }


async def cut_off(child: Child, links: dict[str, Link], names: Sequence[str]) -> None:
    """Let links die, and wait until the process ends by itself."""
    for name in names:
        links[name].die()
    async with asyncio.timeout(LIMIT):
        await child.died()
    assert child._process is not None
    assert child._process.returncode == 1, "so that a supervisor starts it again"


def has_all(fleet: Fleet, count: int) -> bool:
    """Whether so many processes have all shards, by the rows; a dead link keeps its sessions."""
    owners = fleet.owners()
    return 0 not in owners and len(set(owners)) == count


@pytest.mark.parametrize(
    ("names", "missed"),
    [(API, "the video API"), (DISCORD, "Discord")],
    ids=["api", "discord"],
)
async def test_another_process_finishes_the_videos_of_one_that_is_cut_off(
    fleet: Fleet, links: dict[str, Link], names: Sequence[str], missed: str, capfd
) -> None:
    harness, log = fleet.harness, [""]

    def said() -> str:
        log.append(capfd.readouterr().err)
        return "".join(log)

    through = {name: link.url for name, link in links.items()}
    async with fleet.process(**through) as lonely:
        await fleet.shared_by(1)
        await harness.video(channel="films")
        await harness.video(channel=STAGE)
        await harness.until(lambda: len(harness.api.requests) == 2)
        async with fleet.process():
            await fleet.shared_by(2)

            await cut_off(lonely, links, names)

            await harness.until(lambda: has_all(fleet, 1))
            await harness.film(channel="films")
            await harness.film(channel=STAGE)
            assert f"This process has not reached {missed}" in said()

            await lonely.start()
            await harness.until(lambda: "it waits until it does, too" in said())
            assert has_all(fleet, 1)
            for link in links.values():
                link.heal()
            await fleet.shared_by(2)

    assert len(harness.api.requests) == 2
