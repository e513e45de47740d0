"""What is counted as it happens, for an operator's monitoring."""

from typing import Protocol

from bot.video.values.videos import VideoTask


class Meters(Protocol):
    """Counts. Called from any thread; never raises, and costs next to nothing."""

    def moved(self, task: VideoTask) -> None:
        """A video has entered a state, and that is saved."""
        ...

    def refused(self, reason: str) -> None:
        """A person was told why something was not done; `reason` is one of our own words."""
        ...

    def took_over(self, videos: int) -> None:
        """This process drives so many videos that another one drove."""
        ...

    def ended_silent(self) -> None:
        """This process has ended another one, which was silent for too long."""
        ...


class Unmetered:
    """`Meters` that count nothing."""

    def moved(self, task: VideoTask) -> None:
        """Do nothing."""

    def refused(self, reason: str) -> None:
        """Do nothing."""

    def took_over(self, videos: int) -> None:
        """Do nothing."""

    def ended_silent(self) -> None:
        """Do nothing."""


UNMETERED = Unmetered()
