"""Writes log lines from a thread of its own, so that a reader who hangs stops nothing but the log.

How a line looks is the business of `bot.log`."""

import contextlib
import logging
import os
import select
from collections import deque
from threading import Condition, Thread
from typing import TextIO

ROOM = 4 * 1024 * 1024  # characters that wait; what comes on top of that is left out, and counted
FLUSH_SECONDS = 2.0  # at the end, for a reader who is slow; one who hangs holds nothing up


class LogWriter(logging.Handler):
    """Takes lines at once and writes them as `stream` lets it; `room` is in characters."""

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
        except Exception as error:  # the usual way would write it where somebody may hang
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
        """Give what waits `FLUSH_SECONDS` to be written."""
        with self._change:
            self._is_closed = True
            self._change.notify()
        self._thread.join(FLUSH_SECONDS)
        super().close()

    def _write_all(self) -> None:
        while text := self._next():
            with contextlib.suppress(OSError, ValueError):  # nobody reads it any more
                self._write(text)
        if self._descriptor is not None:
            os.close(self._descriptor)

    def _next(self) -> str:
        """What waits, in one piece; nothing at the end."""
        with self._change:
            self._change.wait_for(lambda: self._lines or self._left_out or self._is_closed)
            text = "".join(self._lines)
            left_out, self._left_out = self._left_out, 0
            self._lines.clear()
            self._waiting = 0
        return text + self._note(left_out) if left_out else text

    def _note(self, entries: int) -> str:
        """In the place of what is missing."""
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
        # Past the stream's buffer: Python cannot end while a thread stands in a write of that.
        rest = memoryview(text.encode("utf-8", "backslashreplace"))
        while rest:
            try:
                rest = rest[os.write(self._descriptor, rest) :]
            except BlockingIOError:  # another program that has it too does not want to wait
                select.select([], [self._descriptor], [])


def _descriptor_of(stream: TextIO) -> int | None:
    """One of our own: the thread may still write when the stream is closed."""
    try:
        return os.dup(stream.fileno())
    except (OSError, AttributeError):  # kept in memory, or closed
        return None
