"""Wires the metrics of a process: a registry, the looks at the database, and the page."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from prometheus_client import (
    CONTENT_TYPE_PLAIN_0_0_4,
    CollectorRegistry,
    GCCollector,
    ProcessCollector,
    generate_latest,
)

from bot.clock import Clock
from bot.metrics.gauges import Gauges, Own
from bot.metrics.looks import Looks
from bot.video.values.standing import Standing
from bot.web import metrics, server


class Monitor:
    """The metrics of one process."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        GCCollector(registry=self._registry)

    @asynccontextmanager
    async def serving(
        self,
        *,
        host: str,
        port: int,
        own: Callable[[], Own],
        read: Callable[[], Awaitable[Standing]],
    ) -> AsyncIterator[int]:
        """Serve `/metrics` until the block ends; yields the port. Raises `StartupError`."""
        gauges, looks = Gauges(own), Looks(read, self._clock)
        self._registry.register(gauges)

        async def render() -> tuple[bytes, str]:
            gauges.show(await looks.latest(), self._clock.now())
            return generate_latest(self._registry), CONTENT_TYPE_PLAIN_0_0_4

        page = metrics.build(render)
        try:
            async with server.serving(page, host=host, port=port, named="METRICS") as found:
                yield found
        finally:
            await looks.close()
