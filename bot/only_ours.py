"""Files and folders that nobody but the bot's own user reads, whatever the umask.

What another user owns stays as it is: only its owner could change it."""

import os
import stat
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

FILE, FOLDER = 0o600, 0o700
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def make_folder(folder: Path, *, is_ours: Callable[[str], bool]) -> None:
    """Make it, with the folders above it that are missing. One that was there is closed to others
    if all in it `is_ours`, by name: what else lies there may be theirs to read. Raises `OSError`.
    """
    for each in (*reversed(folder.parents), folder):
        with suppress(FileExistsError):
            each.mkdir(FOLDER)
            each.chmod(FOLDER)
    if not folder.is_dir():
        raise NotADirectoryError(20, "Not a directory")
    with suppress(OSError):
        if all(map(is_ours, os.listdir(folder))):
            close(folder)


def make_file(path: Path) -> None:
    """Make an empty file, or close one that is there to others. Raises `OSError`."""
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, FILE))
    close(path)


def close(path: Path) -> None:
    """Take from others what they may do with it, where it is there and ours."""
    with suppress(OSError):
        mode = path.stat().st_mode
        if mode & _OTHERS:
            path.chmod(stat.S_IMODE(mode) & ~_OTHERS)


def is_open_to_others(path: Path) -> bool:
    """Whether any user of the machine may read it; False where nobody can tell. What a group may
    read was given to it on purpose, and a closed folder above it keeps everybody out."""
    try:
        above = all(each.stat().st_mode & stat.S_IXOTH for each in path.resolve().parents)
        return above and bool(path.stat().st_mode & stat.S_IROTH)
    except OSError:
        return False
