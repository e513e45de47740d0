"""The mark beside an SQLite file: how many submissions, starts and stops its database knew of.

Saved before a submission goes out. A database that knows of fewer is older than the last run: a
restored copy."""

import json
import os
import secrets
from contextlib import suppress
from pathlib import Path

from msgspec import Struct

from bot.db.books import SqlBooks
from bot.errors import StartupError
from bot.video.life.restored import RESTORED, SUBMISSIONS
from bot.video.values.videos import AT_API, WAITING

LINEAGE = "lineage"  # name of a fact: a random word, made once per database


class Mark(Struct, frozen=True, kw_only=True):
    """A database's lineage, and how many submissions, starts and stops it knows of."""

    lineage: str
    submissions: int


class MarkFile:
    """The mark beside a database (none for memory); only its owner may read the file."""

    def __init__(self, database: Path | None) -> None:
        self._path = None if database is None else database.with_name(f"{database.name}.mark")
        self._lineage = ""
        self._written = -1

    def compare(self, books: SqlBooks) -> None:
        """Compare the database with the mark, and note in it if it is a restored copy.

        Raises `StartupError` if the mark cannot be read.
        """
        here, there = _mark(books), self._read()
        if there is not None and _is_older(books, here, there):
            books.set_fact(RESTORED, "yes")
            if here.lineage == there.lineage:
                books.set_fact(SUBMISSIONS, str(there.submissions))
        self._lineage = here.lineage

    def write(self, submissions: int) -> None:
        """Save the number; it is on disk on return. Calls may overlap. Raises OSError."""
        if self._path is not None and submissions > self._written:
            keep(self._path, Mark(lineage=self._lineage, submissions=submissions))
            self._written = submissions

    def _read(self) -> Mark | None:
        if self._path is None or not self._path.exists():
            return None
        try:
            found = json.loads(self._path.read_text(encoding="utf-8"))
            return Mark(lineage=str(found["lineage"]), submissions=int(found["submissions"]))
        except (OSError, ValueError, KeyError, TypeError):
            raise StartupError(
                f"{self._path} cannot be read: it says whether the database is a restored copy. "
                "Put its permissions right. Where its contents are damaged, run `python -m bot "
                "restore` with a copy, or remove it if the database was never replaced."
            ) from None


def _is_older(books: SqlBooks, here: Mark, there: Mark) -> bool:
    """Whether this is not the database that ran last; a new, empty one has nothing to end."""
    if here.lineage == there.lineage:
        return here.submissions < there.submissions
    return bool(books.task_ids_in(WAITING | AT_API))


def keep(path: Path, mark: Mark) -> None:
    """Write a mark, whole or not at all. Raises OSError."""
    part = path.with_name(f"{path.name}.part")
    said = {"lineage": mark.lineage, "submissions": mark.submissions}
    file = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        os.write(file, json.dumps(said).encode())
        os.fsync(file)
    finally:
        os.close(file)
    part.replace(path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make renames in the folder survive a power cut; does nothing on Windows."""
    with suppress(PermissionError):
        opened = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)


def _mark(books: SqlBooks) -> Mark:
    lineage = books.fact(LINEAGE)
    if lineage is None:
        lineage = secrets.token_hex(16)
        books.set_fact(LINEAGE, lineage)
    return Mark(lineage=lineage, submissions=int(books.fact(SUBMISSIONS) or 0))
