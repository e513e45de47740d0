"""Several processes on one PostgreSQL share Discord's shards: they join, die and leave."""

import asyncio
import os
import signal

import pytest

from bot.playground.demo.child import Child
from bot.playground.guild.demo import GUILD
from bot.playground.page import Life
from tests.story.fleet import SECOND, STAGE, Crowd, Fleet
from tests.story.harness import Harness

pytestmark = pytest.mark.long

SYNCS = "PUT /applications/*/commands"


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


async def ended(child: Child) -> None:
    """A process ends after SIGTERM, in its own time."""
    assert child.pid is not None
    os.kill(child.pid, signal.SIGTERM)
    async with asyncio.timeout(60):
        await child.died()


async def test_a_killed_process_is_replaced_by_the_other(fleet: Fleet) -> None:
    discord = fleet.harness.discord
    async with fleet.process() as first, fleet.process():
        await fleet.shared_by(2)
        await served(fleet)

        await first.kill()

        await fleet.shared_by(1)
        await served(fleet)

    assert discord.gateway.refused_identifies == 0
    assert len(discord.requests.matching(SYNCS)) == 1
    assert len(fleet.harness.api.requests) == 4


async def test_a_rolling_deploy_leaves_nobody_without_an_answer(fleet: Fleet) -> None:
    async with fleet.process() as old:
        await fleet.shared_by(1)
        crowd = Crowd(fleet.harness)
        async with fleet.process():
            await fleet.shared_by(2)
            await ended(old)
            await fleet.shared_by(1)
            await crowd.stop()
            await served(fleet)

    assert all("credits used" in each for each in crowd.read)
    assert len(crowd.read) > 10
    assert fleet.harness.discord.gateway.refused_identifies == 0


async def test_a_command_that_two_processes_hear_makes_one_video(fleet: Fleet) -> None:
    harness = fleet.harness
    gateway = harness.discord.gateway
    places = {GUILD: "films", SECOND: STAGE}
    async with fleet.process():
        await fleet.shared_by(1)
        async with fleet.process():
            # The old owner of a shard lets go of it a while after the new one is connected.
            await harness.until(lambda: any(gateway.heard(each) == 2 for each in places))
            (channel,) = (places[each] for each in places if gateway.heard(each) == 2)
            sent = await harness.video(channel=channel)
            await harness.film(channel=channel)
            await fleet.shared_by(2)
            await harness.reads(sent, "see the video")
            await harness.quiet()

    assert len(harness.api.requests) == len(harness.films(channel)) == 1


async def test_one_process_hears_and_another_makes_the_videos(
    fleet: Fleet, capfd: pytest.CaptureFixture[str]
) -> None:
    worker_port, ready = str(fleet.harness.port), fleet.harness.is_ready
    async with (
        fleet.process("--role", "gateway", LOG_LEVEL="INFO"),
        fleet.process("--role", "worker", WEB_PORT=worker_port, LOG_LEVEL="INFO"),
    ):
        await fleet.shared_by(1)
        await served(fleet)
        assert await ready()

    assert len(fleet.harness.api.requests) == 2
    log = capfd.readouterr().err
    assert "Connects to hear shards 0-1 of 2" in log
    assert "Ready as a worker: makes videos, hears nobody" in log


async def test_a_frozen_process_is_replaced_and_ends_when_it_wakes(fleet: Fleet) -> None:
    async with fleet.process() as first, fleet.process():
        await fleet.shared_by(2)
        assert first.pid is not None
        os.kill(first.pid, signal.SIGSTOP)
        try:
            await fleet.harness.until(lambda: len(set(fleet.owners())) == 1, within=60)
        finally:
            os.kill(first.pid, signal.SIGCONT)
        async with asyncio.timeout(60):
            await first.died()

        assert "taken over" in first.last_words
        await fleet.shared_by(1)
        await served(fleet)

    assert len(fleet.harness.api.requests) == 2


async def test_a_lost_connection_of_one_shard_disturbs_no_process(fleet: Fleet) -> None:
    gateway = fleet.harness.discord.gateway
    async with fleet.process() as only:
        await fleet.shared_by(1)
        await served(fleet)  # so both shards have read that their sessions began
        gateway.drop()
        await fleet.harness.until(lambda: gateway.resumes == 2)
        gateway.invalidate()
        await fleet.harness.until(lambda: fleet.is_shared_by(1), within=60)
        await served(fleet)
        assert only.life is Life.RUNNING

    assert gateway.refused_identifies == 0
