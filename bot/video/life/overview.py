"""What a process reads of all rows: what others left, what is owed, whose place changes.

Runs inside a transaction."""

from datetime import datetime

from bot.errors import Reason
from bot.video.doors.cards import EXACT_PLACES
from bot.video.life import tracker
from bot.video.life.reconciliation import UNCONFIRMED_PATIENCE
from bot.video.moderation import queue
from bot.video.outbox.takes import owe_news
from bot.video.ports.books import Books
from bot.video.values.surveys import Survey
from bot.video.values.videos import State


def recover(books: Books, owner: int, has_callbacks: bool, now: datetime) -> int:
    """Adopt what no living process drives. A task in submission may have been paid for, so it
    becomes unconfirmed; without callbacks nothing can ever tell, so it is lost at once."""
    adopted = set(books.adopt(owner))
    if not adopted:
        return 0
    for task in books.tasks_in(State.SUBMITTING, owner=owner):
        if task.id in adopted:  # not one that this process is submitting
            due_at = now if task.candidate is not None else now + UNCONFIRMED_PATIENCE
            moved = books.move(task, State.UNCONFIRMED, due_at=due_at)
            if moved is not None and has_callbacks:
                owe_news(books, moved, books.request(moved.request_id), now)
    if not has_callbacks:
        for task in books.tasks_in(State.UNCONFIRMED, owner=owner):
            if task.candidate is None:
                tracker.lose(books, task, Reason.OUTCOME_UNKNOWN, now)
    return len(adopted)


def survey(books: Books, now: datetime, owner: int | None) -> Survey:
    """The owed posts with their times, only `owner`'s if other processes deliver too; and the tasks
    whose place in the queue people watch, which visibly changes: a long one moves too slowly."""
    found = books.survey(owner=owner, most=EXACT_PLACES)
    if found.queues:
        queue.refresh(books, found.queues, now)
        found = books.survey(owner=owner, most=EXACT_PLACES)
    return found
