"""Finds out what a refusal is about, and writes the consequence for the refused video.

`verdicts.py` decides whether all others must wait, too."""

from datetime import datetime

from bot.errors import ApiError, Cause, CommitUnknown, Reason, StorageDown
from bot.video.life.gate import Gate, Pause
from bot.video.life.verdicts import Trial, words_of
from bot.video.outbox import owed
from bot.video.outbox.notices import tell_operator
from bot.video.ports.books import Books
from bot.video.ports.edges import Store, VideoApi
from bot.video.values.ledgers import Bill
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
    """Everything known about a refusal; reads the balance if the refusal is about credits."""
    others_go_on = gate.refuse(task.id, task.request_id)
    is_covered, has_cheaper = None, False
    if error.cause is Cause.CREDIT:
        is_covered, has_cheaper = await _funds_for(task, store, api)
    return Trial(
        cause=error.cause,
        tries=task.tries,
        others_go_on=others_go_on,
        refused=len(set(gate.refused.values())),
        is_covered=is_covered,
        has_cheaper=has_cheaper,
    )


async def _funds_for(task: VideoTask, store: Store, api: VideoApi) -> tuple[bool | None, bool]:
    """Whether the balance covers this video, and another one that waits."""
    try:
        balance = await api.balance()
        cheapest = await store.tx(lambda books: books.cheapest_waiting(but=task.id))
    except (ApiError, StorageDown, CommitUnknown):
        return None, False
    return _covers(balance, task.price), cheapest is not None and _covers(balance, cheapest)


def pause_for(error: ApiError, trial: Trial) -> Pause:
    """What to tell the operator: with enough credits, a refusal for credits has another reason."""
    pause = PAUSES.get(error.cause, Pause.REFUSED)
    if pause is Pause.CREDIT and (trial.is_covered or trial.has_cheaper):
        return Pause.REFUSED
    return pause


def pays_for_any(books: Books, balance: Balance) -> bool:
    """Whether the balance covers any waiting video."""
    cheapest = books.cheapest_waiting()
    return cheapest is None or _covers(balance, cheapest)


def put_back(
    books: Books, task: VideoTask, pause: Pause, error: ApiError, tries: int, now: datetime
) -> None:
    """Queue a task again with its reservation: nothing was sent, or not accepted for now."""
    books.move(task, State.QUEUED, submitted_at=None, tries=tries)
    if pause is Pause.REFUSED:
        cause = "refused_credit" if error.cause is Cause.CREDIT else "refused"
        said = words_of(error).rstrip(".")
        tell_operator(books, cause, now=now, task=task.id, said=said)
    elif pause is not Pause.BUSY:
        tell_operator(books, str(pause), now=now)


def step_back(books: Books, task: VideoTask, tries: int, until: datetime) -> None:
    """Queue a video refused for its own sake again, behind the others."""
    books.move(task, State.QUEUED, submitted_at=None, tries=tries, ready_at=until)


def give_up(books: Books, task: VideoTask, error: ApiError, now: datetime) -> None:
    """End a video refused too often for its own sake; nothing was accepted, nothing is charged."""
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
    """End a video that was definitely refused; nothing was accepted, nothing is charged."""
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
