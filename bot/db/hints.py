"""Tells the other processes of one PostgreSQL that there is news, by NOTIFY.

A hint may be lost, and says only where to look: whatever is missed, a sweep finds."""

import asyncio
import threading
from collections.abc import Awaitable, Callable
from typing import Any

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import SQLAlchemyError

from bot.outages import Outage

CHANNEL = "bot"
LISTEN_SECONDS = 1.0  # between looks whether to stop
AGAIN_SECONDS = 2.0  # before a lost connection is made again
_TELL = text("SELECT pg_notify('bot', :said)")


def words_of(error: Exception) -> str:
    """The driver's own first line, for the log; SQLAlchemy adds a link for programmers."""
    return str(getattr(error, "orig", None) or error).strip().partition("\n")[0]


def tell(connection: Connection, owner: int, task_id: str = "") -> None:
    """Hint at a task, or without one at work that nobody drives; sent with the commit."""
    connection.execute(_TELL, {"said": f"{owner} {task_id}"})


def hinting(hint: Callable[[str], Awaitable[None]]) -> Callable[[str], None]:
    """`hint` as a call that does not wait, for processes that leave all work to others."""
    hints: set[asyncio.Future[None]] = set()

    def send(task_id: str = "") -> None:
        hints.add(sent := asyncio.ensure_future(hint(task_id)))
        sent.add_done_callback(hints.discard)

    return send


class Listener:
    """Calls `heard`, from a thread of its own, with each task at which another process hints. Uses
    one connection of `engine`, which it disposes of at its end."""

    def __init__(
        self, engine: Engine, *, owner: int, heard: Callable[[str], None], outage: Outage
    ) -> None:
        self._outage = outage
        self._engine = engine
        self._errors = SQLAlchemyError, engine.dialect.loaded_dbapi.Error
        self._owner = str(owner)
        self._heard = heard
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="hints", daemon=True)

    def start(self) -> None:
        """Listen from now on."""
        self._thread.start()

    def stop(self) -> None:
        """End the thread."""
        self._stopped.set()
        self._thread.join()
        self._engine.dispose()

    def _run(self) -> None:
        while not self._stopped.is_set():
            try:
                with self._engine.connect() as connection:
                    connection.execute(text(f"LISTEN {CHANNEL}"))
                    connection.commit()
                    self._listen(connection.connection.driver_connection)
            except self._errors as error:
                self._outage.failed(words_of(error))
                self._stopped.wait(AGAIN_SECONDS)

    def _listen(self, connection: Any) -> None:
        connection.autocommit = True
        while not self._stopped.is_set():
            for note in connection.notifies(timeout=LISTEN_SECONDS):
                owner, _, task_id = note.payload.partition(" ")
                if owner != self._owner:
                    self._heard(task_id)
