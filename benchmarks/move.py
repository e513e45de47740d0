"""How long `python -m bot move` takes, how much memory, and what it costs to kill it meanwhile."""

import os
import subprocess
import sys
import time
from datetime import UTC, datetime
from threading import Timer

from msgspec import Struct
from sqlalchemy import create_engine, make_url

from benchmarks.child import MEBIBYTE, ROOT
from benchmarks.figures import Figure
from benchmarks.finished import fill
from benchmarks.growth import sqlite
from benchmarks.postgres import postgres
from bot.db import upgrade
from bot.db.sqlite_file import moved_file, path_of

TITLE = "Moving from SQLite to PostgreSQL"
KILLS = 5  # SIGKILL; each time it is started again


class Run(Struct, frozen=True, kw_only=True):
    """One process that moves."""

    seconds: float
    memory: float  # MiB at most
    is_done: bool


async def measure(*, is_quick: bool) -> list[Figure]:
    """A whole move, then the same one killed again and again."""
    videos = 2000 if is_quick else 1_000_000
    with sqlite() as source:
        _fill(source, videos)
        with postgres() as target:
            whole = _moved(source, target)
        _forget(source)
        with postgres() as target:
            lasts = whole.seconds / (KILLS + 1)
            cut = [_moved(source, target, kill_after=lasts) for _ in range(KILLS)]
            cut.append(_moved(source, target))
    assert whole.is_done
    assert cut[-1].is_done, "it compares the numbers of rows, and the ledgers"
    what = f"{videos:,} videos"
    return [
        Figure(what=what, measured=whole.seconds, unit="s"),
        Figure(
            what=f"{what}, killed {KILLS} times",
            measured=sum(run.seconds for run in cut),
            unit="s",
            bare=whole.seconds,
        ),
        Figure(what=f"{what}: memory", measured=whole.memory, unit="MiB"),
    ]


def _fill(url: str, videos: int) -> None:
    upgrade(url)
    engine = create_engine(make_url(url))
    with engine.connect() as connection:
        fill(connection, videos, now=datetime.now(UTC))
    engine.dispose()


def _forget(url: str) -> None:
    """Let the file move a second time."""
    path = path_of(make_url(url))
    assert path is not None
    moved_file(path).unlink()


def _moved(source: str, target: str, *, kill_after: float | None = None) -> Run:
    began = time.perf_counter()
    command = (sys.executable, "-m", "bot", "move", source, target)
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, cwd=ROOT)
    timer = Timer(kill_after or 0, process.kill)
    if kill_after is not None:
        timer.start()
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    timer.cancel()
    return Run(
        seconds=time.perf_counter() - began,
        memory=used.ru_maxrss * 1024 / MEBIBYTE,
        is_done=process.returncode == 0,
    )
