"""FilmFolder: video files on this machine, downloading (`*.part`) and kept (`{token}.mp4`)."""

import asyncio
import errno
import re
import tempfile
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO, Protocol

from bot import only_ours
from bot.errors import FilmError, StartupError
from bot.video.ports.edges import FilmFile

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
KEPT = re.compile(r"[A-Za-z0-9_-]+\.mp4")
LEFTOVER = timedelta(days=1)  # age at which an unfinished file is abandoned


class Shelf(Protocol):
    """Where kept videos are, by name. Each method raises `FilmError`."""

    async def keep(self, film: FilmFile, *, name: str) -> bool:
        """Take a downloaded file; returns False if it is larger than all that may be kept."""
        ...

    async def find(self, name: str) -> Path | str | None:
        """The file, or an address to fetch it from within the hour; None if it is gone."""
        ...

    async def forget(self, name: str) -> None:
        """Remove a kept video, if it is there."""
        ...


class FilmFolder:
    """A folder whose kept videos take at most `limit` bytes (None: no limit)."""

    def __init__(self, path: Path, *, limit: int | None) -> None:
        self._path = path
        self._limit = limit

    def open(self, *, now: datetime) -> None:
        """Create the folder and remove what a crash left there. Raises `StartupError`."""
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
        """A new file to download into; `name` is its path. Raises `OSError`."""
        return tempfile.NamedTemporaryFile(  # type: ignore[return-value]
            prefix=f"{task_id}-", suffix=".part", dir=self._path, delete=False
        )

    def drop(self, path: Path) -> None:
        """Remove a downloaded file unless it was kept."""
        path.unlink(missing_ok=True)

    async def keep(self, film: FilmFile, *, name: str) -> bool:
        """Move a download in as `name`, deleting the oldest files to make room."""
        try:
            return await asyncio.to_thread(self._keep, film, name)
        except OSError as error:
            raise disk_error(error) from error

    async def find(self, name: str) -> Path | None:
        """The kept file, if it still exists."""
        path = self._path / name
        try:
            is_there = await asyncio.to_thread(path.is_file)
        except OSError as error:
            raise disk_error(error) from error
        return path if is_there and KEPT.fullmatch(name) else None

    async def forget(self, name: str) -> None:
        """Remove a kept file."""
        if not KEPT.fullmatch(name):
            return
        try:
            await asyncio.to_thread((self._path / name).unlink, missing_ok=True)
        except OSError as error:
            raise disk_error(error) from error

    def _keep(self, film: FilmFile, name: str) -> bool:
        if self._limit is not None:
            if film.size > self._limit:
                return False
            self._make_room(self._limit - film.size)
        film.path.replace(self._path / name)
        return True

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


def disk_error(error: OSError) -> FilmError:
    """What a failed read or write means for a video."""
    reason = "disk_full" if error.errno in _FULL else "disk_failed"
    return FilmError(reason, is_final=False)
