"""Our bot as `python -m bot run` starts it, with a probe, and a slow disk if wanted.

SLOW_COMMIT_MS makes each commit that much longer, like an fsync on a network disk."""

import asyncio
import contextlib
import gc
import json
import os
import sys
import time
from collections.abc import Iterator

from sqlalchemy import Connection

from bot.config import RUN, load_config
from bot.log import logging_to


def slow_down(milliseconds: float) -> None:
    """Make every commit take longer, in the thread that commits."""
    from bot.db import sqlite, sqlite_file

    transaction = sqlite_file.transaction

    @contextlib.contextmanager
    def slow_transaction(connection: Connection) -> Iterator[None]:
        with transaction(connection):
            yield
            time.sleep(milliseconds / 1000)

    vars(sqlite)["transaction"] = slow_transaction


def time_recovery() -> None:
    """Print how many seconds the engine took to resume the tasks it found."""
    from bot.video.life.engine import Engine

    resume = Engine.resume

    async def timed(engine: Engine) -> None:
        began = time.perf_counter()
        await resume(engine)
        print(json.dumps({"recovery": time.perf_counter() - began}), flush=True)

    Engine.resume = timed  # type: ignore[method-assign]


async def main() -> int:
    """Serve until a signal."""
    config = load_config(os.environ, needs=RUN)
    gc.disable()
    from benchmarks.probe import answering
    from bot.app import run

    if slowness := float(os.environ.get("SLOW_COMMIT_MS", 0)):
        slow_down(slowness)
    time_recovery()
    probing = asyncio.create_task(answering())
    with logging_to(level=config.log_level, secrets=config.secrets_to_hide()):
        code = await run(config)
    probing.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await probing
    return code


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
