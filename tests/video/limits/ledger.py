"""A plain count of everything: what a bystander with pencil and paper would allow."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.video.limits.budget import month_of
from bot.video.limits.effective import Limits
from bot.video.values.limits import Measure, Subject, Window
from bot.video.values.prices import CREDIT, PRICES
from bot.video.values.videos import VideoSpec

DEFAULTS = Limits(daily=100 * CREDIT, at_once=2, bot_daily=None)


@dataclass
class Film:
    """One accepted video, as a bystander wrote it down."""

    task_id: str
    user_id: int
    at: datetime
    cost: dict[Measure, int]
    grant: str | None
    is_over: bool = False
    is_refunded: bool = False
    is_released: bool = False
    ordered_at: datetime | None = None

    def counts_since(self, start: datetime, budget: int) -> bool:
        """Whether it counts against a budget: what waits does, if the budget could pay for it."""
        if self.ordered_at is not None:
            return not self.is_released and self.ordered_at >= start
        return not self.is_over and self.cost[Measure.CREDITS] <= budget


@dataclass
class Ledger:
    """What a bystander with paper and pencil knows of one server."""

    films: list[Film] = field(default_factory=list)
    limits: dict[tuple[Subject, int, Measure, Window], int | None] = field(default_factory=dict)
    grants: dict[str, tuple[int, Measure, int]] = field(default_factory=dict)
    resets: dict[int, datetime] = field(default_factory=dict)
    budget: int | None = None

    def amount(self, user: int, roles: frozenset[int], measure: Measure, window: Window) -> Any:
        """The amount that applies (`...` without one), and whether a role forbids everything."""
        own = self.limits.get((Subject.PERSON, user, measure, window), ...)
        if own is not ...:
            return own, False
        by_role = [
            self.limits[Subject.ROLE, role, measure, window]
            for role in roles
            if (Subject.ROLE, role, measure, window) in self.limits
        ]
        if 0 in by_role:
            return 0, True
        if by_role:
            return (None if None in by_role else max(by_role)), False  # type: ignore[type-var]
        return self.limits.get((Subject.EVERYONE, 0, measure, window), ...), False

    def verdict(self, user: int, roles: frozenset[int], spec: VideoSpec, now: datetime) -> Any:
        """False: refused. Else the grant that pays, None where no grant is needed."""
        cost = cost_of(spec)
        if not self._has_slot(user, roles):
            return False
        full, forbidden = self._full(user, roles, cost, now)
        grant = self._grant(user, cost) if full and not forbidden else None
        if full and grant is None:
            return False
        start, _ = month_of(now)
        budget = None if self.budget is None else self.budget * CREDIT
        if budget is not None:
            counting = [film for film in self.films if film.counts_since(start, budget)]
            spent = sum(film.cost[Measure.CREDITS] for film in counting)
            if spent + cost[Measure.CREDITS] > budget:
                return False
        return grant

    def _has_slot(self, user: int, roles: frozenset[int]) -> bool:
        most, _ = self.amount(user, roles, Measure.AT_ONCE, Window.NOW)
        most = DEFAULTS.at_once if most is ... else most
        active = sum(film.user_id == user and not film.is_over for film in self.films)
        return most is None or active < most

    def _full(
        self, user: int, roles: frozenset[int], cost: dict[Measure, int], now: datetime
    ) -> tuple[bool, bool]:
        is_default = not any(
            subject is Subject.EVERYONE and measure is not Measure.AT_ONCE
            for subject, _, measure, _ in self.limits
        )
        full = forbidden = False
        for measure in (Measure.FILMS, Measure.SECONDS, Measure.CREDITS):
            for window in (Window.HOUR, Window.DAY, Window.WEEK, Window.MONTH):
                most, is_role_none = self.amount(user, roles, measure, window)
                if most is ... and is_default and (measure, window) == ("credits", "day"):
                    most = DEFAULTS.daily
                if most is ... or most is None:
                    continue
                counting = [*self._counting(user, now, window)]
                used = sum(film.cost[measure] for film in counting if not film.is_refunded)
                wasted = sum(film.cost[measure] for film in counting if film.is_refunded)
                first, second = used + cost[measure], used + wasted + cost[measure]
                if first > most or second > 2 * most:
                    full, forbidden = True, forbidden or is_role_none
        return full, forbidden

    def _counting(self, user: int, now: datetime, window: Window) -> Iterator[Film]:
        for film in self.films:
            is_free = film.is_refunded and film.is_released
            is_mine = film.user_id == user and film.grant is None and not is_free
            since = self.resets.get(user, film.at)
            if is_mine and now - film.at < window.length and film.at >= since:
                yield film

    def _grant(self, user: int, cost: dict[Measure, int]) -> str | None:
        for grant_id, (owner, measure, amount) in self.grants.items():
            paid = [film for film in self.films if film.grant == grant_id]
            used = sum(film.cost[measure] for film in paid if not film.is_refunded)
            wasted = sum(
                film.cost[measure] for film in paid if film.is_refunded and not film.is_released
            )
            first, second = used + cost[measure], used + wasted + cost[measure]
            if owner == user and first <= amount and second <= 2 * amount:
                return grant_id
        return None


def cost_of(spec: VideoSpec) -> dict[Measure, int]:
    return {
        Measure.FILMS: 1,
        Measure.SECONDS: spec.duration,
        Measure.CREDITS: PRICES.price(spec),
    }
