"""Tables as CSV files that a spreadsheet opens as they are, whatever people wrote into them."""

import csv
import io
from collections.abc import Iterable, Sequence

import discord

SIZE_LIMIT = 8 * 1024 * 1024  # bytes; Discord takes 10 MiB anywhere, and the rest of the message
_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet would run
Cell = str | int | float


class Table:
    """Rows under a heading, as many as a file takes."""

    def __init__(self, heading: Sequence[str]) -> None:
        self._text = io.StringIO(newline="")
        self._text.write("\ufeff")  # without it, Excel takes UTF-8 for something else
        self._writer = csv.writer(self._text)
        self._writer.writerow(heading)
        self._size = 0
        self.rows = 0

    def add(self, rows: Iterable[Sequence[Cell]]) -> bool:
        """Whether there was room for all of them."""
        for row in rows:
            cells = [_harmless(cell) for cell in row]
            self._size += sum(len(str(cell).encode()) + 3 for cell in cells)
            if self._size > SIZE_LIMIT:
                return False
            self._writer.writerow(cells)
            self.rows += 1
        return True

    def file(self, name: str) -> discord.File:
        """The file as it is sent."""
        return discord.File(io.BytesIO(self._text.getvalue().encode()), name)


def _harmless(cell: Cell) -> Cell:
    """A text that begins like a formula gets an apostrophe, which makes it a text."""
    is_formula = isinstance(cell, str) and cell.lstrip(" ").startswith(_FORMULA)
    return f"'{cell}" if is_formula else cell
