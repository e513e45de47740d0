"""One task at the local video API: its state, and its progress by the clock and the pace."""

import asyncio
import math
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from pathlib import Path

from bot.playground.evolink.contract import Submission
from bot.playground.evolink.ledger import Charge, Entry

LINK_LIFE = timedelta(hours=24)


class Status(StrEnum):
    """The states of https://docs.evolink.ai/en/api-manual/task-management/get-task-detail.

    The page's list lacks `cancelled`, but the callback rules name it and Evolink's clients read it.
    """

    PENDING = "pending"
    PROCESSING = "processing"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, kw_only=True)
class Pace:
    """A task's shortest length in seconds; 0 is as fast as the renderer."""

    seconds: float = 0.0

    @property
    def waiting(self) -> float:
        """The seconds before the status becomes `processing`."""
        return self.seconds / 10

    def estimate(self, rendering: float) -> int:
        """`estimated_time` in whole seconds, at least 1; `rendering` is in seconds."""
        return max(1, math.ceil(max(self.seconds, rendering)))


@dataclass(frozen=True, kw_only=True)
class Failure:
    """Why a task failed, in the API's words."""

    code: str
    message: str


@dataclass(kw_only=True)
class Task:
    """An accepted task. Only its own run changes it."""

    id: str
    submission: Submission
    body: object
    created: datetime
    estimated_time: int
    entry: Entry
    status: Status = Status.PENDING
    film: Path | None = None
    failure: Failure | None = None
    ended: datetime | None = None
    reached: int = 0
    unstick: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def price(self) -> Decimal:
        """The price in credits."""
        return self.entry.credits

    @property
    def charged(self) -> Decimal:
        """The charge in credits; 0 unless the task completed."""
        return self.price if self.entry.charge is Charge.CHARGED else Decimal(0)

    @property
    def running(self) -> bool:
        return self.ended is None

    def progress(self, now: datetime) -> int:
        """Percent done: never falls, and stays below 100 until the video exists."""
        if self.status is Status.PROCESSING:
            share = (now - self.created).total_seconds() / self.estimated_time
            self.reached = max(self.reached, min(99, int(100 * share)))
        return self.reached

    def complete(self, film: Path, now: datetime) -> None:
        self.entry.settle()
        self.status, self.film, self.reached, self.ended = Status.COMPLETED, film, 100, now

    def break_off(self, failure: Failure | None, now: datetime) -> None:
        """End the task without a video; without a `failure` it was cancelled."""
        self.entry.release(now)
        self.status = Status.CANCELLED if failure is None else Status.FAILED
        self.failure, self.ended = failure, now

    def link_expired(self, now: datetime) -> bool:
        return self.ended is not None and now - self.ended >= LINK_LIFE
