"""Whose fault the API's early refusal is: everybody's, so that all wait, or one video's own, so
that only that one waits. Pure."""

from datetime import timedelta
from enum import StrEnum

from msgspec import Struct

from bot.errors import ApiError, Cause

# How long a video steps back after each refusal for its own sake; one more refusal ends it.
STEPS = (timedelta(minutes=1), timedelta(minutes=10), timedelta(minutes=30))
TOO_DEAR = timedelta(minutes=10)  # between checks whether the balance is enough now
MANY = 3  # refused videos without an accepted one in between: the cause may be common
OF_THE_ACCOUNT = frozenset({Cause.KEY, Cause.BUSY})  # about everything we send


class Verdict(StrEnum):
    """The consequence for the video and for all others."""

    PAUSE = "pause"  # submit nothing until a probe succeeds
    STEP_BACK = "step_back"  # others first; this one again after a while
    END = "end"  # this video has failed


class Trial(Struct, frozen=True, kw_only=True):
    """What is known when a video is refused."""

    cause: Cause
    tries: int  # its refusals so far that count, each followed by a successful probe
    others_go_on: bool  # another video was accepted since this one was last refused
    refused: int = 1  # requests refused since a video was last accepted, this one included
    is_covered: bool | None = None  # the balance is enough for it; None: unknown
    has_cheaper: bool = False  # the balance is enough for another waiting video


def verdict(trial: Trial) -> Verdict:
    """The first refusal pauses all videos, as it may concern all; later ones only this video."""
    if not trial.tries or not _is_its_own(trial):
        return Verdict.PAUSE
    is_last = counts(trial) and trial.tries > len(STEPS)
    return Verdict.END if is_last else Verdict.STEP_BACK


def counts(trial: Trial) -> bool:
    """Whether the refusal counts as a try. It does not if the video was never sent, or waits for
    credits like all others."""
    if trial.cause is Cause.UNAVAILABLE:
        return False
    if not trial.tries:
        return True
    if trial.cause in OF_THE_ACCOUNT:
        return trial.others_go_on
    return _is_its_own(trial) and not _is_too_dear(trial)


def wait_after(trial: Trial) -> timedelta:
    """How long a video waits after this many refusals before it is submitted again."""
    return TOO_DEAR if _is_too_dear(trial) else STEPS[min(max(trial.tries, 1), len(STEPS)) - 1]


def words_of(error: ApiError) -> str:
    """What the API said, in one line."""
    status = "" if error.status is None else f"HTTP {error.status}"
    return " ".join(filter(None, (status, error.code, error.message)))


def _is_its_own(trial: Trial) -> bool:
    if trial.cause is Cause.UNAVAILABLE:
        return False  # not even a connection was made
    if trial.cause is Cause.CREDIT and not trial.is_covered:
        return _is_too_dear(trial)
    most = 1 if trial.cause in OF_THE_ACCOUNT else MANY - 1
    return trial.others_go_on or trial.refused <= most


def _is_too_dear(trial: Trial) -> bool:
    """Whether the balance is known to be too low for this very video."""
    return trial.cause is Cause.CREDIT and trial.is_covered is False
