"""Files and folders that only the bot's own user can read, whatever the umask.

Another user's files stay as they are: only their owner could change them."""

import os
import stat
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

FILE, FOLDER = 0o600, 0o700
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def make_folder(folder: Path, *, is_ours: Callable[[str], bool]) -> None:
    """Create a folder and its missing parents. Closes an existing one to other users if every
    name in it `is_ours`; other programs' files there may have other readers. Raises `OSError`.
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
    """Create an empty file, or close an existing one to other users. Raises `OSError`."""
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, FILE))
    close(path)


def close(path: Path) -> None:
    """Remove other users' permissions, if the path exists and is ours."""
    with suppress(OSError):
        mode = path.stat().st_mode
        if mode & _OTHERS:
            path.chmod(stat.S_IMODE(mode) & ~_OTHERS)


def is_open_to_others(path: Path) -> bool:
    """Whether every user of the machine can read it; False if that cannot be told. Group access was
    given on purpose, and a closed folder above keeps others out."""
    try:
        above = all(each.stat().st_mode & stat.S_IXOTH for each in path.resolve().parents)
        return above and bool(path.stat().st_mode & stat.S_IROTH)
    except OSError:
        return False
