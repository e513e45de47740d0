"""Logs and counts each change of a video's state after its commit, and none that was rolled back.

A store collects a transaction's changes and hands them over once they are saved."""

import logging
from collections.abc import Iterable

from msgspec import Struct

from bot.video.ports.meters import Meters
from bot.video.values.prices import CREDIT
from bot.video.values.videos import VideoTask

CODE_LIMIT = 100  # characters: the code is the API's

log = logging.getLogger(__name__)


class Change(Struct, frozen=True, kw_only=True):
    """A video as it is now; `seconds` are the video's own."""

    task: VideoTask
    seconds: int | None


def tell_all(changes: Iterable[Change], meters: Meters) -> None:
    """One line each, in their order."""
    is_logged = log.isEnabledFor(logging.INFO)
    for change in changes:
        meters.moved(change.task)
        if is_logged:
            _log(change)


def _log(change: Change) -> None:
    task = change.task
    why = " ".join(filter(None, (task.reason, task.error_code[:CODE_LIMIT])))
    fields = {
        "task": task.id,
        "server": task.server_id,
        "user": task.user_id,
        "state": str(task.state),
        "credits": round(task.price / CREDIT, 4),
        "seconds": change.seconds,
    }
    log.info("A video is %s%s", task.state, f" ({why})" if why else "", extra=fields)
