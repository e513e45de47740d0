"""Writes log lines from its own thread, so that a stuck reader stops nothing but the log.

`bot.log` formats the lines."""

import contextlib
import logging
import os
import select
from collections import deque
from threading import Condition, Thread
from typing import TextIO

ROOM = 4 * 1024 * 1024  # characters waiting; further lines are dropped and counted
FLUSH_SECONDS = 2.0  # at the end, for a slow reader


class LogWriter(logging.Handler):
    """Queues lines and writes them as fast as `stream` takes them; `room` is in characters."""

    def __init__(self, stream: TextIO, *, room: int = ROOM) -> None:
        super().__init__()
        self._stream = stream
        self._descriptor = _descriptor_of(stream)
        self._room = room
        self._lines: deque[str] = deque()
        self._waiting = self._left_out = 0  # characters, entries
        self._is_closed = False
        self._change = Condition()
        self._thread = Thread(target=self._write_all, name="log", daemon=True)
        self._thread.start()

    def emit(self, record: logging.LogRecord) -> None:
        """Never waits for the stream."""
        try:
            line = self.format(record) + "\n"
        except Exception as error:  # logging's own way could block on a stuck stream
            where = f"{record.pathname}:{record.lineno}"
            line = f"An entry of the log cannot be written ({type(error).__name__}): {where}\n"
        with self._change:
            if self._waiting + len(line) > self._room:
                self._left_out += 1
                return
            self._lines.append(line)
            self._waiting += len(line)
            self._change.notify()

    def close(self) -> None:
        """Give waiting lines up to `FLUSH_SECONDS` to be written."""
        with self._change:
            self._is_closed = True
            self._change.notify()
        self._thread.join(FLUSH_SECONDS)
        super().close()

    def _write_all(self) -> None:
        while text := self._next():
            with contextlib.suppress(OSError, ValueError):  # nobody reads the stream any more
                self._write(text)
        if self._descriptor is not None:
            os.close(self._descriptor)

    def _next(self) -> str:
        """All waiting text in one piece; empty at the end."""
        with self._change:
            self._change.wait_for(lambda: self._lines or self._left_out or self._is_closed)
            text = "".join(self._lines)
            left_out, self._left_out = self._left_out, 0
            self._lines.clear()
            self._waiting = 0
        return text + self._note(left_out) if left_out else text

    def _note(self, entries: int) -> str:
        """The line that replaces dropped ones."""
        text = "%d entries of the log were left out: nobody read them in time"
        return (
            self.format(
                logging.LogRecord("bot.log", logging.WARNING, __file__, 0, text, (entries,), None)
            )
            + "\n"
        )

    def _write(self, text: str) -> None:
        if self._descriptor is None:
            self._stream.write(text)
            self._stream.flush()
            return
        # Bypass the stream's buffer: Python cannot exit while a thread is stuck in a write to it.
        rest = memoryview(text.encode("utf-8", "backslashreplace"))
        while rest:
            try:
                rest = rest[os.write(self._descriptor, rest) :]
            except BlockingIOError:  # another program set the shared stream to non-blocking
                select.select([], [self._descriptor], [])


def _descriptor_of(stream: TextIO) -> int | None:
    """A descriptor of our own: the thread may still write after the stream is closed."""
    try:
        return os.dup(stream.fileno())
    except (OSError, AttributeError):  # an in-memory or closed stream
        return None
