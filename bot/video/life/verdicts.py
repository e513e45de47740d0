"""Whose fault a refusal is that the API gave before it accepted anything: everybody's, then all
wait; or one video's own, then only that one does. Pure."""

from datetime import timedelta
from enum import StrEnum

from msgspec import Struct

from bot.errors import ApiError, Cause

# How long a video stands back after each refusal that was for its own sake; one more ends it.
STEPS = (timedelta(minutes=1), timedelta(minutes=10), timedelta(minutes=30))
TOO_DEAR = timedelta(minutes=10)  # between looks whether the balance is enough by now
MANY = 3  # refused videos, with none accepted meanwhile: it may well be about all
OF_THE_ACCOUNT = frozenset({Cause.KEY, Cause.BUSY})  # what the API says of all that we send


class Verdict(StrEnum):
    """What follows for the video and for all others."""

    PAUSE = "pause"  # nothing is submitted until a probe
    STEP_BACK = "step_back"  # others first; this one again after a while
    END = "end"  # this one has failed


class Trial(Struct, frozen=True, kw_only=True):
    """What is known when a video is refused."""

    cause: Cause
    tries: int  # refusals of it so far that count, each with a probe that succeeded after it
    others_go_on: bool  # another was accepted since this one was refused last
    refused: int = 1  # videos, this one too, since one was accepted last
    is_covered: bool | None = None  # the balance is enough for it; None: not known
    has_cheaper: bool = False  # the balance is enough for another that waits


def verdict(trial: Trial) -> Verdict:
    """The first refusal pauses every video, as it may concern all; later ones only its own."""
    if not trial.tries or not _is_its_own(trial):
        return Verdict.PAUSE
    is_last = counts(trial) and trial.tries > len(STEPS)
    return Verdict.END if is_last else Verdict.STEP_BACK


def counts(trial: Trial) -> bool:
    """Whether the refusal counts as a try: a video that was never sent, or that waits for credits
    like any other, has not been tried."""
    if trial.cause is Cause.UNAVAILABLE:
        return False
    if not trial.tries:
        return True
    if trial.cause in OF_THE_ACCOUNT:
        return trial.others_go_on
    return _is_its_own(trial) and not _is_too_dear(trial)


def wait_after(trial: Trial) -> timedelta:
    """How long a video stands back that was refused so often."""
    return TOO_DEAR if _is_too_dear(trial) else STEPS[min(max(trial.tries, 1), len(STEPS)) - 1]


def words_of(error: ApiError) -> str:
    """What the API said, in one line."""
    status = "" if error.status is None else f"HTTP {error.status}"
    return " ".join(filter(None, (status, error.code, error.message)))


def _is_its_own(trial: Trial) -> bool:
    if trial.cause is Cause.UNAVAILABLE:
        return False  # not even a connection came about
    if trial.cause is Cause.CREDIT and not trial.is_covered:
        return _is_too_dear(trial)
    most = 1 if trial.cause in OF_THE_ACCOUNT else MANY - 1
    return trial.others_go_on or trial.refused <= most


def _is_too_dear(trial: Trial) -> bool:
    """Whoever is tried after the probe was paid for: the balance is enough for somebody."""
    return trial.cause is Cause.CREDIT and trial.is_covered is False
