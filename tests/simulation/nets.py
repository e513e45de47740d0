"""Takes the engine's safety nets away during a run, and listens for what it only logs."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from unittest import mock

from bot.errors import CommitUnknown, StorageDown
from bot.video.life import engine, sweeper
from bot.video.privacy.sweep import Sweep

RARELY = 3600.0  # seconds; so that a wake-up that is lost without need is seen


@contextmanager
def without_nets(tell: Callable[[str], None]) -> Iterator[None]:
    """The engine's sweeps are rare; errors that the program logs are told. Words are never too old
    here: the sweep for them is proven elsewhere, and would be a tenth of the time."""
    sweeps = mock.patch.object(sweeper, "SWEEP", RARELY)
    takeovers = mock.patch.object(engine, "TAKE_OVER", RARELY)
    words = mock.patch.object(Sweep, "sweep", mock.AsyncMock(return_value=0))
    with sweeps, takeovers, words, _heard(tell):
        yield


@contextmanager
def _heard(tell: Callable[[str], None]) -> Iterator[None]:
    """Errors that the program only logs are faults as well; everything below is not written."""
    logger, listener = logging.getLogger("bot"), _Listener(tell)
    level, propagates = logger.level, logger.propagate
    logger.addHandler(listener)
    logger.setLevel(logging.ERROR)
    logger.propagate = False
    try:
        yield
    finally:
        logger.removeHandler(listener)
        logger.setLevel(level)
        logger.propagate = propagates


class _Listener(logging.Handler):
    def __init__(self, tell: Callable[[str], None]) -> None:
        super().__init__()
        self._tell = tell

    def emit(self, record: logging.LogRecord) -> None:
        named = record.args if isinstance(record.args, tuple) else ()
        cause = record.exc_info[1] if record.exc_info else next(iter(named), None)
        if not isinstance(cause, StorageDown | CommitUnknown):  # that is the weather's
            self._tell(f"{record.getMessage()}: {cause!r}")
