"""Statements on the queue: who waits, who is at the API."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol

from bot.video.values.videos import State
from bot.video.values.waiting import Busy, Queue, Waiting


class QueueBooks(Protocol):
    """Reads of the queue."""

    def ready(self, now: datetime) -> Sequence[Waiting]:
        """The queued tasks whose undo seconds are over, oldest first."""
        ...

    def foremost(self, now: datetime, *, but: Collection[int], most: int) -> Sequence[Waiting]:
        """Those of `ready` that moderators moved to the front, and the oldest `most` of servers
        where they moved none, without these servers'."""
        ...

    def oldest_in(
        self, server_id: int, now: datetime, *, but: Collection[int], most: int
    ) -> Sequence[Waiting]:
        """The first of `ready` in a server, without these people's."""
        ...

    def oldest_of(
        self, server_id: int, user_id: int, now: datetime, *, most: int
    ) -> Sequence[Waiting]:
        """The first of `ready` of one person in a server."""
        ...

    def head(self) -> tuple[datetime | None, bool]:
        """When the first queued task's undo seconds end, in the past or future; None if no task's
        undo seconds have started. And `is_paused`."""
        ...

    def next_ready(self, *, after: datetime) -> datetime | None:
        """When the next queued task's undo seconds end `after` a time."""
        ...

    def task_ids_in(self, states: Collection[State]) -> Sequence[str]:
        """All tasks in these states, whichever process drives them."""
        ...

    def servers_of(
        self, state: State, *, since: datetime | None, most: int
    ) -> Sequence[tuple[int, datetime]]:
        """The server and time of each of the `most` oldest tasks in a state, or of the oldest
        `since` then."""
        ...

    def queued_in(self, server_id: int, channel_ids: Collection[int]) -> Collection[str]:
        """The queued tasks ordered in these channels, or in their public threads."""
        ...

    def is_paused(self) -> bool:
        """Whether the operator paused the whole bot."""
        ...

    def cheapest_waiting(self, *, but: str = "") -> int | None:
        """The lowest price of the queued tasks except `but`, in 1/10,000 credit."""
        ...

    def queue(self, *, doubted_since: datetime, recent: int, most: int, exact: int) -> Queue:
        """The queue in one look, its length counted up to `most`, itself read if there are at most
        `exact`; the average time comes from the last `recent` completed videos."""
        ...

    def average_price(self, limit: int) -> float | None:
        """The average price of the latest orders, in 1/10,000 credit."""
        ...

    def busy(self, *, doubted_since: datetime) -> Sequence[Busy]:
        """All tasks that hold a place at the API; doubtful ones only if submitted since this
        time."""
        ...
