"""A bot as a child process: start it, ask its probe, measure its memory, end it."""

import asyncio
import json
import os
import sys
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import psutil

OURS, BARE = "benchmarks.our_bot", "benchmarks.bare_bot"
ROOT = Path(__file__).parent.parent
PATIENCE = 60.0  # seconds
LONGEST_LINE = 1 << 24  # bytes of an answer
GRACE = 15.0  # seconds to end
MEBIBYTE = 1 << 20


class Child:
    """The running process. `began` and `served` are by the monotonic clock."""

    def __init__(self, process: asyncio.subprocess.Process, began: float) -> None:
        self.began = began
        self.served = began
        self._process = process
        self._weighed = psutil.Process(process.pid)

    @property
    def memory(self) -> float:
        """The process's own memory in MiB, without shared libraries."""
        return float(self._weighed.memory_full_info().uss) / MEBIBYTE

    @property
    def processor(self) -> float:
        """Processor seconds so far."""
        times = self._weighed.cpu_times()
        return float(times.user + times.system)

    @property
    def has_ended(self) -> bool:
        """Whether the process ended, for any reason."""
        return self._process.returncode is not None

    async def ask(self, question: Mapping[str, Any]) -> Any:
        """Put a question to the probe."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(question).encode() + b"\n")
        return await self.line()

    async def line(self) -> Any:
        """The next JSON line from the process. Raises `RuntimeError` if it has ended."""
        assert self._process.stdout is not None
        async with asyncio.timeout(PATIENCE):
            line = await self._process.stdout.readline()
        if not line:
            raise RuntimeError("the bot ended; what it said stands above")
        return json.loads(line)

    async def end(self) -> None:
        """Ask the process to end, then kill it after a while."""
        if self.has_ended:
            return
        self._process.terminate()
        try:
            async with asyncio.timeout(GRACE):
                await self._process.wait()
        except TimeoutError:
            self._process.kill()
            await self._process.wait()


@asynccontextmanager
async def running(module: str, settings: Mapping[str, str]) -> AsyncIterator[Child]:
    """Run `python -m module` with `settings` and the variables every program needs."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR") if name in os.environ}
    began = time.monotonic()
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", module),
        cwd=ROOT,
        env=kept | dict(settings),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=LONGEST_LINE,
    )
    child = Child(process, began)
    try:
        yield child
    finally:
        await child.end()
