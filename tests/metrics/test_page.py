"""A scrape's answer while the database is well, slow or down."""

import asyncio

import pytest
from msgspec.structs import replace

from bot.config import Config
from bot.errors import StorageDown
from bot.metrics import looks
from bot.metrics.monitor import Monitor
from bot.metrics.monitoring import Own
from bot.video.values.standing import Process, Standing
from bot.video.values.videos import State
from tests.fakes import FakeClock
from tests.metrics.scrapes import OWN, STANDING, Scrape, page_of, scraped
from tests.story.harness import free_port


async def scrape(read, times: int = 1, own: Own = OWN) -> Scrape:
    port = free_port()
    monitor = Monitor(Config(metrics_port=port), port, FakeClock())
    async with monitor.serving(own=lambda: own, read=read):
        pages = await asyncio.gather(*(page_of(port) for _ in range(times)))
    return scraped(pages[-1])


def test_no_shard_is_missed_where_discord_calls_a_process() -> None:
    called = Process(owner=9, started_at=STANDING.oldest[State.QUEUED], silent=1.0, role="http")

    assert STANDING.unheard == 1
    assert replace(STANDING, processes=(*STANDING.processes, called)).unheard == 0


async def test_a_scrape_says_how_everything_stands() -> None:
    async def read() -> Standing:
        return STANDING

    seen = await scrape(read)

    assert seen['videobot_videos{state="queued"}'] == 3
    assert seen['videobot_videos{state="running"}'] == 0
    assert seen['videobot_oldest_video_seconds{state="queued"}'] == pytest.approx(120)
    assert seen['videobot_oldest_video_seconds{state="running"}'] == 0
    assert seen['videobot_owed_messages{kind="film"}'] == 2
    assert seen["videobot_overdue_messages_seconds"] == 0  # a clock that was set back
    assert seen["videobot_day_credits"] == 27
    assert seen["videobot_deferred_answers"] == 4
    assert seen["videobot_shards"] == 2
    assert seen["videobot_unheard_shards"] == 1
    assert seen["videobot_moving_shards"] == 1
    assert seen['videobot_unreached_processes{service="api"}'] == 1
    assert seen['videobot_unreached_processes{service="discord"}'] == 0
    assert seen['videobot_paused{cause="operator"}'] == 1
    assert seen['videobot_paused{cause="key"}'] == 1
    assert seen['videobot_paused{cause="outage"}'] == 0
    assert seen['videobot_build_info{version="1.2"}'] == 1
    assert "videobot_day_credits_limit" not in seen  # unlimited
    assert seen["process_resident_memory_bytes"] > 1e6


async def test_a_database_that_is_down_leaves_what_the_process_knows_itself() -> None:
    async def read() -> Standing:
        raise StorageDown("the disk is gone")

    seen = await scrape(read)

    assert seen["videobot_database_up"] == 0
    assert seen["videobot_discord_connected"] == 1
    assert not [name for name in seen if name.startswith("videobot_videos{")]


async def test_a_database_that_only_reads_is_down() -> None:
    async def read() -> Standing:
        return STANDING

    seen = await scrape(read, own=replace(OWN, saves=False))

    assert seen["videobot_database_up"] == 0
    assert [name for name in seen if name.startswith("videobot_videos{")]


async def test_a_database_that_hangs_is_asked_once_and_every_scrape_is_answered(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(looks, "WITHIN", 0.05)
    asked = 0

    async def read() -> Standing:
        nonlocal asked
        asked += 1
        await asyncio.Event().wait()
        raise AssertionError

    seen = await scrape(read, times=5)

    assert seen["videobot_database_up"] == 0
    assert asked == 1


async def test_a_crowd_of_scrapes_reads_the_database_once() -> None:
    asked = 0

    async def read() -> Standing:
        nonlocal asked
        asked += 1
        return STANDING

    seen = await scrape(read, times=20)

    assert seen["videobot_database_up"] == 1
    assert asked == 1
