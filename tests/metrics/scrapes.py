"""Scrapes of a process that is monitored, read as Prometheus would."""

from collections.abc import Mapping
from datetime import timedelta

import aiohttp
from prometheus_client.parser import text_string_to_metric_families

from bot.metrics.monitoring import Own
from bot.video.life.gate import Pause
from bot.video.values.posts import PostKind
from bot.video.values.standing import Peer, Process, Shard, Standing
from bot.video.values.videos import State
from tests.fakes import START

STANDING = Standing(
    videos={State.QUEUED: 3, State.RUNNING: 0},
    oldest={State.QUEUED: START - timedelta(minutes=2)},
    owed={PostKind.FILM: 2},
    overdue=1,
    overdue_since=START + timedelta(hours=1),
    doubted=0,
    ordered=270_000,
    deferred=4,
    processes=[Process(owner=1, started_at=START, silent=1, reached={Peer.API: 90.0})],
    shards=[
        Shard(id=0, owner=1, next_owner=0),
        Shard(id=1, owner=0, next_owner=1),
    ],
    is_paused=True,
    pause="",
)
OWN = Own(version="1.2", is_connected=True, saves=True, holds_lease=True, pause=Pause.KEY, cap=None)

Scrape = Mapping[str, float]


async def page_of(port: int) -> str:
    """What is served on a port of this machine."""
    async with aiohttp.ClientSession() as session:
        async with session.get(f"http://127.0.0.1:{port}/metrics") as answer:
            assert answer.status == 200
            assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
            return await answer.text()


def scraped(page: str) -> Scrape:
    """The samples by name, with their labels as the page has them: `name{label="value"}`."""
    found = {}
    for family in text_string_to_metric_families(page):
        for sample in family.samples:
            labels = ",".join(f'{name}="{value}"' for name, value in sorted(sample.labels.items()))
            found[f"{sample.name}{{{labels}}}" if labels else sample.name] = sample.value
    return found
