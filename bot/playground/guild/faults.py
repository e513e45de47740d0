"""Faults on order: what the next matching requests get before, after or instead of the truth."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import Any

from bot.playground.guild.journal import Request


class Cut(StrEnum):
    """When the connection breaks: before the effect, or before the answer."""

    BEFORE = "before"
    AFTER = "after"


@dataclass(frozen=True, kw_only=True)
class Fault:
    """What happens to a request. With a `status`, that is the answer, without any effect.

    `via` false leaves out the header by which clients tell Discord's own 429 from a ban.
    `delay` seconds pass before the effect, `answer_delay` between the effect and the answer.
    """

    status: int | None = None
    code: int = 0
    message: str = ""
    retry_after: float = 0.0
    via: bool = True
    overall: bool = False
    cut: Cut | None = None
    delay: float = 0.0
    answer_delay: float = 0.0
    html: bool = False

    def body(self) -> dict[str, Any]:
        """The JSON of the answer."""
        if self.status == 429 and not self.code:
            text = self.message or "You are being rate limited."
            return {"message": text, "retry_after": self.retry_after, "global": self.overall}
        shape: dict[str, Any] = {"message": self.message or f"{self.status}", "code": self.code}
        return shape if self.status != 429 else {**shape, "retry_after": self.retry_after}

    def headers(self) -> Mapping[str, str]:
        """Headers of a 429; nothing otherwise."""
        if self.status != 429:
            return {}
        told = {"Retry-After": f"{self.retry_after:.3f}", "X-RateLimit-Scope": "user"}
        told |= {"X-RateLimit-Global": "true"} if self.overall else {}
        return {**told, "Via": "1.1 local"} if self.via else told


Match = str | Callable[[Request], bool]


@dataclass(kw_only=True)
class _Order:
    match: Match
    left: int | None
    fault: Fault
    met: list[Request] = field(default_factory=list)


class Faults:
    """Ordered faults, first come, first served."""

    def __init__(self) -> None:
        self._orders: list[_Order] = []

    def add(self, match: Match = "*", *, times: int | None = 1, **fault: Any) -> list[Request]:
        """Order a `Fault`. `match` is a pattern such as `PATCH */messages/@original`, or a test.

        Patterns match the method and the route in Discord's document. With `times=None` the fault
        lasts until `clear`. The returned list fills with the requests that met the fault.
        """
        order = _Order(match=match, left=times, fault=Fault(**fault))
        self._orders.append(order)
        return order.met

    def clear(self) -> None:
        """Cancel all ordered faults."""
        self._orders.clear()

    def take(self, request: Request) -> Fault | None:
        """The fault for this request, counted down."""
        for order in self._orders:
            if order.left != 0 and _matches(order.match, request):
                order.left = None if order.left is None else order.left - 1
                order.met.append(request)
                return order.fault
        return None


def _matches(match: Match, request: Request) -> bool:
    if not isinstance(match, str):
        return match(request)
    return fnmatchcase(f"{request.method} {request.route}", match)
