"""Every request that arrived, with its content and its answer."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from fnmatch import fnmatchcase
from typing import Any

from bot.playground.guild.files import Upload


@dataclass(kw_only=True)
class Request:
    """`route` is the template in Discord's document, or "" without one.

    `status` is None while unanswered, and 0 if the connection was cut instead.
    """

    method: str
    path: str
    route: str
    at: datetime
    params: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    body: Any = None
    uploads: tuple[Upload, ...] = ()
    status: int | None = None
    code: int | None = None


class Journal(list[Request]):
    """The requests in order of arrival; `observers` are called when one is answered."""

    def __init__(self) -> None:
        super().__init__()
        self.observers: list[Callable[[Request], None]] = []

    def matching(self, pattern: str) -> list[Request]:
        """Requests whose method and route fit a pattern such as `POST /channels/*`."""
        return [one for one in self if fnmatchcase(f"{one.method} {one.route}", pattern)]
