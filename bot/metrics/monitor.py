"""Counts what happens in a process, and serves it with how everything stands."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from aiohttp import TraceConfig
from prometheus_client import (
    CONTENT_TYPE_PLAIN_0_0_4,
    CollectorRegistry,
    GCCollector,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)

from bot.client import VideoBot
from bot.clock import Clock
from bot.config import Config
from bot.metrics.announcer import HeardAnnouncer
from bot.metrics.answers import Answers
from bot.metrics.calls import Calls
from bot.metrics.counters import Counters
from bot.metrics.gauges import Gauges
from bot.metrics.looks import Looks
from bot.metrics.monitoring import Monitoring, Own
from bot.video.ports.edges import Announcer
from bot.video.values.standing import Standing
from bot.video.values.videos import VideoTask
from bot.web import metrics, server


class Monitor(Monitoring):
    """The metrics of one process."""

    def __init__(self, config: Config, port: int, clock: Clock) -> None:
        self._config = config
        self._port = port
        self._clock = clock
        # A second series for each counter, which nothing here asks for.
        disable_created_metrics()  # type: ignore[no-untyped-call]
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        GCCollector(registry=self._registry)
        self._counters = Counters(self._registry)
        self._answers = Answers(self._counters, clock)

    def moved(self, task: VideoTask) -> None:
        self._counters.moved(task)

    def refused(self, reason: str) -> None:
        self._counters.refused(reason)

    def took_over(self, videos: int) -> None:
        self._counters.took_over(videos)

    def ended_silent(self) -> None:
        self._counters.ended_silent()

    def calls_to_api(self) -> TraceConfig | None:
        return self._calls("api", self._config.evolink_base_url).tracing()

    def calls_for_films(self) -> TraceConfig | None:
        return self._calls("films", None).tracing()

    def calls_to_discord(self) -> TraceConfig | None:
        return self._calls("discord", self._config.discord_api_url, self._answers).tracing()

    def listen(self, bot: VideoBot) -> None:
        bot.add_listener(self._answers.heard, "on_interaction")

    def around(self, announcer: Announcer) -> Announcer:
        return HeardAnnouncer(announcer, self._counters.delivered, self._clock)

    def _calls(self, to: str, base: str | None, listener: Answers | None = None) -> Calls:
        monotonic = self._clock.monotonic
        return Calls(self._counters, to=to, base=base, monotonic=monotonic, listener=listener)

    @asynccontextmanager
    async def serving(
        self, *, own: Callable[[], Own], read: Callable[[], Awaitable[Standing]]
    ) -> AsyncIterator[None]:
        gauges, looks = Gauges(), Looks(read, self._clock)
        self._registry.register(gauges)

        async def render() -> tuple[bytes, str]:
            gauges.show(own(), await looks.latest(), self._clock.now())
            # Writing the page takes milliseconds, in which answers would have to wait.
            page = await asyncio.to_thread(generate_latest, self._registry)
            return page, CONTENT_TYPE_PLAIN_0_0_4

        served, host = metrics.build(render), self._config.metrics_host
        try:
            async with server.serving(served, host=host, port=self._port, named="METRICS"):
                yield
        finally:
            await looks.close()
