"""Reads what videos cost, by day, server and person; a bot may be running."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from msgspec import Struct
from sqlalchemy import bindparam, make_url, select

from bot.db.columns import Instant
from bot.db.retention import EPOCH, SUMS
from bot.db.schema import check_current, reading
from bot.db.tables import charges, spent

_LIVE = SUMS.where(charges.c.ordered_at >= bindparam("since", type_=Instant))
_DELETED = select(spent).where(spent.c.day >= bindparam("first"))
_AMOUNTS = ("videos", "seconds", "price", "possible")


class Spending(Struct, frozen=True, kw_only=True):
    """A person's videos in a server, ordered on a day (UTC); prices in 1/10,000 credit."""

    day: date
    server_id: int
    user_id: int
    videos: int
    seconds: int
    price: int
    possible: int  # the part of the price that may not have been charged


def read_spending(url: str, *, since: datetime) -> Sequence[Spending]:
    """The orders since the start of a day (UTC), sorted by day, server and person, with those of
    videos that were deleted.

    Raises `StartupError` if the database is not this version's or cannot be read.
    """
    check_current(url)
    first = (since.astimezone(UTC).date() - EPOCH).days
    sums: dict[tuple[int, int, int], Counter[str]] = {}
    with reading(make_url(url)) as connection:
        for which, values in ((_LIVE, {"since": since}), (_DELETED, {"first": first})):
            for day, server_id, user_id, *amounts in connection.execute(which, values):
                of_day = sums.setdefault((int(day), server_id, user_id), Counter())
                of_day.update(dict(zip(_AMOUNTS, map(int, amounts), strict=True)))
    return [
        Spending(
            day=EPOCH + timedelta(days=day),
            server_id=server_id,
            user_id=user_id,
            **sums[day, server_id, user_id],
        )
        for day, server_id, user_id in sorted(sums)
    ]
