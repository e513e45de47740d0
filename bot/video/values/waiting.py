"""The parts of the queue that decide turns."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from msgspec import Struct


class Halt(StrEnum):
    """Whose pause keeps videos waiting."""

    BOT = "bot"  # the operator's, everywhere
    SERVER = "server"
    CHANNEL = "channel"


class Waiting(Struct, frozen=True, kw_only=True):
    """A queued task: the fields that decide its turn."""

    task_id: str
    server_id: int
    user_id: int
    created_at: datetime
    price: int  # 1/10,000 credit
    first_at: datetime | None = None
    ready_at: datetime | None = None


class Busy(Struct, frozen=True, kw_only=True):
    """A task at the API, and whose it is."""

    server_id: int
    user_id: int


class Queue(Struct, frozen=True, kw_only=True):
    """How many videos wait, how many are at the API, and how long they took there lately; of a
    short queue also which, the oldest first."""

    length: int
    at_api: int
    seconds: float | None  # on average; None before any was completed
    waiting: Sequence[Waiting] = ()
    busy: Sequence[Busy] = ()
