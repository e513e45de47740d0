"""How long one transaction takes that deletes old videos, on the first day of a bot with many."""

import time
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import create_engine, make_url, text

from benchmarks.figures import Figure, median, quantile
from benchmarks.finished import fill
from benchmarks.growth import sqlite
from benchmarks.postgres import postgres
from bot.clock import SystemClock
from bot.db import open_store, upgrade
from bot.video.doors.hearing import snowflake
from bot.video.privacy.retention import PIECE, Retention

TITLE = "Deleting old videos, of very many"
LONG_AGO = timedelta(days=400)
PIECES = 400  # transactions that are measured


class _Enough(Exception):
    """All are measured."""


class _Hurried(SystemClock):
    """Makes no pause between two transactions."""

    async def sleep(self, seconds: float) -> None:
        return


async def measure(*, is_quick: bool) -> list[Figure]:
    """The first transactions of a round, while all of the videos are old."""
    videos = 2000 if is_quick else 1_000_000
    return [
        figure
        for kind, opened in (("SQLite", sqlite), ("PostgreSQL", postgres))
        for figure in await _on(kind, opened, videos)
    ]


async def _on(
    kind: str, opened: Callable[[], AbstractContextManager[str]], videos: int
) -> list[Figure]:
    with opened() as url:
        _fill(url, videos)
        times = await _timed(url)
    what = f"{kind}, {videos:,} old videos: a transaction with {PIECE} of them"
    return [
        Figure(what=f"{what}, median", measured=median(times), unit="ms"),
        Figure(what=f"{what}, 99 %", measured=quantile(times, 0.99), unit="ms"),
    ]


def _fill(url: str, videos: int) -> None:
    upgrade(url)
    place = make_url(url)
    if place.get_backend_name() == "postgresql":
        place = place.set(drivername="postgresql+psycopg")
    engine = create_engine(place)
    with engine.connect() as connection:
        fill(connection, videos, now=datetime.now(UTC) - LONG_AGO)
        connection.execute(text("DELETE FROM boards"))  # they go before their takes
        connection.commit()
    engine.dispose()


async def _timed(url: str) -> list[float]:
    """Milliseconds, with the commit."""
    times: list[float] = []
    async with open_store(url, clock=SystemClock()) as store:

        async def act(*args: Any, **kwargs: Any) -> Any:
            if len(times) == PIECES:
                raise _Enough
            began = time.perf_counter()
            try:
                return await store.tx(*args, **kwargs)
            finally:
                times.append((time.perf_counter() - began) * 1000)

        await store.tx(lambda books: books.keep_interaction(snowflake(datetime.now(UTC)), by=1))
        with suppress(_Enough):
            await Retention(act=act, read=store.read, clock=_Hurried()).remove()
    return times
