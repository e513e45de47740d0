"""Who may start another film: decided inside the transaction that inserts the task.

Sums are of rows, never counters, so nothing drifts; the scopes' locks make them exact."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from bot.errors import Refusal
from bot.video.books import Books, Use

DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """What holds everywhere until a server sets more; None is unlimited. Prices in units."""

    daily: int | None  # a person in a server, rolling day
    at_once: int | None  # films of a person in a server, waiting or running
    bot_daily: int | None  # the whole bot's bill, rolling day


@dataclass(frozen=True, kw_only=True, slots=True)
class Quota:
    """What a person may use in a server right now; prices in units, None is unlimited."""

    daily: int | None
    used: int
    at_once: int | None
    active: int
    next_slot_at: datetime | None  # when the oldest use stops counting

    @property
    def left(self) -> int | None:
        """What is left of the day's allowance."""
        return None if self.daily is None else max(0, self.daily - self.used)


def scopes(server_id: int, user_id: int) -> list[str]:
    """What has to be locked while somebody is let in."""
    return ["bot", f"person:{server_id}:{user_id}", f"server:{server_id}"]


def quota(books: Books, limits: Limits, *, server_id: int, user_id: int, now: datetime) -> Quota:
    """A person's use of the last day against what is allowed."""
    uses = books.uses(server_id, user_id, since=now - DAY)
    return Quota(
        daily=limits.daily,
        used=sum(use.price for use in uses),
        at_once=limits.at_once,
        active=books.active(server_id, user_id),
        next_slot_at=uses[0].at + DAY if uses else None,
    )


def admit(
    books: Books, limits: Limits, *, server_id: int, user_id: int, price: int, now: datetime
) -> dict[str, object]:
    """Let one film of this price in, or raise `Refusal`; returns what decided, to be stored.

    The scopes must be locked by the caller, and the task inserted in the same transaction.
    """
    _check_at_once(limits, books.active(server_id, user_id))
    _check_day(limits, books.uses(server_id, user_id, since=now - DAY), price)
    _check_bot(limits, books.billed(since=now - DAY), price)
    return asdict(limits)


def opens_at(uses: Sequence[Use], *, limit: int, price: int) -> datetime | None:
    """When enough of `uses` (oldest first) stops counting for `price` to fit; None: never."""
    if price > limit:
        return None
    used = sum(use.price for use in uses)
    for use in uses:
        used -= use.price
        if used + price <= limit:
            return use.at + DAY
    return None


def _check_at_once(limits: Limits, active: int) -> None:
    if limits.at_once is not None and active >= limits.at_once:
        raise Refusal("at_once", limit=limits.at_once, active=active)


def _check_day(limits: Limits, uses: Sequence[Use], price: int) -> None:
    if limits.daily is None:
        return
    used = sum(use.price for use in uses)
    if used + price <= limits.daily:
        return
    reason = "daily_limit" if price <= limits.daily else "above_daily_limit"
    raise Refusal(
        reason,
        retry_at=opens_at(uses, limit=limits.daily, price=price),
        limit=limits.daily,
        left=max(0, limits.daily - used),
        price=price,
    )


def _check_bot(limits: Limits, billed: int, price: int) -> None:
    if limits.bot_daily is not None and billed + price > limits.bot_daily:
        raise Refusal("bot_daily_limit", price=price)
