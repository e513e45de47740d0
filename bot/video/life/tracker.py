"""The only place that applies news about a task, whoever brings it. Repeated news changes nothing.

`poller.py` and `submitter.py` decide when and how to ask."""

from datetime import datetime, timedelta

from msgspec import Struct

from bot.errors import Reason
from bot.video.life.polling import DEFAULT_ESTIMATE, next_look
from bot.video.outbox import owed
from bot.video.outbox.notices import tell_operator
from bot.video.ports.books import Books
from bot.video.values.ledgers import Bill
from bot.video.values.videos import RemoteStatus, State, VideoTask, VideoUpdate

LINK_LIFE = timedelta(hours=24)  # all model pages of the API: links are valid for 24 hours
SKEW = timedelta(minutes=5)  # between the API's clock and ours
UNDER_WAY = frozenset({RemoteStatus.PENDING, RemoteStatus.PROCESSING, RemoteStatus.UNKNOWN})
TROUBLE = {RemoteStatus.FAILED: State.FAILED, RemoteStatus.CANCELLED: State.CANCELLED}


class Applied(Struct, frozen=True, kw_only=True):
    """The result of news: the task as it is now, and whether a person would notice."""

    task: VideoTask
    is_news: bool


def apply(books: Books, task: VideoTask, update: VideoUpdate, now: datetime) -> Applied | None:
    """Apply news to a task as its driver read it; None if the task has moved meanwhile."""
    if task.state is State.LOST:
        return _late(books, task, update, now)
    if task.state is not State.RUNNING:
        return None
    if update.status in UNDER_WAY or _lacks_film(update):
        return _goes_on(books, task, update, now)
    if update.status is RemoteStatus.COMPLETED:
        return _ended(_complete(books, task, update, now))
    return _ended(_break_off(books, task, update, now))


def begin(books: Books, task: VideoTask, update: VideoUpdate, now: datetime) -> VideoTask | None:
    """Note that the API has the task: from submitting, or from unconfirmed once proven."""
    return books.move(
        task,
        State.RUNNING,
        remote_id=update.remote_id,
        candidate=None,
        progress=update.progress or 0,
        estimate=update.estimate,
        due_at=_next(task, update, now),
    )


def lose(books: Books, task: VideoTask, reason: Reason, now: datetime) -> VideoTask | None:
    """Give up a task that can no longer be followed: refund the person, bill it as possibly spent,
    and tell the operator."""
    lost = owed.end(books, task, State.LOST, bill=Bill.POSSIBLE, now=now, reason=reason)
    if lost is not None:
        tell_operator(books, "lost", now=now, task=task.id, reason=reason)
    return lost


def _goes_on(books: Books, task: VideoTask, update: VideoUpdate, now: datetime) -> Applied | None:
    progress = max(task.progress, update.progress or 0)
    if update.status is RemoteStatus.COMPLETED:
        progress = task.progress  # completed without a video: read again, never ordered again
    estimate = update.estimate or task.estimate
    moved = books.move(
        task,
        State.RUNNING,
        progress=progress,
        estimate=estimate,
        due_at=_next(task, update, now),
    )
    is_news = (progress, estimate) != (task.progress, task.estimate)
    return None if moved is None else Applied(task=moved, is_news=is_news)


def _break_off(
    books: Books, task: VideoTask, update: VideoUpdate, now: datetime
) -> VideoTask | None:
    """End a failed task; bill everything that the API does not say it returned."""
    ended = owed.end(
        books,
        task,
        TROUBLE[update.status],
        bill=_bill(update),
        now=now,
        reason=update.reason or Reason.UNKNOWN,
        error_code=update.error_code,
        error_message=update.error_message,
    )
    if ended is not None and 0 < update.returned < 1:
        books.reduce_bill(task.id, task.price - int(task.price * update.returned))
    return ended


def _bill(update: VideoUpdate) -> Bill:
    if update.is_released:
        return Bill.RELEASED
    return Bill.CHARGED if update.returned else Bill.POSSIBLE


def _complete(
    books: Books, task: VideoTask, update: VideoUpdate, now: datetime
) -> VideoTask | None:
    return owed.end(
        books,
        task,
        State.COMPLETED,
        bill=Bill.CHARGED,
        now=now,
        progress=100,
        reason=None,
        error_code="",
        error_message="",
        film_url=update.film_url,
        film_until=_made_at(task, update, now) + LINK_LIFE,
    )


def _made_at(task: VideoTask, update: VideoUpdate, now: datetime) -> datetime:
    """When the video was made, which starts its link's 24 hours. If the API does not say, use the
    time the task was due. A time before the submission is wrong (zero, or a wrong clock)."""
    if task.submitted_at is None:
        return now
    if update.ended_at is not None and update.ended_at >= task.submitted_at - SKEW:
        return min(update.ended_at, now)
    expected = task.submitted_at + timedelta(seconds=task.estimate or DEFAULT_ESTIMATE)
    return min(now, max(task.due_at or now, expected))


def _late(books: Books, task: VideoTask, update: VideoUpdate, now: datetime) -> Applied | None:
    """A lost task has a video after all: deliver it, but never charge the person again."""
    if update.status is not RemoteStatus.COMPLETED or _lacks_film(update):
        return None
    return _ended(_complete(books, task, update, now))


def _ended(task: VideoTask | None) -> Applied | None:
    return None if task is None else Applied(task=task, is_news=True)


def _lacks_film(update: VideoUpdate) -> bool:
    return update.status is RemoteStatus.COMPLETED and not update.film_url


def _next(task: VideoTask, update: VideoUpdate, now: datetime) -> datetime:
    age = (now - (task.submitted_at or now)).total_seconds()
    progress = max(task.progress, update.progress or 0)
    estimate = update.estimate or task.estimate
    return now + timedelta(seconds=next_look(age=age, estimate=estimate, progress=progress))
