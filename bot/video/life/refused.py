"""Finds out what a refusal is about, and writes down what follows for the video that was refused.

Whether all others have to wait too is `verdicts.py`'s rule."""

from datetime import datetime

from bot.errors import ApiError, Cause, CommitUnknown, Reason, StorageDown
from bot.video.life.gate import Gate, Pause
from bot.video.life.verdicts import Trial, words_of
from bot.video.outbox import owed
from bot.video.outbox.notices import tell_operator
from bot.video.ports.books import Bill, Books
from bot.video.ports.edges import Store, VideoApi
from bot.video.values.prices import CREDIT
from bot.video.values.videos import Balance, State, VideoTask

PAUSES = {
    Cause.KEY: Pause.KEY,
    Cause.CREDIT: Pause.CREDIT,
    Cause.BUSY: Pause.BUSY,
    Cause.UNAVAILABLE: Pause.OUTAGE,
}


async def trial_of(
    task: VideoTask, error: ApiError, *, gate: Gate, store: Store, api: VideoApi
) -> Trial:
    """All there is to know about a refusal; where it speaks of credits, the balance is read."""
    others_go_on = gate.refuse(task.id)
    is_covered, has_cheaper = None, False
    if error.cause is Cause.CREDIT:
        is_covered, has_cheaper = await _funds_for(task, store, api)
    return Trial(
        cause=error.cause,
        tries=task.tries,
        others_go_on=others_go_on,
        refused=len(gate.refused),
        is_covered=is_covered,
        has_cheaper=has_cheaper,
    )


async def _funds_for(task: VideoTask, store: Store, api: VideoApi) -> tuple[bool | None, bool]:
    """Whether the balance is enough for a video, and for another one that waits."""
    try:
        balance = await api.balance()
        cheapest = await store.tx(lambda books: books.cheapest_waiting(but=task.id))
    except (ApiError, StorageDown, CommitUnknown):
        return None, False
    return _covers(balance, task.price), cheapest is not None and _covers(balance, cheapest)


def pause_for(error: ApiError, trial: Trial) -> Pause:
    """What the operator reads: a refusal for credits that are there has another reason."""
    pause = PAUSES.get(error.cause, Pause.REFUSED)
    if pause is Pause.CREDIT and (trial.is_covered or trial.has_cheaper):
        return Pause.REFUSED
    return pause


def pays_for_any(books: Books, balance: Balance) -> bool:
    """Whether the balance is enough for one of the videos that wait."""
    cheapest = books.cheapest_waiting()
    return cheapest is None or _covers(balance, cheapest)


def put_back(
    books: Books, task: VideoTask, pause: Pause, error: ApiError, tries: int, now: datetime
) -> None:
    """Nothing was sent, or not accepted for now: queued again, reservation kept."""
    books.move(task, State.QUEUED, submitted_at=None, tries=tries)
    if pause is Pause.REFUSED:
        tell_operator(books, str(pause), now=now, task=task.id, said=words_of(error))
    elif pause is not Pause.BUSY:
        tell_operator(books, str(pause), now=now)


def step_back(books: Books, task: VideoTask, tries: int, until: datetime) -> None:
    """Refused for its own sake: queued again, but not before others had their turn."""
    books.move(task, State.QUEUED, submitted_at=None, tries=tries, ready_at=until)


def give_up(books: Books, task: VideoTask, error: ApiError, now: datetime) -> None:
    """Refused for its own sake too often. Nothing was accepted, so nothing is charged."""
    owed.end(
        books,
        task,
        State.FAILED,
        bill=Bill.RELEASED,
        now=now,
        reason=Reason.REFUSED_AGAIN,
        error_code=error.code,
        error_message=words_of(error),
    )


def reject(books: Books, task: VideoTask, error: ApiError, now: datetime) -> None:
    """A definite refusal: nothing was accepted, nothing is charged."""
    owed.end(
        books,
        task,
        State.FAILED,
        bill=Bill.RELEASED,
        now=now,
        reason=error.reason,
        error_code=error.code,
        error_message=error.message,
    )


def _covers(balance: Balance, price: int) -> bool:
    return balance.credits * CREDIT >= price
