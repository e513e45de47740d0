"""Runs the demo: with the page until Ctrl-C, or for one video in the terminal."""

import asyncio
import contextlib
import errno
import importlib.util
import signal
import webbrowser
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from functools import partial
from pathlib import Path

from bot.errors import StartupError
from bot.playground.demo.once import check_place, make_film
from bot.playground.demo.stage import Stage, open_stage
from bot.playground.evolink import Pace

PACE = Pace(seconds=15.0)  # slow enough to watch progress, and to kill the bot midway
FAST = Pace(seconds=2.0)
UNDO_SECONDS = 4

Say = Callable[[str], None]
_say: Say = partial(print, flush=True)


async def run(
    *,
    port: int,
    browser: bool,
    once: str | None,
    out: Path | None,
    processes: int = 1,
    say: Say = _say,
) -> int:
    """Run until interrupted, or for one video with `once` and `out`; returns the exit code.

    Raises `StartupError` for a missing library, a port in use, no PostgreSQL for several
    processes, or a place that cannot be written.
    """
    _check_libraries("av", "PIL")
    if out is not None:
        check_place(out)
    with _interruption() as interrupted:
        if once is not None and out is not None:
            async with _opened(0, FAST, undo_seconds=0, processes=processes) as stage:
                return await _unless(interrupted, make_film(stage, once, out, say))
        async with _opened(port, PACE, undo_seconds=UNDO_SECONDS, processes=processes) as stage:
            _welcome(stage, browser, say)
            await interrupted.wait()
    return 0


def _check_libraries(*names: str) -> None:
    if any(importlib.util.find_spec(name) is None for name in names):
        raise StartupError("The demo renders videos with PyAV and Pillow: pip install '.[demo]'")


@contextlib.asynccontextmanager
async def _opened(
    port: int, pace: Pace, *, undo_seconds: int, processes: int
) -> AsyncIterator[Stage]:
    stage = open_stage(port=port, pace=pace, undo_seconds=undo_seconds, processes=processes)
    try:
        async with stage as opened:
            yield opened
    except OSError as error:
        if error.errno not in (errno.EADDRINUSE, errno.EACCES):
            raise
        raise StartupError(
            f"Port {port} cannot be used: another program has it. Choose one with --port."
        ) from None


def _welcome(stage: Stage, browser: bool, say: Say) -> None:
    say(f"The demo is at {stage.page_url}")
    say("Press Enter there to make a video; kill the bot meanwhile and restart it, if you like.")
    say("Ctrl-C here ends it, and nothing is left behind.")
    if browser:
        webbrowser.open(stage.page_url)


@contextlib.contextmanager
def _interruption() -> Iterator[asyncio.Event]:
    """An event that Ctrl-C or SIGTERM sets, so that everything closes in order."""
    loop, interrupted = asyncio.get_running_loop(), asyncio.Event()
    before = {
        number: signal.signal(number, lambda *_: loop.call_soon_threadsafe(interrupted.set))
        for number in (signal.SIGINT, signal.SIGTERM)
    }
    try:
        yield interrupted
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


async def _unless(interrupted: asyncio.Event, work: Coroutine[object, object, int]) -> int:
    """The exit code of `work`, or 130 if a person interrupts it."""
    working, ending = asyncio.create_task(work), asyncio.create_task(interrupted.wait())
    try:
        await asyncio.wait({working, ending}, return_when=asyncio.FIRST_COMPLETED)
        return working.result() if working.done() else 130
    finally:
        for task in (working, ending):
            task.cancel()
        await asyncio.gather(working, ending, return_exceptions=True)
