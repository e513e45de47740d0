"""A person's data as JSON files, none larger than Discord accepts."""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from bot.errors import Refusal
from bot.only_ours import make_file
from bot.video.values.videos import Shot

FILE_LIMIT = 10 * 1024 * 1024  # bytes; accepted in every server
MOST = 10  # files
_ENDS = 64  # bytes for a file's ending


class Parts:
    """Writes rows into numbered files in `folder`; each is whole and says whose data it is."""

    def __init__(self, folder: Path, *, user_id: int, now: datetime) -> None:
        self._folder = folder
        self._head = {"user_id": user_id, "exported_at": now.isoformat()}
        self._paths: list[Path] = []
        self._kind: str | None = None
        self._has_rows = False
        self._size = 0
        self._file = self._begin()

    def add(self, kind: str, rows: Iterable[Mapping[str, Any]]) -> None:
        """Raises `Refusal("export_too_large")` if more files are needed than can be sent."""
        self._begin_kind(kind)
        for row in rows:
            text = json.dumps(row, default=_plain, ensure_ascii=False).encode()
            if self._size + len(text) + _ENDS > FILE_LIMIT:
                self._end()
                self._file = self._begin()
                self._begin_kind(kind)
            self._write((b",\n" if self._has_rows else b"\n") + text)
            self._has_rows = True

    def close(self) -> list[Path]:
        """The finished files, in order."""
        if not self._file.closed:
            self._end()
        return self._paths

    def _begin(self) -> BinaryIO:
        if len(self._paths) == MOST:
            raise Refusal("export_too_large")
        path = self._folder / f"{len(self._paths) + 1}.json"
        make_file(path)
        self._paths.append(path)
        self._kind, self._size = None, 0
        file = path.open("wb")
        self._size += file.write(json.dumps(self._head).encode().removesuffix(b"}"))
        return file

    def _begin_kind(self, kind: str) -> None:
        if kind != self._kind:
            self._end_kind()
            self._write(f',\n"{kind}": ['.encode())
            self._kind, self._has_rows = kind, False

    def _end_kind(self) -> None:
        if self._kind is not None:
            self._write(b"]")

    def _end(self) -> None:
        self._end_kind()
        self._write(b"}\n")
        self._file.close()

    def _write(self, text: bytes) -> None:
        self._size += self._file.write(text)


def _plain(value: Any) -> Any:
    match value:
        case datetime():
            return value.isoformat()
        case Shot():
            return {"prompt": value.prompt, "seconds": value.seconds}
    raise TypeError(f"{type(value).__name__} is not kept of anybody")
