"""A database that was restored from a copy orders nothing of its old queue by itself.

What waits in the copy may have been made, and paid for, after the copy was taken."""

from collections.abc import Sequence
from datetime import datetime

from bot.errors import Reason
from bot.video.outbox import owed
from bot.video.outbox.notices import tell_operator
from bot.video.ports.books import Bill, Books
from bot.video.values.videos import WAITING, State

RESTORED = "restored"  # the name of a fact: what waits in this database is still to be ended
SUBMISSIONS = "submissions"  # the same: how many there were in all, starts and stops included


def advance_epoch(books: Books) -> int:
    """A submission is about to go out, or the program starts or stops: copies from before are old
    now. How many of these there were with it."""
    number = int(books.fact(SUBMISSIONS) or 0) + 1
    books.set_fact(SUBMISSIONS, str(number))
    return number


def end_old_queue(books: Books, now: datetime) -> Sequence[str]:
    """End what waits in a restored copy, and tell its people and the operator; which films.

    The person gets everything back; the bill counts as possibly spent. What was at the API is
    looked at as ever, and never submitted again.
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
            submitted_at=now,  # at the latest: what may be spent counts from here
        )
    ]
    tell_operator(books, RESTORED, now=now, films=len(ended))
    return ended
