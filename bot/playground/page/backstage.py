"""The page's controls behind the scenes, provided by the demo.

The page knows nothing about processes or the video API."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Life(StrEnum):
    """The state of the bot's process, not of its connection."""

    RUNNING = "running"
    KILLED = "killed"  # by the page
    DIED = "died"  # by itself


class Mishap(StrEnum):
    """How the next video will fail."""

    POLICY = "policy"
    BUSY = "busy"
    CUT = "cut"


@dataclass(frozen=True, kw_only=True)
class Standing:
    """The current state: `detail` is the bot's last words, `armed` the mishap still to come.

    `alone` means a page without controls: somebody else runs the bot. `lives` has each process if
    there are several.
    """

    life: Life
    detail: str = ""
    armed: Mishap | None = None
    alone: bool = False
    lives: tuple[Life, ...] = ()


class Backstage(Protocol):
    """The page's controls."""

    @property
    def standing(self) -> Standing: ...

    async def kill(self, number: int = 1) -> None:
        """Kill a process of the bot without a warning (SIGKILL). Raises LookupError."""
        ...

    async def restart(self, number: int = 1) -> None:
        """Start it again on the same database; does nothing while it runs. Raises LookupError."""
        ...

    def fail_next(self, mishap: Mishap) -> None:
        """Let the next video fail like this."""
        ...

    def call_off(self) -> None:
        """Cancel the ordered mishap."""
        ...

    def watch(self, changed: Callable[[], None]) -> Callable[[], None]:
        """Call `changed` whenever the state may have changed; call the result to stop."""
        ...


class Alone:
    """No controls, for a page on a local Discord with somebody's own bot."""

    standing = Standing(life=Life.RUNNING, alone=True)

    async def kill(self, number: int = 1) -> None:
        """Do nothing: the bot runs elsewhere."""

    async def restart(self, number: int = 1) -> None:
        """Do nothing: the bot runs elsewhere."""

    def fail_next(self, mishap: Mishap) -> None:
        """Do nothing: there is no video API here."""

    def call_off(self) -> None:
        """Do nothing: there is no video API here."""

    def watch(self, changed: Callable[[], None]) -> Callable[[], None]:
        """Never call `changed`."""
        return lambda: None
