"""Pauses and resumes the whole bot, for `python -m bot pause`; the bot may be running.

For SQLite a file beside the database says so, because only the bot may write to that."""

from sqlalchemy import URL, make_url

from bot import only_ours
from bot.db import postgres
from bot.db.books import SqlBooks
from bot.db.queue import PAUSED
from bot.db.schema import check_current, file_of
from bot.db.sqlite_file import pause_file
from bot.errors import StartupError


def set_paused(url: str, paused: bool) -> None:
    """Pause or resume; a running bot notices within a minute. Raises `StartupError`."""
    check_current(url)
    path = file_of(url)
    if path is None:
        _write(make_url(url), paused)
        return
    mark = pause_file(path)
    try:
        if paused:
            only_ours.make_file(mark)
        else:
            mark.unlink(missing_ok=True)
    except OSError as error:
        raise StartupError(f"{mark} cannot be changed: {error.strerror}.") from None


def _write(url: URL, paused: bool) -> None:
    with postgres.as_startup_error(url):
        engine = postgres.engine_of(url, connections=1)
        try:
            with engine.begin() as connection:
                SqlBooks(connection).set_fact(PAUSED, "yes" if paused else "no")
        finally:
            engine.dispose()
