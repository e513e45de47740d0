"""Reads how everything stands for `python -m bot status`; a bot may be running."""

from collections.abc import Mapping
from datetime import datetime

from msgspec.structs import replace
from sqlalchemy import make_url

from bot.db.books import SqlBooks
from bot.db.copying import refuse_half
from bot.db.heartbeat import LeaseTimes, seconds_ahead
from bot.db.lock_file import is_locked
from bot.db.schema import check_current, file_of, reading
from bot.db.sqlite import check_not_moved
from bot.video.values.standing import Process, Standing


def read_standing(url: str, *, now: datetime) -> Standing:
    """How everything stands, without changing or locking anything.

    Raises `StartupError` if the database is not this version's, has moved, or cannot be read.
    """
    check_current(url)
    check_whole(url)
    with reading(make_url(url)) as connection:
        books = SqlBooks(connection)
        standing, driven = books.standing(now), books.driven()
        is_file = connection.dialect.name == "sqlite"
        ahead = 0.0 if is_file else seconds_ahead(connection, now)
    file = file_of(url)
    is_held = file is not None and is_locked(file)
    processes = [_judged(each, is_held, driven) for each in standing.processes]
    return replace(standing, processes=processes, ahead=ahead)


def check_whole(url: str) -> None:
    """Raises `StartupError` for a database on which no bot starts: it has moved, or is a copy that
    was not finished."""
    check_not_moved(make_url(url))
    with reading(make_url(url)) as connection:
        refuse_half(connection)


def _judged(process: Process, is_held: bool, driven: Mapping[int, int]) -> Process:
    """The process with its videos, and whether it runs: its lease is fresh, or the lock held."""
    is_fresh = is_held if process.silent is None else process.silent < LeaseTimes().ttl
    return replace(process, is_running=is_fresh, videos=driven.get(process.owner, 0))
