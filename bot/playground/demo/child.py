"""Runs the real bot as a child process: start, kill, restart, and notice when it ends."""

import asyncio
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from types import TracebackType

from bot.playground.page.backstage import Life

GRACE = 15.0  # seconds for the bot to end by itself
LONGEST_LINE = 1 << 20  # bytes of a line in its log


SIGKILL = signal.SIGTERM if sys.platform == "win32" else signal.SIGKILL


class Child:
    """A process that runs `command` with the environment `env` and nothing else of ours.

    Passes its log on to our standard error and keeps the last line as `last_words`.
    """

    def __init__(self, command: Sequence[str]) -> None:
        self.env: Mapping[str, str] = {}
        self.life = Life.DIED
        self.last_words = ""
        self.changed: Callable[[], None] = lambda: None
        self._command = command
        self._turn = asyncio.Lock()
        self._ended = asyncio.Event()
        self._process: asyncio.subprocess.Process | None = None
        self._watch: asyncio.Task[None] | None = None

    async def __aenter__(self) -> "Child":
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.stop()

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    async def start(self) -> None:
        """Start the process; does nothing while it runs."""
        async with self._turn:
            if self.life is Life.RUNNING:
                return
            self._process = await asyncio.create_subprocess_exec(
                *self._command,
                env=dict(self.env),
                stdin=asyncio.subprocess.DEVNULL,
                stderr=asyncio.subprocess.PIPE,
                limit=LONGEST_LINE,
            )
            self._ended.clear()
            self._move(Life.RUNNING)
            self._watch = asyncio.create_task(self._see_it_end(self._process))

    async def kill(self) -> None:
        """Kill the process without a warning (SIGKILL)."""
        async with self._turn:
            if self.life is Life.RUNNING:
                self._move(Life.KILLED)
                await self._end(SIGKILL)

    async def stop(self) -> None:
        """Ask the process to end, then kill it after a while."""
        async with self._turn:
            if self.life is not Life.RUNNING:
                return
            self._move(Life.KILLED)
            try:
                async with asyncio.timeout(GRACE):
                    await self._end(signal.SIGTERM)
            except TimeoutError:
                await self._end(SIGKILL)

    async def died(self) -> None:
        """Wait until the process ends by itself."""
        await self._ended.wait()

    async def _end(self, how: signal.Signals) -> None:
        assert self._process is not None
        assert self._watch is not None
        if self._process.returncode is None:
            self._process.send_signal(how)
        await asyncio.shield(self._watch)

    async def _see_it_end(self, process: asyncio.subprocess.Process) -> None:
        assert process.stderr is not None
        last_words = ""
        async for line in process.stderr:
            text = line.decode(errors="replace")
            sys.stderr.write(text)
            last_words = text.strip() or last_words
        await process.wait()
        if self.life is Life.RUNNING:
            self._move(Life.DIED, last_words)
            self._ended.set()

    def _move(self, life: Life, last_words: str = "") -> None:
        self.life, self.last_words = life, last_words
        self.changed()
