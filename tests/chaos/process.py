"""The real program as its own process: started, killed, frozen, asked to end.

Its output goes to a file, which the round's checks read."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

PROGRAM = (sys.executable, "-m", "bot")
GRACE = 40.0  # seconds in which a process that was asked to end has to be gone


class Bot:
    """`env` is the whole environment of `python -m bot ARGUMENTS`; its words are added to `log`."""

    def __init__(self, env: Mapping[str, str], log: Path, *arguments: str) -> None:
        self.env = {"PATH": os.environ["PATH"], **env}
        self.log = log
        self._command = *PROGRAM, *(arguments or ("run",))
        self._process: asyncio.subprocess.Process | None = None

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.returncode is None

    @property
    def pid(self) -> int:
        """Of the process that was started last."""
        assert self._process is not None
        return self._process.pid

    async def start(self) -> None:
        """Start it; it is not there yet for anybody when this returns."""
        with self.log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *self._command,
                env=self.env,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    def send(self, how: signal.Signals) -> None:
        """A signal, unless it has ended already."""
        with suppress(ProcessLookupError):
            if self.is_running:
                os.kill(self.pid, how)

    async def ended(self) -> int:
        """Wait for its end; gives the exit code."""
        assert self._process is not None
        return await self._process.wait()

    async def kill(self) -> None:
        """SIGKILL: no time to say goodbye."""
        self.send(signal.SIGKILL)
        await self.ended()

    async def stop(self) -> int | None:
        """Ask it to end; returns the exit code, or None if it had to be killed."""
        self.send(signal.SIGTERM)
        try:
            async with asyncio.timeout(GRACE):
                return await self.ended()
        except TimeoutError:
            await self.kill()
            return None

    def complaints(self) -> list[str]:
        """What the log calls an error: its message, and how a traceback ends."""
        found = []
        for line in self.log.read_text(errors="replace").splitlines():
            entry = json.loads(line) if line.startswith("{") else {"message": line}
            if entry.get("logger", "bot").startswith("bot"):  # libraries complain of the weather
                cause = entry.get("trace", "").strip().rpartition("\n")[2]
                found.append(f"{entry['message']} {cause}".strip())
        return found
