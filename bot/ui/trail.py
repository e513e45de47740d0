"""The filters of `/moderate audit`, encoded in its buttons: short enough for a custom id."""

from datetime import date, timedelta
from typing import Self

from msgspec import Struct

from bot.errors import Refusal
from bot.ui.finding import short, start_of
from bot.video.servers.trail import ACTS
from bot.video.values.moderation import AuditSearch


class SoughtActs(Struct, frozen=True, kw_only=True):
    """The filters; all optional, days are whole days (UTC)."""

    person: int = 0
    kind: str = ""  # a key of `ACTS`
    since: date | None = None
    until: date | None = None

    @classmethod
    def read(cls, written: str) -> Self:
        """Parse what `__str__` wrote. Raises `Refusal`, even for a forged text."""
        _, person, kind, since, until = written.split(".")
        try:
            days = [date.fromisoformat(day) if day else None for day in (since, until)]
        except ValueError:
            raise Refusal("unknown_date") from None
        return cls(person=int(person or "0", 36), kind=kind, since=days[0], until=days[1])

    def __str__(self) -> str:
        days = [day.strftime("%Y%m%d") if day else "" for day in (self.since, self.until)]
        return ".".join(["", short(self.person), self.kind, *days])

    def search(self, server_id: int, *, offset: int = 0, limit: int = 0) -> AuditSearch:
        """The search. Raises `Refusal` for an unknown kind."""
        if self.kind and self.kind not in ACTS:
            raise Refusal("unknown_choice", option="act")
        return AuditSearch(
            server_id=server_id,
            person=self.person or None,
            actions=ACTS.get(self.kind, ()),
            since=start_of(self.since),
            until=start_of(self.until and self.until + timedelta(days=1)),
            offset=offset,
            limit=limit,
        )
