"""One task at the local video API: its state, its progress by the clock and its pace."""

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

    `cancelled` is not in its list, but the callback rules name it and Evolink's clients read it.
    """

    PENDING = "pending"
    PROCESSING = "processing"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, kw_only=True)
class Pace:
    """How long a task takes at least, in seconds; 0 is as fast as the renderer."""

    seconds: float = 0.0

    @property
    def waiting(self) -> float:
        """The part of it before the status becomes `processing`."""
        return self.seconds / 10

    def estimate(self, rendering: float) -> int:
        """`estimated_time` in whole seconds, at least 1, for work of `rendering` seconds."""
        return max(1, math.ceil(max(self.seconds, rendering)))


@dataclass(frozen=True, kw_only=True)
class Failure:
    """Why a task failed, in the API's words."""

    code: str
    message: str


@dataclass(kw_only=True)
class Task:
    """A task from its acceptance on. Only its own run changes it."""

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
        """In credits."""
        return self.entry.credits

    @property
    def charged(self) -> Decimal:
        """In credits; 0 unless the task completed."""
        return self.price if self.entry.charge is Charge.CHARGED else Decimal(0)

    @property
    def running(self) -> bool:
        return self.ended is None

    def progress(self, now: datetime) -> int:
        """0 to 100, never falling; at most 99 until the film is there."""
        if self.status is Status.PROCESSING:
            share = (now - self.created).total_seconds() / self.estimated_time
            self.reached = max(self.reached, min(99, int(100 * share)))
        return self.reached

    def complete(self, film: Path, now: datetime) -> None:
        self.entry.settle()
        self.status, self.film, self.reached, self.ended = Status.COMPLETED, film, 100, now

    def break_off(self, failure: Failure | None, now: datetime) -> None:
        """End without a film; without a `failure` the task was cancelled."""
        self.entry.release(now)
        self.status = Status.CANCELLED if failure is None else Status.FAILED
        self.failure, self.ended = failure, now

    def link_expired(self, now: datetime) -> bool:
        return self.ended is not None and now - self.ended >= LINK_LIFE
