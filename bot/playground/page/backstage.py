"""What the page may do behind the scenes, and what it is told: the demo provides it.

The page knows nothing about processes or the video API."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Life(StrEnum):
    """The bot's process, not its connection."""

    RUNNING = "running"
    KILLED = "killed"  # by the page
    DIED = "died"  # by itself


class Mishap(StrEnum):
    """How the next film is made to fail."""

    POLICY = "policy"
    BUSY = "busy"
    CUT = "cut"


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How things are: `detail` is the bot's last words, `armed` the mishap still to come.

    `alone` is a page without controls: the bot is somebody else's.
    """

    life: Life
    detail: str = ""
    armed: Mishap | None = None
    alone: bool = False


class Backstage(Protocol):
    """The controls of the page."""

    @property
    def standing(self) -> Standing: ...

    async def kill(self) -> None:
        """End the bot without a warning (SIGKILL)."""
        ...

    async def restart(self) -> None:
        """Start it again on the same database; nothing happens while it runs."""
        ...

    def fail_next(self, mishap: Mishap) -> None:
        """Let the next film fail."""
        ...

    def call_off(self) -> None:
        """Let the next film come out after all."""
        ...

    def watch(self, changed: Callable[[], None]) -> Callable[[], None]:
        """Call `changed` whenever the standing may have changed; the result ends it."""
        ...


class Alone:
    """No controls: the page belongs to a local Discord for somebody's own bot."""

    standing = Standing(life=Life.RUNNING, alone=True)

    async def kill(self) -> None:
        """Nothing here runs the bot."""

    async def restart(self) -> None:
        """Nothing here runs the bot."""

    def fail_next(self, mishap: Mishap) -> None:
        """There is no video API here."""

    def call_off(self) -> None:
        """There is no video API here."""

    def watch(self, changed: Callable[[], None]) -> Callable[[], None]:
        """Nothing ever changes."""
        return lambda: None
