"""Statements that say which process drives a task."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from bot.video.values.videos import State, VideoTask


class DrivingBooks(Protocol):
    """Processes, and the tasks they drive."""

    def due(self, *, owner: int) -> Sequence[tuple[str, datetime]]:
        """All tasks of a process that need a look, and when."""
        ...

    def tasks_in(self, state: State, *, owner: int) -> Sequence[VideoTask]: ...

    def adopt(self, owner: int) -> Sequence[str]:
        """Take over what no living process drives: set owner, raise epochs. Returns the tasks'
        ids."""
        ...

    def drive_as(self, owner: int) -> None:
        """Let each change of a task or post tell whether this process still drives videos."""
        ...

    def drives(self, owner: int) -> bool:
        """Whether a process may go on driving videos: no other process has ended it. Asks only if
        no change has told."""
        ...

    def has_written(self) -> bool:
        """Whether this transaction may have changed anything."""
        ...

    def versions(self) -> Sequence[str]:
        """The program's versions that run on this database; an unknown one is empty."""
        ...
