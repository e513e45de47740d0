"""A video's trace over a restart of the program."""

import pytest
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from bot.metrics import tracing
from tests.story.harness import Harness

pytestmark = pytest.mark.long


async def test_a_restart_in_the_middle_leaves_one_whole_trace(
    harness: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: list[InMemorySpanExporter] = []  # one a start

    def processor() -> SimpleSpanProcessor:
        kept.append(InMemorySpanExporter())
        return SimpleSpanProcessor(kept[-1])

    def spans() -> list[ReadableSpan]:
        return [span for each in kept for span in each.get_finished_spans()]

    def seen() -> set[str]:
        return {span.name for span in spans()}

    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9")
    monkeypatch.setattr(tracing, "otlp_processor", processor)

    async with harness.bot():
        await harness.video()
        await harness.until(lambda: "submit" in seen())
    async with harness.bot():
        await harness.film()
        await harness.until(lambda: "post" in seen())

    assert len(kept) == 2
    assert seen() == {"wait", "submit", "make", "notice", "video", "post"}
    assert len({span.context.trace_id for span in spans()}) == 1
    assert all(span.end_time >= span.start_time for span in spans())
