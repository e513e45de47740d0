"""Counters and histograms of one process, since its start. Labels have few values, all our own."""

from collections.abc import Sequence
from datetime import timedelta

from prometheus_client import CollectorRegistry, Counter, Histogram

from bot.errors import Reason
from bot.metrics.announcer import Delivered
from bot.video.life.tracker import LINK_LIFE
from bot.video.values.videos import State, VideoTask

ACKNOWLEDGED = (0.05, 0.1, 0.25, 0.5, 1, 1.5, 2, 2.5, 3, 5)  # seconds; Discord waits for 3
SHOWN = (0.1, 0.25, 0.5, 1, 2, 3, 4, 6, 10, 15, 30, 60)
DETECTED = (1, 2, 5, 10, 15, 30, 60, 120, 300, 900, 3600)
CALLED = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
ALARMING = ("unexpected", "storage", "too_late")  # refusals that only the operator can end


class Counters:
    """`bot.video.ports.meters.Meters`, and what calls and messages count in."""

    def __init__(self, registry: CollectorRegistry) -> None:
        def counter(name: str, what: str, *labels: str) -> Counter:
            return Counter(f"videobot_{name}", what, labels, registry=registry)

        def timer(name: str, what: str, buckets: Sequence[float], *labels: str) -> Histogram:
            full = f"videobot_{name}_seconds"
            return Histogram(full, what, labels, registry=registry, buckets=buckets)

        self.acknowledgement = timer(
            "acknowledgement",
            "From an interaction's creation to its first response.",
            ACKNOWLEDGED,
            "response",
        )
        self.first_card = timer(
            "first_card", "From an interaction's creation to its public card.", SHOWN
        )
        self.detection_delay = timer(
            "detection_delay", "From a video's end at the API to the bot's notice.", DETECTED
        )
        self.calls = counter(
            "requests",
            "Calls of Discord and the video API, and downloads of videos.",
            "to",
            "method",
            "route",
            "code",
        )
        self.call_time = timer(
            "request", "From a call to its answer's head.", CALLED, "to", "method", "route"
        )
        self.api_retries = counter("api_retries", "Reads of the video API that were repeated.")
        self._messages = counter(
            "messages", "Messages sent, edited, sought and removed.", "kind", "act", "result"
        )
        self._states = counter("video_states", "Videos that entered a state.", "state")
        self._ends = counter("unmade_videos", "Videos that ended without one, by why.", "reason")
        self._refusals = counter("refusals", "What people were told was not done.", "reason")
        self._takeovers = counter("takeovers", "Times another process's videos were taken over.")
        self._taken_over = counter("taken_over_videos", "Videos taken over.")
        self._silent = counter(
            "silent_processes", "Processes that this one ended, since they gave no sign of life."
        )
        self._begin_at_zero()

    def _begin_at_zero(self) -> None:
        """Show what alerts wait for from the start, or its first time would not count as a rise."""
        for state in State:
            self._states.labels(state)
        for reason in Reason:
            self._ends.labels(reason)
        for word in ALARMING:
            self._refusals.labels(word)

    def moved(self, task: VideoTask) -> None:
        """Count a state; for a video, also how late the bot noticed it."""
        self._states.labels(task.state).inc()
        if task.is_over and task.reason is not None:
            self._ends.labels(task.reason).inc()
        if task.state is State.COMPLETED and task.ended_at and task.film_until:
            late = task.ended_at - (task.film_until - LINK_LIFE)
            self.detection_delay.observe(max(timedelta(), late).total_seconds())

    def delivered(self, event: Delivered) -> None:
        """Count a message."""
        self._messages.labels(event.post.kind, event.act, event.result).inc()

    def refused(self, reason: str) -> None:
        """Count a refusal."""
        self._refusals.labels(reason).inc()

    def took_over(self, videos: int) -> None:
        """Count a takeover."""
        self._takeovers.inc()
        self._taken_over.inc(videos)

    def ended_silent(self) -> None:
        """Count a process that died or hung."""
        self._silent.inc()
