"""What a command and a start cost the database when many videos wait, and when many are over."""

import asyncio
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, create_engine, make_url, text

from benchmarks.figures import Figure, median
from benchmarks.finished import CHANNEL, PERSON, SERVER, fill
from benchmarks.postgres import postgres
from bot.db import processes, upgrade
from bot.db.books import SqlBooks
from bot.video.values.videos import VideoRequest, VideoSpec, VideoTask

TITLE = "Growth (medians of 200, without the commit)"
DAY = timedelta(days=1)
ROUNDS = 200
_WAIT = text("UPDATE tasks SET state = 'queued', ended_at = NULL WHERE id IN"
             " (SELECT id FROM tasks ORDER BY created_at DESC LIMIT :count)")  # fmt: skip


async def measure(*, is_quick: bool) -> list[Figure]:
    """The same statements on databases of three sizes."""
    waiting, over = (100, 5000) if is_quick else (10_000, 1_000_000)
    return await asyncio.to_thread(_measured, waiting, over)


def _measured(waiting: int, over: int) -> list[Figure]:
    sizes = {"nothing": (0, 0), f"{waiting:,} waiting": (waiting,) * 2, f"{over:,} over": (over, 0)}
    return [
        Figure(what=f"{kind}, {size}: {what}", measured=value, unit="ms")
        for kind, opened in (("SQLite", _sqlite), ("PostgreSQL", postgres))
        for size, (videos, queued) in sizes.items()
        for what, value in _on_database(opened, videos, queued).items()
    ]


@contextmanager
def _sqlite() -> Iterator[str]:
    with tempfile.TemporaryDirectory(prefix="video-bot-bench-") as folder:
        yield f"sqlite:///{Path(folder) / 'bot.db'}"


def _on_database(
    opened: Callable[[], AbstractContextManager[str]], videos: int, waiting: int
) -> dict[str, float]:
    with opened() as url:
        upgrade(url)
        place = make_url(url)
        if place.get_backend_name() == "postgresql":
            place = place.set(drivername="postgresql+psycopg")
        engine = create_engine(place)
        with engine.connect() as connection:
            fill(connection, videos, now=datetime.now(UTC))
            connection.execute(_WAIT, {"count": waiting})
            connection.commit()
            figures = {what: _timed(connection, act) for what, act in _ACTS.items()}
        engine.dispose()
        return figures


def _timed(connection: Connection, act: Callable[[SqlBooks], object]) -> float:
    """Milliseconds, the median of many; nothing is kept."""
    books, times = SqlBooks(connection), []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        act(books)
        times.append((time.perf_counter() - began) * 1000)
        connection.rollback()
    return median(times)


def _terms(books: SqlBooks) -> None:
    books.terms(SERVER, PERSON)


def _command(books: SqlBooks) -> None:
    """What a command reads and writes before its card."""
    now = datetime.now(UTC)
    books.lock(["bot", f"user:{PERSON}", f"server:{SERVER}"])
    books.terms(SERVER, PERSON)
    books.uses(PERSON, since=now - timedelta(hours=1))
    request = VideoRequest(
        id="request", server_id=SERVER, channel_id=CHANNEL, user_id=PERSON, locale="en-GB",
        server_locale="en-GB", created_at=now, spec=VideoSpec(prompt="a fox"),
    )  # fmt: skip
    books.add_request(request)
    task = VideoTask(
        id="task", request_id=request.id, server_id=SERVER, user_id=PERSON, price=1,
        state="queued", created_at=now,
    )  # fmt: skip
    books.add_task(task, seconds=5)
    books.queue_length(most=1000)


_ACTS: dict[str, Callable[[SqlBooks], object]] = {
    "terms": _terms,
    "a command's statements": _command,
    "adoption at a start": lambda books: processes.adopt(books.connection, 1),
    "the sums of a day": lambda books: books.ordered(since=datetime.now(UTC) - DAY),
}
