"""Statements that read what cards are drawn from. `bot.db.sheets` implements them."""

from typing import Protocol

from bot.video.values.cards import Sheet


class SheetBooks(Protocol):
    """Sheets, each in one look."""

    def sheet(self, task_id: str) -> Sheet:
        """A task's sheet. Raises KeyError."""
        ...

    def find_sheet(self, task_id: str) -> Sheet | None: ...

    def sheet_with(self, post_id: str) -> Sheet | None:
        """The sheet of the task that a post belongs to; None if it belongs to none."""
        ...
