"""Chooses whether a process is monitored; what monitoring needs is only loaded then."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager

from aiohttp import TraceConfig
from msgspec import Struct

from bot.client import VideoBot
from bot.clock import Clock
from bot.config import Config
from bot.errors import StartupError
from bot.video.life.gate import Pause
from bot.video.ports.edges import Announcer
from bot.video.ports.meters import Unmetered
from bot.video.values.standing import Standing

# https://opentelemetry.io/docs/specs/otel/protocol/exporter/
TRACED = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")


class Own(Struct, frozen=True, kw_only=True):
    """What a process knows of itself. `cap` is the operator's, in 1/10,000 credit."""

    version: str
    is_connected: bool
    saves: bool  # the database does what this process asks of it
    holds_lease: bool
    pause: Pause | None
    cap: int | None


class Monitoring(Unmetered):
    """Counts nothing; `bot.metrics.monitor.Monitor` counts."""

    def calls_to_api(self) -> TraceConfig | None:
        """What traces the calls to the video API."""
        return None

    def calls_for_films(self) -> TraceConfig | None:
        """What traces the downloads of videos."""
        return None

    def calls_to_discord(self) -> TraceConfig | None:
        """What traces the calls to Discord."""
        return None

    def listen(self, bot: VideoBot) -> None:
        """Time the answers to what `bot` hears."""

    def around(self, announcer: Announcer) -> Announcer:
        """The announcer, with its messages counted."""
        return announcer

    @asynccontextmanager
    async def serving(
        self, *, own: Callable[[], Own], read: Callable[[], Awaitable[Standing]]
    ) -> AsyncIterator[None]:
        """Serve what was counted until the block ends. Raises `StartupError`."""
        yield


def monitoring(config: Config, clock: Clock, environ: Mapping[str, str]) -> Monitoring:
    """The monitoring that the operator asked for. Raises `StartupError` if something is missing."""
    chosen = Monitoring()
    if config.metrics_port is not None:
        from bot.metrics.monitor import Monitor

        chosen = Monitor(config, config.metrics_port, clock)
    if not any(map(environ.get, TRACED)):
        return chosen
    try:
        from bot.metrics.tracing import tracing
    except ImportError:
        raise StartupError(f"{TRACED[0]} is set, which needs: pip install '.[traces]'") from None
    return tracing(chosen, clock, environ)
