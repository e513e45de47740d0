"""Counts the calls of a session by aiohttp's own tracing, so that nobody who calls knows of it."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Protocol

from aiohttp import (
    ClientSession,
    TraceConfig,
    TraceRequestChunkSentParams,
    TraceRequestEndParams,
    TraceRequestExceptionParams,
    TraceRequestStartParams,
)
from yarl import URL

from bot.metrics.counters import Counters
from bot.metrics.routes import method_of, route_of

CUT = "cut"  # in the place of a status: no answer


class Answered(Protocol):
    """Learns of each answered call. `said` is the beginning of its body, if that was asked for."""

    def wants(self, method: str, path: str) -> bool:
        """Whether to keep the beginning of this call's body."""
        ...

    def answered(self, method: str, path: str, status: int, said: bytes) -> None:
        """A call was answered."""
        ...


class Calls:
    """What traces the calls to one service, `to`, whose addresses begin with `base`; None if they
    are of many hosts."""

    def __init__(
        self,
        counters: Counters,
        *,
        to: str,
        base: str | None,
        monotonic: Callable[[], float],
        listener: Answered | None = None,
    ) -> None:
        self._counters = counters
        self._to = to
        self._base = None if base is None else URL(base)
        self._monotonic = monotonic
        self._listener = listener

    def tracing(self) -> TraceConfig:
        """The configuration for a session."""
        config = TraceConfig()
        config.on_request_start.append(self._started)
        config.on_request_end.append(self._ended)
        config.on_request_exception.append(self._failed)
        if self._listener is not None:
            config.on_request_chunk_sent.append(self._sent)
        return config

    async def _started(
        self, _: ClientSession, call: SimpleNamespace, begun: TraceRequestStartParams
    ) -> None:
        call.began = self._monotonic()
        call.said = b""
        if (getattr(call, "trace_request_ctx", None) or 1) > 1:
            self._counters.api_retries.inc()

    async def _sent(
        self, _: ClientSession, call: SimpleNamespace, sent: TraceRequestChunkSentParams
    ) -> None:
        wants = self._listener is not None and self._listener.wants(sent.method, sent.url.path)
        if wants and not call.said:
            call.said = bytes(sent.chunk)

    async def _ended(
        self, _: ClientSession, call: SimpleNamespace, ended: TraceRequestEndParams
    ) -> None:
        self._count(call, ended.method, ended.url, str(ended.response.status))
        if self._listener is not None:
            path, status = ended.url.path, ended.response.status
            self._listener.answered(ended.method, path, status, call.said)

    async def _failed(
        self, _: ClientSession, call: SimpleNamespace, failed: TraceRequestExceptionParams
    ) -> None:
        self._count(call, failed.method, failed.url, CUT)

    def _count(self, call: SimpleNamespace, method: str, url: URL, code: str) -> None:
        where = (self._to, method_of(method), route_of(url, self._base))
        self._counters.calls.labels(*where, code).inc()
        self._counters.call_time.labels(*where).observe(self._monotonic() - call.began)
