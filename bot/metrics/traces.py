"""One OpenTelemetry trace a video, from its order to its message, whichever processes drive it.

A trace's id comes from the video's: spans of later processes join it, and nothing is stored. Spans
hold no words, names or ids of people."""

import hashlib
from collections.abc import Mapping
from contextvars import ContextVar
from datetime import datetime

from msgspec import Struct
from opentelemetry.context import Context
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.id_generator import RandomIdGenerator
from opentelemetry.sdk.trace.sampling import Decision
from opentelemetry.trace import (
    NonRecordingSpan,
    SpanContext,
    Status,
    StatusCode,
    TraceFlags,
    set_span_in_context,
)

from bot import __version__
from bot.metrics.announcer import DONE, Delivered
from bot.video.life.tracker import LINK_LIFE
from bot.video.values.posts import PostKind
from bot.video.values.videos import State, VideoTask

SHOWN = frozenset({PostKind.FILM, PostKind.OUTCOME})  # the messages that end a video's way
FAILED = frozenset({State.FAILED, State.LOST})


class Ids(Struct, frozen=True, kw_only=True):
    """The ids of a video's trace and of the span that all others belong to."""

    trace: int
    root: int


def ids_of(task_id: str) -> Ids:
    """The same in every process."""
    digest = hashlib.sha256(f"video {task_id}".encode()).digest()
    return Ids(trace=int.from_bytes(digest[:16]), root=int.from_bytes(digest[16:24]))


_root: ContextVar[Ids | None] = ContextVar("root", default=None)


class _RootIds(RandomIdGenerator):
    """Random ids, except for the root that is being made."""

    def generate_span_id(self) -> int:
        ids = _root.get()
        return super().generate_span_id() if ids is None else ids.root

    def generate_trace_id(self) -> int:
        ids = _root.get()
        return super().generate_trace_id() if ids is None else ids.trace


class Traces:
    """Makes spans of what has happened. They go to `processor`, which must not block."""

    def __init__(self, processor: SpanProcessor, service: str = "video-bot") -> None:
        about = {"service.name": service, "service.version": __version__}
        self._provider = TracerProvider(
            id_generator=_RootIds(), resource=Resource.create(about), shutdown_on_exit=False
        )
        self._provider.add_span_processor(processor)
        self._tracer = self._provider.get_tracer("bot", __version__)

    def moved(self, task: VideoTask, now: datetime) -> None:
        """Show the step that a video has just ended."""
        ordered = task.submitted_at
        if task.state is State.SUBMITTING and ordered:
            self._step(task.id, "wait", task.created_at, ordered)
        elif task.state is State.RUNNING and ordered:
            self._step(task.id, "submit", ordered, now)
        elif task.is_over:
            self._end(task, task.ended_at or now)

    def delivered(self, event: Delivered) -> None:
        """Show a try to send the message that ends the way of a video, or of several."""
        post = event.post
        if post.kind not in SHOWN or event.act != "send":
            return
        about = {"kind": post.kind, "rung": post.rung, "result": event.result}
        is_failed = event.result != DONE
        for task_id in {each.task_id for each in (post, *event.others)} - {None}:
            self._step(str(task_id), "post", event.began, event.ended, about, is_failed=is_failed)

    def close(self) -> None:
        """Send what has not been sent yet. May take seconds."""
        self._provider.shutdown()

    def _end(self, task: VideoTask, ended: datetime) -> None:
        made = task.film_until - LINK_LIFE if task.film_until else ended
        if task.submitted_at:
            self._step(task.id, "make", task.submitted_at, max(task.submitted_at, made))
        if task.state is State.COMPLETED:
            self._step(task.id, "notice", made, ended)
        about = {"state": task.state, "reason": task.reason or ""}
        is_failed = task.state in FAILED
        mark = _root.set(ids_of(task.id))
        try:
            self._span(Context(), "video", (task.created_at, ended), about, is_failed)
        finally:
            _root.reset(mark)

    def _step(
        self,
        task_id: str,
        name: str,
        began: datetime,
        ended: datetime,
        about: Mapping[str, str] | None = None,
        *,
        is_failed: bool = False,
    ) -> None:
        self._span(self._below(ids_of(task_id)), name, (began, ended), about or {}, is_failed)

    def _below(self, ids: Ids) -> Context:
        """Where the steps of a video belong. Each process samples the same traces."""
        decision = self._provider.sampler.should_sample(None, ids.trace, "video").decision
        is_sampled = decision is Decision.RECORD_AND_SAMPLE
        flags = TraceFlags(TraceFlags.SAMPLED if is_sampled else TraceFlags.DEFAULT)
        root = SpanContext(ids.trace, ids.root, is_remote=True, trace_flags=flags)
        return set_span_in_context(NonRecordingSpan(root), Context())

    def _span(
        self,
        where: Context,
        name: str,
        times: tuple[datetime, datetime],
        about: Mapping[str, str],
        is_failed: bool,
    ) -> None:
        began, ended = map(_nanoseconds, times)
        attributes = {f"videobot.{key}": str(value) for key, value in about.items() if value}
        span = self._tracer.start_span(name, where, attributes=attributes, start_time=began)
        if is_failed:
            span.set_status(Status(StatusCode.ERROR, attributes.get("videobot.reason", "")))
        span.end(max(began, ended))


def _nanoseconds(at: datetime) -> int:
    return round(at.timestamp() * 1_000_000) * 1000
