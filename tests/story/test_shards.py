"""Several processes on one PostgreSQL share Discord's shards: they join, die and leave."""

import pytest

from tests.story.fleet import STAGE, Fleet
from tests.story.harness import Harness

pytestmark = pytest.mark.long


@pytest.fixture
def fleet(process_harness: Harness, pg_url: str) -> Fleet:
    return Fleet(process_harness, pg_url)


async def served(fleet: Fleet) -> None:
    """Both servers get a first response and a video."""
    harness = fleet.harness
    counts = {channel: len(harness.films(channel)) for channel in ("films", STAGE)}
    for channel in counts:
        await harness.video(channel=channel)
    for channel, count in counts.items():
        await harness.film(count + 1, channel=channel)


async def test_a_joiner_takes_its_share_and_a_killed_one_is_replaced(fleet: Fleet) -> None:
    gateway = fleet.harness.discord.gateway
    async with fleet.process() as first:
        await fleet.shared_by(1)
        await served(fleet)
        async with fleet.process():
            await fleet.shared_by(2)
            await served(fleet)

            await first.kill()

            await fleet.shared_by(1)
            await served(fleet)

    assert gateway.refused_identifies == 0
    assert len(fleet.harness.api.requests) == 6
