"""Whether the bot can write where its variables point, and has room; writes nothing itself.

The bot creates missing files and folders, so the nearest existing folder decides."""

import os
import shutil
from pathlib import Path

FULL = 50 * 10**6  # bytes: with less, the next video may not fit

# The files that SQLite and the lease keep beside a database; https://sqlite.org/wal.html
_BESIDE = ("", ".lock", "-wal", "-shm")


def keeps_out(folder: Path) -> str | None:
    """Why the bot cannot write in `folder`, in words; None if it can."""
    folder = folder.absolute()
    there = next(each for each in (folder, *folder.parents) if os.path.lexists(each))
    if not there.is_dir():
        return f"{there} is not a folder"
    if not _may(there, os.W_OK | os.X_OK):
        return _not_ours(there)
    free = shutil.disk_usage(there).free
    return None if free > FULL else f"the disk of {there} is full: {free / 1e6:.0f} MB are left"


def keeps_out_of_file(file: Path) -> str | None:
    """Why the bot cannot write the database `file`, in words; None if it can."""
    beside = [file.with_name(file.name + ending) for ending in _BESIDE]
    refused = [each for each in beside if os.path.lexists(each) and not _may(each, os.W_OK)]
    return keeps_out(file.parent) or (_not_ours(refused[0]) if refused else None)


def _not_ours(path: Path) -> str:
    return f"{path} cannot be written: check its owner and permissions"


def _may(path: Path, how: int) -> bool:
    return os.access(path, how, effective_ids=os.access in os.supports_effective_ids)
