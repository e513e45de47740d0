"""Tables as CSV files that spreadsheets open safely, whatever users wrote."""

import csv
import io
from collections.abc import Iterable, Sequence

import discord

SIZE_LIMIT = 8 * 1024 * 1024  # bytes; Discord accepts 10 MiB anywhere, with the rest of the message
_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # spreadsheets run cells that start like this
Cell = str | int | float


class Table:
    """Rows under a heading, as many as fit in a file."""

    def __init__(self, heading: Sequence[str]) -> None:
        self._text = io.StringIO(newline="")
        self._text.write("\ufeff")  # Excel needs it to recognise UTF-8
        self._writer = csv.writer(self._text)
        self._writer.writerow(heading)
        self._size = 0
        self.rows = 0

    def add(self, rows: Iterable[Sequence[Cell]]) -> bool:
        """Add rows; False if they do not all fit."""
        for row in rows:
            cells = [_harmless(cell) for cell in row]
            self._size += sum(len(str(cell).encode()) + 3 for cell in cells)
            if self._size > SIZE_LIMIT:
                return False
            self._writer.writerow(cells)
            self.rows += 1
        return True

    def file(self, name: str) -> discord.File:
        """The file, ready to send."""
        return discord.File(io.BytesIO(self._text.getvalue().encode()), name)


def _harmless(cell: Cell) -> Cell:
    """Put an apostrophe before a text that starts like a formula, to keep it a text."""
    is_formula = isinstance(cell, str) and cell.lstrip(" ").startswith(_FORMULA)
    return f"'{cell}" if is_formula else cell
