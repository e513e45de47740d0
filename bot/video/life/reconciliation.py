"""Settles tasks whose state is in doubt: called back, proven, or given up.

Each move compares with what was read before the API call. If there was other news meanwhile, that
news counts, and the task is looked at again."""

from datetime import datetime, timedelta
from typing import Any

from bot.errors import Reason
from bot.video.clock_steps import was_set
from bot.video.life import tracker
from bot.video.life.gate import Pause
from bot.video.life.polling import RARELY
from bot.video.moderation import approval
from bot.video.outbox.notices import tell_operator
from bot.video.outbox.takes import owe_news
from bot.video.ports.books import Books
from bot.video.values.videos import State, VideoRequest, VideoTask, VideoUpdate

# How long an unconfirmed task waits for its callback: the longest task plus the API's retries.
UNCONFIRMED_PATIENCE = timedelta(hours=2)
LOST_WATCH = timedelta(hours=48)  # how long to look for a late video
LOST_INTERVAL = timedelta(hours=1)
LONGEST_WAITS = {
    State.HELD: approval.PATIENCE,
    State.UNCONFIRMED: UNCONFIRMED_PATIENCE,
    State.LOST: LOST_INTERVAL,
    State.RUNNING: timedelta(seconds=RARELY),
}
MOST_CLAIMS = 4  # of a task at once; more than one means that the caller is at fault
DOUBTED = frozenset({State.UNCONFIRMED, State.LOST})
CALLED_FOR = DOUBTED | {State.RUNNING}


def doubt(books: Books, task: VideoTask, has_callback: bool, now: datetime) -> None:
    """Mark a task unconfirmed. Without callbacks nothing can ever tell, so it is lost at once."""
    tell_operator(books, str(Pause.OUTAGE), now=now)
    due_at = now + UNCONFIRMED_PATIENCE
    current = books.task(task.id)
    if current.candidate is not None:
        due_at = now
    moved = books.move(task, State.UNCONFIRMED, due_at=due_at)
    if moved is None:
        return
    if has_callback:
        owe_news(books, moved, books.request(moved.request_id), now)
    else:
        tracker.lose(books, moved, Reason.OUTCOME_UNKNOWN, now)


def called_back(books: Books, task_id: str, candidate: str | None, now: datetime) -> bool:
    """Make the task due now; the callback's body is not believed. Returns False if not ours."""
    task = books.find_task(task_id)
    if task is None:
        return False
    claims = _claims(task.candidate, candidate)
    if task.state is State.SUBMITTING:
        books.note(task_id, candidate=claims)
        return True
    if task.state not in CALLED_FOR or (task.remote_id or claims) is None:
        return True
    named = {} if task.remote_id else {"candidate": claims}
    moved = books.move(task, task.state, due_at=now, **named)
    return moved is not None or called_back(books, task_id, candidate, now)


def next_claim(task: VideoTask) -> str | None:
    """The next task to read among those that callbacks named."""
    return None if task.candidate is None else task.candidate.partition(" ")[0]


def fits(
    request: VideoRequest, task: VideoTask, update: VideoUpdate, *, is_dated: bool = True
) -> bool:
    """Whether the task named by a callback can be the one whose submission is in doubt. After a
    step of the clock, the API's times cannot be compared with ours."""
    if task.submitted_at is None or update.created_at is None:
        return False
    age = update.created_at - task.submitted_at
    return (
        update.model == request.spec.model
        and update.duration in (None, request.spec.duration)
        and (not is_dated or -timedelta(minutes=2) <= age <= timedelta(minutes=10))
    )


def confirm(
    books: Books, task: VideoTask, claim: str, update: VideoUpdate, now: datetime
) -> datetime | None:
    """Take the task a callback named as ours, if it fits and no other task holds it.

    That is proof, whatever other callbacks named.
    """
    books.lock(["submit"])
    request = books.request(task.request_id)
    is_dated = task.submitted_at is None or not was_set(books, task.submitted_at)
    if not fits(request, task, update, is_dated=is_dated) or books.task_by_remote_id(
        update.remote_id
    ):
        return drop_claim(books, task, claim, now)
    fresh = books.task(task.id)
    if fresh.state not in DOUBTED:
        return fresh.due_at
    to = State.LOST if fresh.state is State.LOST else State.RUNNING
    return _move(books, fresh, to, remote_id=update.remote_id, candidate=None, due_at=now)


def drop_claim(books: Books, task: VideoTask, claim: str, now: datetime) -> datetime | None:
    """The named task is not ours: try another named one, or wait for one."""
    fresh = books.task(task.id)
    if fresh.state not in DOUBTED:
        return fresh.due_at
    rest = [each for each in (fresh.candidate or "").split() if each != claim]
    patience = (fresh.submitted_at or now) + UNCONFIRMED_PATIENCE
    due_at = now if rest else max(now, patience)
    return _move(books, fresh, fresh.state, candidate=" ".join(rest) or None, due_at=due_at)


def out_of_patience(books: Books, task: VideoTask, now: datetime) -> datetime | None:
    """End the wait: no readable callback came for an unconfirmed task, or no moderator for a held
    one."""
    if task.state is State.UNCONFIRMED:
        return give_up(books, task, Reason.NO_CALLBACK, now, is_watched=task.candidate is not None)
    if task.state is State.HELD:
        approval.expire(books, task, now)
        return None
    return _move(books, task, task.state, due_at=None)


def give_up(
    books: Books, task: VideoTask, reason: Reason, now: datetime, *, is_watched: bool
) -> datetime | None:
    """Mark the task lost; if its id may be known, look once an hour for a late video."""
    lost = tracker.lose(books, task, reason, now)
    if lost is None or not is_watched:
        return books.task(task.id).due_at
    return watch_on(books, lost, now)


def longest_wait(task: VideoTask) -> timedelta:
    """How long a task in this state is left alone, at most."""
    return LONGEST_WAITS.get(task.state, approval.PATIENCE)


def put_off(books: Books, task: VideoTask, until: datetime) -> datetime | None:
    """Look at a task again at another time."""
    return _move(books, task, task.state, due_at=until)


def stall(books: Books, task: VideoTask, now: datetime) -> datetime | None:
    """Free the places that a far too slow task holds, at the API and for its person; keep watching
    it, tell the operator, and let other takes go ahead."""
    stalled = books.move(task, State.RUNNING, stalled=True)
    if stalled is not None:
        minutes = round((now - (task.submitted_at or now)).total_seconds() / 60)
        tell_operator(books, "stalled", now=now, task=task.id, minutes=minutes)
        owe_news(books, stalled, books.request(stalled.request_id), now)
    return (stalled or books.task(task.id)).due_at


def watch_on(books: Books, task: VideoTask, now: datetime) -> datetime | None:
    """When to look again for a lost task's late video."""
    is_over = task.ended_at is None or now - task.ended_at > LOST_WATCH
    return _move(books, task, State.LOST, due_at=None if is_over else now + LOST_INTERVAL)


def _move(books: Books, task: VideoTask, to: State, **changes: Any) -> datetime | None:
    moved = books.move(task, to, **changes)
    return (moved or books.task(task.id)).due_at


def _claims(known: str | None, new: str | None) -> str | None:
    """Add a name without replacing others: only reading them shows which one is true."""
    claims = (known or "").split()
    if new is not None and new not in claims and len(claims) < MOST_CLAIMS:
        claims.append(new)
    return " ".join(claims) or None
