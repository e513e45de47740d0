"""FilmFolder: the files of films, being fetched (`*.part`) and kept (`{token}.mp4`). Blocking."""

import re
import tempfile
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO

from bot import only_ours
from bot.errors import StartupError
from bot.video.ports.edges import FilmFile

KEPT = re.compile(r"[A-Za-z0-9_-]+\.mp4")
LEFTOVER = timedelta(days=1)  # an unfinished file older than that is nobody's


class FilmFolder:
    """A folder whose kept films take at most `limit` bytes; None: any number."""

    def __init__(self, path: Path, *, limit: int | None) -> None:
        self._path = path
        self._limit = limit

    def open(self, *, now: datetime) -> None:
        """Make the folder and clear what a crash left in it. Raises `StartupError`."""
        try:
            only_ours.make_folder(self._path, is_ours=lambda name: name.endswith((".mp4", ".part")))
            for part in self._path.glob("*.part"):
                if part.stat().st_mtime < (now - LEFTOVER).timestamp():
                    part.unlink(missing_ok=True)
            for kept in self._path.glob("*.mp4"):
                only_ours.close(kept)
            with tempfile.TemporaryFile(dir=self._path):
                pass
        except OSError:
            raise StartupError("FILMS_DIR must name a folder that the bot can write to.") from None

    def temporary(self, task_id: str) -> BinaryIO:
        """A new file for a film that is being fetched; `name` is its path. Raises `OSError`."""
        return tempfile.NamedTemporaryFile(  # type: ignore[return-value]
            prefix=f"{task_id}-", suffix=".part", dir=self._path, delete=False
        )

    def drop(self, path: Path) -> None:
        """Remove a fetched film, if it was not kept."""
        path.unlink(missing_ok=True)

    def keep(self, film: FilmFile, *, name: str) -> bool:
        """Move a fetched film in as `name`, the oldest ones making room. Raises `OSError`.

        False when it is larger than all that may be kept.
        """
        if self._limit is not None:
            if film.size > self._limit:
                return False
            self._make_room(self._limit - film.size)
        film.path.replace(self._path / name)
        return True

    def has(self, name: str) -> bool:
        """Whether a kept film is still there. Raises `OSError`."""
        return KEPT.fullmatch(name) is not None and (self._path / name).is_file()

    def forget(self, name: str) -> None:
        """Remove a kept film. Raises `OSError`."""
        if KEPT.fullmatch(name):
            (self._path / name).unlink(missing_ok=True)

    def _make_room(self, left: int) -> None:
        kept = sorted(
            ((file.stat(), file) for file in self._path.glob("*.mp4")),
            key=lambda entry: entry[0].st_mtime_ns,
        )
        taken = sum(stat.st_size for stat, _ in kept)
        for stat, file in kept:
            if taken <= left:
                return
            file.unlink(missing_ok=True)
            taken -= stat.st_size
