"""An SQLite database's lease: a locked file beside it, for one process at a time."""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from bot import only_ours
from bot.errors import StartupError

LOOK_SECONDS = 0.05

if sys.platform == "win32":
    import msvcrt

    def _lock(file: IO[str]) -> None:
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)

    _share = _lock

else:
    import fcntl

    def _lock(file: IO[str]) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def _share(file: IO[str]) -> None:
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)


@contextmanager
def locked(database: Path) -> Iterator[None]:
    """Lock `database` for this process; creates the folder if it is missing.

    The system unlocks it when the process dies, in any way. The file stays: if it were removed, two
    processes could lock two files of one name. Raises `StartupError`.
    """
    path = database.with_name(f"{database.name}.lock")
    try:
        only_ours.make_folder(path.parent, is_ours=lambda name: name.startswith(database.name))
        only_ours.make_file(path)
        file = path.open("a+", encoding="utf-8")
    except OSError as error:
        raise StartupError(f"The database {database} cannot be opened: {error.strerror}.") from None
    with file:
        try:
            _lock_soon(file)
        except OSError:
            file.seek(0)
            holder = file.read(20).strip() or "unknown"
            taken = f"The database {database} is in use by process {holder}: stop that bot first."
            raise StartupError(taken) from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


def is_locked(database: Path) -> bool:
    """Whether a process holds the lock of `database`; leaves no trace."""
    try:
        with database.with_name(f"{database.name}.lock").open(encoding="utf-8") as file:
            _share(file)
    except FileNotFoundError:
        return False
    except OSError:
        return True
    return False


def _lock_soon(file: IO[str]) -> None:
    """Lock a file although somebody may just be looking whether it is locked."""
    try:
        _lock(file)
    except OSError:
        time.sleep(LOOK_SECONDS)
        _lock(file)
