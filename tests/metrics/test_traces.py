"""One trace a video, however many processes drive it and whatever becomes of it."""

from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from bot.clock import SystemClock
from bot.config import load_config
from bot.errors import Reason
from bot.metrics.announcer import Delivered
from bot.metrics.monitoring import Monitoring, monitoring
from bot.metrics.traces import Traces, ids_of
from bot.video.values.posts import Post, PostKind, PostState, Rung
from bot.video.values.videos import State, VideoTask
from tests.configs import SECRETS
from tests.fakes import START

ENDPOINT = {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:9"}
MADE = START + timedelta(seconds=70)
TASK = VideoTask(
    id="fox", request_id="r", server_id=424242, user_id=515151, state=State.SUBMITTING, price=1,
    created_at=START, submitted_at=START + timedelta(seconds=10), remote_id="x",
)  # fmt: skip
RUNNING = replace(TASK, state=State.RUNNING)
COMPLETED = replace(
    TASK,
    state=State.COMPLETED,
    ended_at=MADE + timedelta(seconds=2),
    film_until=MADE + timedelta(hours=24),
)


@pytest.fixture
def kept() -> InMemorySpanExporter:
    return InMemorySpanExporter()


def traces(kept: InMemorySpanExporter) -> Traces:
    return Traces(SimpleSpanProcessor(kept))


def lengths(spans: Any) -> dict[str, float]:
    """The spans by name, with their seconds."""
    return {span.name: (span.end_time - span.start_time) / 1e9 for span in spans}


def parent_of(span: ReadableSpan) -> int | None:
    return None if span.parent is None else span.parent.span_id


def test_spans_of_two_processes_are_one_trace_under_one_root(kept: InMemorySpanExporter) -> None:
    first, second = traces(kept), traces(kept)
    first.moved(TASK, START + timedelta(seconds=10))
    first.moved(RUNNING, START + timedelta(seconds=11))
    second.moved(COMPLETED, MADE + timedelta(seconds=2))

    spans = kept.get_finished_spans()
    assert lengths(spans) == {"wait": 10, "submit": 1, "make": 60, "notice": 2, "video": 72}
    assert {span.context.trace_id for span in spans} == {ids_of("fox").trace}
    (root,) = [span for span in spans if span.name == "video"]
    assert parent_of(root) is None
    assert root.context.span_id == ids_of("fox").root
    assert {parent_of(span) for span in spans if span is not root} == {root.context.span_id}


def test_a_video_that_fails_is_a_failed_trace_with_our_word_for_it(
    kept: InMemorySpanExporter,
) -> None:
    failed = replace(
        TASK, state=State.FAILED, reason=Reason.POLICY, ended_at=MADE, error_message="a nude fox"
    )
    traces(kept).moved(failed, MADE)

    (root,) = [span for span in kept.get_finished_spans() if span.name == "video"]
    assert not root.status.is_ok
    assert root.attributes == {"videobot.state": "failed", "videobot.reason": "policy"}


def test_two_videos_have_two_traces_and_nothing_of_people_is_in_them(
    kept: InMemorySpanExporter,
) -> None:
    each = traces(kept)
    for task_id in ("fox", "owl"):
        each.moved(replace(COMPLETED, id=task_id), MADE)

    spans = kept.get_finished_spans()
    assert len({span.context.trace_id for span in spans}) == 2
    said = " ".join(span.to_json() for span in spans)
    assert "424242" not in said
    assert "515151" not in said


def test_a_message_with_several_videos_is_in_the_trace_of_each(kept: InMemorySpanExporter) -> None:
    fox, owl = (
        Post(
            id=name, kind=PostKind.FILM, state=PostState.DUE, rung=Rung.CHANNEL, nonce=name,
            task_id=name,
        )
        for name in ("fox", "owl")
    )  # fmt: skip
    sent = Delivered(
        post=fox, others=[fox, owl], act="send", result="later", began=START, ended=MADE
    )
    traces(kept).delivered(sent)

    spans = kept.get_finished_spans()
    assert {span.context.trace_id for span in spans} == {ids_of("fox").trace, ids_of("owl").trace}
    assert [(span.name, span.status.is_ok) for span in spans] == [("post", False)] * 2


@pytest.mark.parametrize(("ratio", "count"), [("0.0", 0), ("1.0", 4)])
def test_a_sampled_trace_is_sampled_as_a_whole(
    kept: InMemorySpanExporter, monkeypatch: pytest.MonkeyPatch, ratio: str, count: int
) -> None:
    monkeypatch.setenv("OTEL_TRACES_SAMPLER", "parentbased_traceidratio")
    monkeypatch.setenv("OTEL_TRACES_SAMPLER_ARG", ratio)
    each = traces(kept)
    each.moved(TASK, START)
    each.moved(COMPLETED, MADE)

    assert len(kept.get_finished_spans()) == count


async def test_nothing_is_traced_unasked_and_a_dead_collector_stops_nobody() -> None:
    config = load_config(SECRETS, env_file=None)
    assert type(monitoring(config, SystemClock(), {})) is Monitoring

    async def never() -> Any:
        raise AssertionError

    traced = monitoring(config, SystemClock(), ENDPOINT)
    async with traced.serving(own=lambda: None, read=never):  # type: ignore[arg-type,return-value]
        traced.moved(COMPLETED)
