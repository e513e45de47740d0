"""Whose fault a refusal is that the API gave before it accepted anything: everybody's, then all
wait; or one video's own, then only that one does. Pure."""

from datetime import timedelta
from enum import StrEnum

from msgspec import Struct

from bot.errors import ApiError, Cause

# How long a video stands back after each refusal that was for its own sake; one more ends it.
STEPS = (timedelta(minutes=1), timedelta(minutes=10), timedelta(minutes=30))
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
    is_alone: bool = False  # no other was refused since one was accepted last
    is_covered: bool | None = None  # the balance is enough for it; None: not known
    has_cheaper: bool = False  # the balance is enough for another that waits


def verdict(trial: Trial) -> Verdict:
    """The first refusal stops all, for it may be about all; the next ones speak of the video."""
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


def wait_after(tries: int) -> timedelta:
    """How long a video stands back that was refused so often."""
    return STEPS[min(max(tries, 1), len(STEPS)) - 1]


def words_of(error: ApiError) -> str:
    """What the API said, in one line."""
    status = "" if error.status is None else f"HTTP {error.status}"
    return " ".join(filter(None, (status, error.code, error.message)))


def _is_its_own(trial: Trial) -> bool:
    if trial.cause is Cause.UNAVAILABLE:
        return False  # not even a connection came about
    if trial.cause is Cause.CREDIT:
        return trial.is_covered is True or _is_too_dear(trial)
    return trial.others_go_on or trial.is_alone or trial.cause not in OF_THE_ACCOUNT


def _is_too_dear(trial: Trial) -> bool:
    return trial.cause is Cause.CREDIT and trial.is_covered is False and trial.has_cheaper
