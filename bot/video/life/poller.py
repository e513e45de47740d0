"""Reads tasks when they are due and passes the news to the tracker."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from bot.clock import Clock
from bot.errors import ApiError, Cause, Reason
from bot.outages import level
from bot.video.life import tracker
from bot.video.life.agenda import Agenda
from bot.video.life.fence import when_held
from bot.video.life.polling import stalls_after
from bot.video.life.reconciliation import (
    UNCONFIRMED_PATIENCE,
    confirm,
    drop_claim,
    give_up,
    longest_wait,
    next_claim,
    out_of_patience,
    put_off,
    stall,
    watch_on,
)
from bot.video.outbox.notices import tell_operator
from bot.video.ports.edges import Lease, Store, VideoApi
from bot.video.values.videos import RemoteStatus, State, VideoTask, VideoUpdate

log = logging.getLogger(__name__)

WIDTH = 16  # reads at once; the API client paces them further
RETRY = {Cause.KEY: 300.0, Cause.CREDIT: 300.0}
RETRY_SECONDS = 20.0
YOUNG = 300.0  # seconds; the API may not know a younger task everywhere


class Poller:
    """Reads running tasks. Calls `show` for progress, and `notify` for news that concerns others
    as well: posts, the queue."""

    def __init__(
        self,
        *,
        store: Store,
        api: VideoApi,
        lease: Lease,
        clock: Clock,
        limit: timedelta,
        show: Callable[[str], None],
        notify: Callable[[str], None],
    ) -> None:
        self.agenda = Agenda(self._look, clock=clock, width=WIDTH, name="look")
        self._store = store
        self._api = api
        self._lease = lease
        self._clock = clock
        self._limit = limit
        self._show = show
        self._notify = notify
        self._known: dict[str, VideoTask] = {}  # running, as the last look left them

    def follow(self, task: VideoTask) -> None:
        """Look at a running task when it is due."""
        if task.due_at is not None:
            self._known[task.id] = task
            self.agenda.put(task.id, task.due_at)

    def forget(self) -> None:
        """Read all tasks again: their times have moved."""
        self._known.clear()

    async def _look(self, task_id: str) -> datetime | None:
        now = self._clock.now()
        task = self._known.pop(task_id, None)
        if task is None or task.due_at is None or task.due_at > now:  # or someone has news of it
            task = await self._store.tx(lambda books: books.find_task(task_id))
        if task is None or task.due_at is None:
            return None
        if task.due_at > now + longest_wait(task):
            return await self._too_far(task, now)
        if task.due_at > now:
            return task.due_at
        if task.remote_id is not None:
            return await self._read(task, task.remote_id, now)
        if (claim := next_claim(task)) is not None:
            return await self._confirm(task, claim, now)
        again = await self._store.tx(out_of_patience, task, now)
        self._notify(task_id)
        return again

    async def _too_far(self, task: VideoTask, now: datetime) -> datetime | None:
        """A due time too far away: the clock was set. Look now, and restart the wait."""
        if task.remote_id is not None:
            return await self._read(task, task.remote_id, now)
        return await self._store.tx(put_off, task, now + longest_wait(task))

    async def _read(self, task: VideoTask, remote_id: str, now: datetime) -> datetime | None:
        if not self._lease.is_held():
            return when_held(self._lease, now)
        try:
            update = await self._api.look(remote_id)
        except ApiError as error:
            return await self._unread(task, error, now)
        return await self._apply(task, update)

    async def _apply(self, task: VideoTask, update: VideoUpdate) -> datetime | None:
        if update.status is RemoteStatus.UNKNOWN:
            log.warning("Unknown status from the API", extra={"task": task.id, "action": "look"})
        applied = await self._store.tx(tracker.apply, task, update, self._clock.now())
        if applied is not None and applied.task.is_over:
            self._notify(task.id)
            return None
        if applied is not None and applied.is_news:
            self._show(task.id)
        return await self._give_up_or_wait(task, fresh=None if applied is None else applied.task)

    async def _unread(self, task: VideoTask, error: ApiError, now: datetime) -> datetime | None:
        """A failed read says nothing about the video, unless the API no longer knows the task."""
        about = {"task": task.id, "action": "look"}
        log.log(level(error), "Could not read a task: %s", error, extra=about)
        is_gone = error.cause is Cause.NOT_FOUND and task.state is State.RUNNING
        if is_gone and _age(task, now) > YOUNG:
            again = await self._store.tx(give_up, task, Reason.NOT_FOUND, now, is_watched=False)
            self._notify(task.id)
            return again
        if error.cause is Cause.KEY:
            await self._store.tx(tell_operator, "key", now=now)
        seconds = error.retry_after or RETRY.get(error.cause, RETRY_SECONDS)
        return await self._give_up_or_wait(task, at_least=timedelta(seconds=seconds))

    async def _give_up_or_wait(
        self, task: VideoTask, *, fresh: VideoTask | None = None, at_least: timedelta = timedelta()
    ) -> datetime | None:
        """When to look at an unfinished task again; ends it at the operator's time limit."""
        now = self._clock.now()
        if task.state is State.LOST:
            return await self._store.tx(watch_on, task, now)
        if fresh is None:
            fresh = await self._store.tx(lambda books: books.task(task.id))
        if fresh.state is not State.RUNNING or fresh.owner != task.owner:
            return fresh.due_at if fresh.owner == task.owner else None  # another process was faster
        if _age(fresh, now) > self._limit.total_seconds():
            again = await self._store.tx(give_up, fresh, Reason.TOOK_TOO_LONG, now, is_watched=True)
            self._notify(task.id)
            return again
        due_at = fresh.due_at
        if not fresh.stalled and _age(fresh, now) > stalls_after(fresh.estimate):
            due_at = await self._store.tx(stall, fresh, now)
            self._notify(task.id)
        else:
            self._known[task.id] = fresh
        return None if due_at is None else max(due_at, now + at_least)

    async def _confirm(self, task: VideoTask, claim: str, now: datetime) -> datetime | None:
        """Read the task that a callback named for a doubtful submission, before believing it."""
        try:
            update = await self._api.look(claim)
        except ApiError as error:
            return await self._unproven(task, claim, error, now)
        again = await self._store.tx(confirm, task, claim, update, now)
        self._notify(task.id)
        return again

    async def _unproven(
        self, task: VideoTask, claim: str, error: ApiError, now: datetime
    ) -> datetime | None:
        if error.cause is Cause.NOT_FOUND:
            return await self._store.tx(drop_claim, task, claim, now)
        if task.state is State.LOST:
            return await self._store.tx(watch_on, task, now)
        if now <= (task.submitted_at or now) + UNCONFIRMED_PATIENCE:
            return now + timedelta(seconds=error.retry_after or RETRY_SECONDS)
        again = await self._store.tx(out_of_patience, task, now)
        self._notify(task.id)
        return again


def _age(task: VideoTask, now: datetime) -> float:
    """Seconds since its submission."""
    return (now - (task.submitted_at or now)).total_seconds()
