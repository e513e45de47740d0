"""Rows for a store: a request with its task, ledgers and reply."""

import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import count
from typing import Any

import pytest
from msgspec.structs import replace
from sqlalchemy import Connection, create_engine, make_url
from sqlalchemy.exc import IntegrityError

from bot.video.ports.books import Books
from bot.video.values.ledgers import Allowance, Bill
from bot.video.values.posts import Post, PostKind, PostState, Rung
from bot.video.values.videos import State, VideoRequest, VideoSpec, VideoTask

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)

Accept = Callable[..., VideoTask]

# What a database says to rows that its constraints refuse.
UNSOUND = (IntegrityError, sqlite3.IntegrityError)


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def new_task() -> Callable[..., VideoTask]:
    """Makes tasks with ids of their own."""
    numbers = count(1)

    def make(**changes: Any) -> VideoTask:
        task = VideoTask(
            id=f"task{next(numbers):016}",
            request_id="",
            server_id=1,
            user_id=2**62,
            state=State.QUEUED,
            price=270_000,
            created_at=NOW,
        )
        return replace(task, request_id=f"r{task.id[1:]}", **changes)

    return make


@pytest.fixture
def new_request() -> Callable[[VideoTask], VideoRequest]:
    """Makes the request that a task belongs to."""

    def make(task: VideoTask, spec: VideoSpec | None = None) -> VideoRequest:
        return VideoRequest(
            id=task.request_id,
            server_id=task.server_id,
            channel_id=7,
            user_id=task.user_id,
            locale="en-GB",
            server_locale="es",
            created_at=task.created_at,
            spec=spec or VideoSpec(prompt="a fox in the snow"),
        )

    return make


@pytest.fixture
def accept(
    new_task: Callable[..., VideoTask], new_request: Callable[[VideoTask], VideoRequest]
) -> Accept:
    """Inserts a task with its request and ledgers, in one transaction: `await store.tx(accept)`."""

    def insert(books: Books, *, grant_id: str | None = None, **changes: Any) -> VideoTask:
        task = new_task(**changes)
        books.add_request(new_request(task))
        books.add_task(task, seconds=5, grant_id=grant_id)
        return task

    return insert


@pytest.fixture
def new_post() -> Callable[..., Post]:
    """Makes posts with ids of their own."""
    numbers = count(1)

    def make(**changes: Any) -> Post:
        number = next(numbers)
        post = Post(
            id=f"post{number}",
            kind=PostKind.REPLY,
            state=PostState.DUE,
            rung=Rung.TOKEN,
            nonce=f"nonce{number}",
        )
        return replace(post, **changes)

    return make


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request, tmp_path):
    """A database with nothing in it; on SQLite not even its folder is there."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'data' / 'bot.db'}"
    return request.getfixturevalue("empty_pg_url")


@pytest.fixture
def connected():
    """Connects to a URL, apart from any store; closed by the end of the test."""
    engines = []

    def connect(url: str) -> Connection:
        place = make_url(url)
        if place.get_backend_name() == "postgresql":
            place = place.set(drivername="postgresql+psycopg")
        engines.append(create_engine(place, isolation_level="AUTOCOMMIT"))
        connections.append(engines[-1].connect())
        return connections[-1]

    connections: list[Connection] = []
    yield connect
    for connection in connections:
        connection.close()
    for engine in engines:
        engine.dispose()


@pytest.fixture
def ended(accept: Accept):
    """Insert a video that ended at `at`."""

    def insert(books: Books, *, at=NOW, **changes):
        task = accept(books, created_at=at, **changes)
        books.settle(task.id, Allowance.REFUNDED, Bill.RELEASED)
        return books.move_from(
            task.id, {State.QUEUED}, State.FAILED, ended_at=at, error_message="said a fox"
        )

    return insert
