"""Gauges: how everything stands at the moment of a scrape. No label names a person or a place."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from bot.metrics.monitoring import Own
from bot.video.life.gate import Pause
from bot.video.values.prices import CREDIT
from bot.video.values.standing import Peer, Standing

OPERATOR = "operator"  # paused by `python -m bot pause`


class Gauges(Collector):
    """The gauges of the latest look; what only the database knows is missing while it is down."""

    def __init__(self) -> None:
        self._seen: tuple[Own, Standing | None, datetime] | None = None

    def show(self, own: Own, standing: Standing | None, now: datetime) -> None:
        """Show this from now on; no standing: the database is down."""
        self._seen = (own, standing, now)

    def collect(self) -> Iterable[GaugeMetricFamily]:
        """The families, as Prometheus' library asks for them."""
        if self._seen is None:
            return
        own, standing, now = self._seen
        yield from _of_process(own)
        is_up = own.saves and standing is not None
        yield _one("database_up", "Whether the database answers this scrape, and saves.", is_up)
        yield _paused(own, standing)
        if standing is not None:
            yield from _of_database(standing, now)

    def describe(self) -> Iterable[GaugeMetricFamily]:
        """Names nothing in advance: registering would ask the database."""
        return ()


def _of_process(own: Own) -> Iterator[GaugeMetricFamily]:
    build = GaugeMetricFamily(
        "videobot_build_info", "The bot's version; always 1.", labels=["version"]
    )
    build.add_metric([own.version], 1)
    yield build
    yield _one("discord_connected", "Whether commands reach this process.", own.is_connected)
    yield _one("lease_held", "Whether this process may drive videos.", own.holds_lease)
    if own.cap is not None:
        yield _one("day_credits_limit", "MAX_CREDITS_PER_DAY, in credits.", own.cap / CREDIT)


def _paused(own: Own, standing: Standing | None) -> GaugeMetricFamily:
    """For each cause, 1 while it keeps this process from submitting videos."""
    holds = dict.fromkeys((OPERATOR, *Pause), False)
    if own.pause is not None:
        holds[own.pause] = True
    holds[OPERATOR] = standing is not None and standing.is_paused
    return _by("paused", "1 while nothing is submitted, by cause.", "cause", holds)


def _of_database(seen: Standing, now: datetime) -> Iterator[GaugeMetricFamily]:
    ages = {state: _age(seen.oldest.get(state), now) for state in seen.videos}
    yield _by("videos", "Videos that have not ended, by state.", "state", seen.videos)
    yield _by("oldest_video_seconds", "Age of the oldest video in each state.", "state", ages)
    yield _by("owed_messages", "Messages still to be sent or edited, by kind.", "kind", seen.owed)
    yield _one("overdue_messages", "Owed messages that are due by now.", seen.overdue)
    yield _one(
        "overdue_messages_seconds",
        "How long the oldest overdue message has been due.",
        _age(seen.overdue_since, now),
    )
    yield _one("doubted_messages", "Owed messages that may have been sent already.", seen.doubted)
    yield _one(
        "day_credits", "Credits ordered in the last 24 hours, possible charges included.",
        seen.ordered / CREDIT,
    )  # fmt: skip
    yield _one("deferred_answers", 'Answers that are still "thinking".', seen.deferred)
    yield _one("processes", "Processes that have not ended.", len(seen.processes))
    unreached = Counter(peer for each in seen.processes for peer in each.unreached)
    yield _by(
        "unreached_processes",
        "Processes that a service does not answer, where processes share a database.",
        "service",
        {peer: unreached[peer] for peer in Peer},
    )
    yield _one("shards", "Discord's shards, where processes share them.", len(seen.shards))
    yield _one("unheard_shards", "Shards that no process hears.", seen.unheard)
    moving = sum(shard.next_owner != 0 for shard in seen.shards)
    yield _one("moving_shards", "Shards that another process is about to hear.", moving)


def _one(name: str, what: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"videobot_{name}", what, value=float(value))


def _by(name: str, what: str, label: str, values: Mapping[Any, float]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(f"videobot_{name}", what, labels=[label])
    for word, value in values.items():
        family.add_metric([str(word)], float(value))
    return family


def _age(since: datetime | None, now: datetime) -> float:
    return 0.0 if since is None else max(0.0, (now - since).total_seconds())
