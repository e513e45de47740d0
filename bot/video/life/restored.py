"""A database restored from a copy orders nothing from its old queue.

Videos that wait in the copy may have been made and paid for after the copy was taken."""

from collections.abc import Sequence
from datetime import datetime

from bot.errors import Reason
from bot.video.outbox import owed
from bot.video.outbox.notices import tell_operator
from bot.video.ports.books import Books
from bot.video.values.ledgers import Bill
from bot.video.values.videos import WAITING, State

RESTORED = "restored"  # a fact: the waiting videos in this database must still be ended
SUBMISSIONS = "submissions"  # a fact: number of all submissions, starts and stops


def advance_epoch(books: Books) -> int:
    """Count a submission, start or stop, and return the new number. Copies with a lower number are
    old."""
    return books.count_up(SUBMISSIONS)


def end_old_queue(books: Books, now: datetime) -> Sequence[str]:
    """End what waits in a restored copy, tell its people and the operator; returns the videos.

    People get a full refund; the bill counts it as possibly spent. Tasks at the API are still
    watched, and never submitted again.
    """
    if not books.fact(RESTORED):
        return []
    books.set_fact(RESTORED, "")
    ended = [
        task_id
        for task_id in books.task_ids_in(WAITING)
        if owed.end_from(
            books,
            task_id,
            set(WAITING),
            State.CANCELLED,
            now=now,
            reason=Reason.RESTORED,
            bill=Bill.POSSIBLE,
            submitted_at=now,  # at the latest: possible costs count from here
        )
    ]
    tell_operator(books, RESTORED, now=now, films=len(ended))
    return ended
