"""Sends traces by OTLP, as the standard variables (OTEL_...) of the environment say."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager

from aiohttp import TraceConfig
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace import SpanProcessor
from opentelemetry.sdk.trace.export import BatchSpanProcessor

from bot.client import VideoBot
from bot.clock import Clock
from bot.metrics.announcer import HeardAnnouncer
from bot.metrics.monitoring import Monitoring, Own
from bot.metrics.traces import Traces
from bot.video.ports.edges import Announcer
from bot.video.values.standing import Standing
from bot.video.values.videos import VideoTask

FLUSH_SECONDS = 5.0  # at the end; what is not sent by then is lost

log = logging.getLogger(__name__)


class Tracing(Monitoring):
    """Traces beside whatever else is counted."""

    def __init__(self, others: Monitoring, traces: Traces, clock: Clock) -> None:
        self._others = others
        self._traces = traces
        self._clock = clock

    def moved(self, task: VideoTask) -> None:
        self._others.moved(task)
        self._traces.moved(task, self._clock.now())

    def refused(self, reason: str) -> None:
        self._others.refused(reason)

    def took_over(self, videos: int) -> None:
        self._others.took_over(videos)

    def ended_silent(self) -> None:
        self._others.ended_silent()

    def calls_to_api(self) -> TraceConfig | None:
        return self._others.calls_to_api()

    def calls_for_films(self) -> TraceConfig | None:
        return self._others.calls_for_films()

    def calls_to_discord(self) -> TraceConfig | None:
        return self._others.calls_to_discord()

    def listen(self, bot: VideoBot) -> None:
        self._others.listen(bot)

    def around(self, announcer: Announcer) -> Announcer:
        inner = self._others.around(announcer)
        return HeardAnnouncer(inner, self._traces.delivered, self._clock)

    @asynccontextmanager
    async def serving(
        self, *, own: Callable[[], Own], read: Callable[[], Awaitable[Standing]]
    ) -> AsyncIterator[None]:
        try:
            async with self._others.serving(own=own, read=read):
                yield
        finally:
            await self._close()

    async def _close(self) -> None:
        try:
            async with asyncio.timeout(FLUSH_SECONDS):
                await asyncio.to_thread(self._traces.close)
        except TimeoutError:
            log.warning("The last traces could not be sent")


def tracing(others: Monitoring, clock: Clock, environ: Mapping[str, str]) -> Tracing:
    """Tracing to where the environment says."""
    service = environ.get("OTEL_SERVICE_NAME", "video-bot")
    return Tracing(others, Traces(otlp_processor(), service), clock)


def otlp_processor() -> SpanProcessor:
    """What sends spans from a thread of its own, and drops some if it cannot keep up."""
    return BatchSpanProcessor(OTLPSpanExporter())
