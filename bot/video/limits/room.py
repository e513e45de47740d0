"""How much room a person has for one more video, read once and then asked without storage.

Sums come from rows, never counters, so nothing drifts; the scopes' locks make them exact."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from math import inf

from msgspec import Struct
from msgspec.structs import replace

from bot.errors import Refusal, RuleRefusal
from bot.video.limits.budget import Budget, budget_of
from bot.video.limits.ceiling import DAY, OperatorCap, ceiling_of
from bot.video.limits.effective import Limits, Rule, rules
from bot.video.ports.books import Books, Use
from bot.video.ports.limits import Granted, Terms
from bot.video.values.asker import Asker
from bot.video.values.limits import Measure, Purse
from bot.video.values.prices import Cost

NEVER = datetime.max.replace(tzinfo=UTC)
_RULE = Rule.__struct_fields__
_APART = timedelta(minutes=1)
_TICK = timedelta(milliseconds=1)  # the precision of stored times


def counted(measure: Measure, film: Cost | Use) -> int:
    """How much a video counts in a measure."""
    match measure:
        case Measure.CREDITS:
            return film.price
        case Measure.SECONDS:
            return film.seconds
        case Measure.FILMS | Measure.AT_ONCE:
            return 1


class Usage(Struct, frozen=True, kw_only=True):
    """A rule for an amount, and a person's uses in its window, oldest first.

    A failed video that may have been charged is given back to the person, but counts in a second
    allowance of the same size: that bounds what failures can cost the operator.
    """

    rule: Rule
    uses: Sequence[Use]

    @property
    def used(self) -> int:
        """The sum in the rule's measure, without what was given back."""
        return self._sum(is_returned=False)

    @property
    def wasted(self) -> int:
        """What was given back though it may have been charged."""
        return self._sum(is_returned=True)

    def _sum(self, *, is_returned: bool) -> int:
        uses = [use for use in self.uses if use.is_returned is is_returned]
        return sum(counted(self.rule.measure, use) for use in uses)

    @property
    def left(self) -> int | None:
        """What is left, with the second allowance considered; None for unlimited."""
        amount = self.rule.amount
        return None if amount is None else _left(amount, self.used, self.wasted)

    def ends(self) -> list[datetime]:
        """When each use stops counting."""
        return [use.at + self.rule.window.length for use in self.uses]

    def at(self, later: datetime) -> "Usage":
        """The usage at a later time, if nothing more is used."""
        return replace(self, uses=_within(self.uses, self.rule, later))

    def fits(self, film: Cost) -> bool:
        """Whether one more video like this fits."""
        return self.left is None or counted(self.rule.measure, film) <= self.left

    def opens_at(self, film: Cost) -> datetime:
        """When enough uses stop counting for the video to fit; `NEVER` if it is too large."""
        cost, used, wasted = counted(self.rule.measure, film), self.used, self.wasted
        if self.rule.amount is None or cost > self.rule.amount:
            return NEVER
        for use in self.uses:
            if use.is_returned:
                wasted -= counted(self.rule.measure, use)
            else:
                used -= counted(self.rule.measure, use)
            if cost <= _left(self.rule.amount, used, wasted):
                return use.at + self.rule.window.length
        return NEVER


def _left(amount: int, used: int, wasted: int) -> int:
    return max(0, min(amount - used, 2 * amount - used - wasted))


class Room(Struct, frozen=True, kw_only=True):
    """Everything that decides whether a person may make one more video in a server now."""

    at_once: Rule  # the rule that leaves the fewest
    active: int  # the person's videos it counts, in this server or in all
    usages: Sequence[Usage]
    grants: Sequence[Granted]  # those with something left, oldest first
    used: int  # in this server in the last day, in 1/10,000 credit
    reset_at: datetime | None
    budget: Budget | None
    ceiling: OperatorCap | None  # the operator's, for the whole bot

    def admit(self, film: Cost) -> str | None:
        """Accept one video or raise `Refusal`; returns the grant that pays, if one is needed."""
        _check_at_once(self.at_once, self.active)
        grant_id = self._check_amounts(film)
        _check_budget(self.budget, film)
        _check_ceiling(self.ceiling, film)
        return grant_id

    def _check_amounts(self, film: Cost) -> str | None:
        full = [each for each in self.usages if not each.fits(film)]
        if not full:
            return None
        if not any(each.rule.is_final for each in full):
            for granted in self.grants:
                if counted(granted.grant.measure, film) <= granted.left:
                    return granted.grant.id
        raise _refusal(max(full, key=lambda each: each.opens_at(film)), film)

    def short(self, film: Cost) -> Purse | None:
        """The first purse that cannot pay for a video, in the order of `admit`."""
        checks = (
            (Purse.PERSON, self._check_amounts),
            (Purse.SERVER, partial(_check_budget, self.budget)),
            (Purse.BOT, partial(_check_ceiling, self.ceiling)),
        )
        for purse, check in checks:
            try:
                check(film)
            except Refusal:
                return purse
        return None

    def count(self, film: Cost) -> int | None:
        """How many videos like this fit one after another; None: unlimited."""
        rests = [
            (each.left, counted(each.rule.measure, film))
            for each in self.usages
            if each.left is not None
        ]
        is_final = any(each.rule.is_final for each in self.usages)
        granted = sum(each.left // counted(each.grant.measure, film) for each in self.grants)
        fitting = min((left // cost for left, cost in rests), default=None)
        if fitting is not None and not is_final:
            fitting += granted
        caps = [self.ceiling, self.budget]
        most = [cap.left // film.price for cap in caps if cap is not None]
        return min([*most, *([fitting] if fitting is not None else [])], default=None)

    def is_capped(self, film: Cost) -> bool:
        """Whether the operator's cap makes fewer videos like this fit."""
        return self.count(film) != replace(self, ceiling=None).count(film)

    def next_slot(self, film: Cost) -> tuple[datetime, int] | None:
        """When more videos like this fit, and how many then; None: waiting does not help."""
        fitting = self.count(film)
        if fitting is None:
            return None
        ends = {end for each in self.usages for end in each.ends()}
        if self.ceiling is not None and self.ceiling.opens_at is not None:
            ends.add(self.ceiling.opens_at)
        for at in sorted(ends):
            if (count := self._at(at).count(film) or 0) > fitting:
                return at, count
        return None

    def _at(self, later: datetime) -> "Room":
        usages = [each.at(later) for each in self.usages]
        ceiling = None if self.ceiling is None else self.ceiling.at(later)
        return replace(self, usages=usages, ceiling=ceiling)

    def decided_by(self, grant_id: str | None) -> dict[str, object]:
        """The rules as of now, to be stored with the video that they, or a grant, allowed."""
        rules = [self.at_once, *(each.rule for each in self.usages)]
        limits = [{name: getattr(rule, name) for name in _RULE} for rule in rules]
        budget = None if self.budget is None else self.budget.amount
        return {"limits": limits, "budget": budget, "grant": grant_id}


def room_for(
    books: Books,
    limits: Limits,
    terms: Terms,
    asker: Asker,
    *,
    server_id: int,
    now: datetime,
) -> Room:
    """Read a person's room. Lock the scopes before, if the decision must hold."""
    user_id = asker.user_id
    found = books.limits(server_id) if terms.has_limits else []
    counts, amounts = _sorted_out(rules(found, limits, user_id=user_id, role_ids=asker.role_ids))
    at_once, active = min(((rule, _active(terms, rule)) for rule in counts), key=_places)
    grants = books.grants(server_id, user_id) if terms.has_grants else []
    longest = max([DAY, *(rule.window.length for rule in amounts)])
    reset_at = _reset(terms.reset_at, now)
    everywhere = _counting(books.uses(user_id, since=now - longest), server_id, reset_at)
    here = [use for use in everywhere if use.server_id == server_id]
    return Room(
        at_once=at_once,
        active=active,
        usages=[
            Usage(rule=rule, uses=_within(everywhere if rule.is_default else here, rule, now))
            for rule in amounts
        ],
        grants=[each for each in grants if each.left],
        used=sum(use.price for use in here if use.at > now - DAY and not use.is_returned),
        reset_at=reset_at,
        budget=budget_of(books, server_id, terms.settings.read(), now),
        ceiling=ceiling_of(books, limits, now),
    )


def _reset(reset_at: datetime | None, now: datetime) -> datetime | None:
    """The reset, unless it lies in the future: a wrong clock made such a one, and it would lift the
    limit until then. The clocks of two machines differ by less."""
    return None if reset_at is None or reset_at > now + _APART else reset_at


def _counting(uses: Sequence[Use], server_id: int, reset_at: datetime | None) -> Sequence[Use]:
    """The uses that count after this server's reset. A use at the very moment of the reset counts:
    it came later, or that is the stricter choice."""
    if reset_at is None:
        return uses
    since = reset_at - _TICK
    return [use for use in uses if use.server_id != server_id or use.at > since]


def _within(uses: Sequence[Use], rule: Rule, now: datetime) -> list[Use]:
    return [use for use in uses if use.at > now - rule.window.length]


def _sorted_out(found: Sequence[Rule]) -> tuple[list[Rule], list[Rule]]:
    counts = [rule for rule in found if rule.measure is Measure.AT_ONCE]
    return counts, [rule for rule in found if rule.measure is not Measure.AT_ONCE]


def _active(terms: Terms, rule: Rule) -> int:
    return terms.active_anywhere if rule.is_default else terms.active


def _places(counted: tuple[Rule, int]) -> float:
    """How many more videos at once a rule allows."""
    rule, active = counted
    return inf if rule.amount is None else rule.amount - active


def _check_at_once(rule: Rule, active: int) -> None:
    if rule.amount is None or active < rule.amount:
        return
    if not rule.amount:
        raise RuleRefusal("limit_none")
    reason = "at_once_anywhere" if rule.is_default else "at_once"
    raise Refusal(reason, limit=rule.amount, active=active, count=active)


def _check_budget(budget: Budget | None, film: Cost) -> None:
    if budget is None or film.price <= budget.left:
        return
    facts = {"price": film.price, "left": budget.left, "budget": budget.amount}
    raise RuleRefusal("budget", retry_at=budget.opens_at(film.price), **facts)


def _check_ceiling(ceiling: OperatorCap | None, film: Cost) -> None:
    if ceiling is None or film.price <= ceiling.left:
        return
    if film.price > ceiling.amount:
        raise Refusal("above_bot_limit", price=film.price)
    raise Refusal("bot_daily_limit", price=film.price, left=ceiling.left)


_REASONS = {
    Measure.FILMS: "limit_films",
    Measure.SECONDS: "limit_seconds",
    Measure.CREDITS: "limit_credits",
}
_WASTED = {
    Measure.FILMS: "wasted_films",
    Measure.SECONDS: "wasted_seconds",
    Measure.CREDITS: "wasted_credits",
}
_TOO_LARGE = {Measure.SECONDS: "above_limit_seconds", Measure.CREDITS: "above_limit_credits"}


def _refusal(usage: Usage, film: Cost) -> Refusal:
    """The refusal; the server's audit records it only if the server's own rule decided."""
    rule, opens_at = usage.rule, usage.opens_at(film)
    kind = Refusal if rule.is_default else RuleRefusal
    if not rule.amount:
        return kind("limit_none")
    return kind(
        _reason(usage, film),
        retry_at=None if opens_at == NEVER else opens_at,
        window=str(rule.window),
        limit=rule.amount,
        used=usage.used,
        wasted=usage.wasted,
        left=usage.left,
        cost=counted(rule.measure, film),
        count=rule.amount,
    )


def _reason(usage: Usage, film: Cost) -> str:
    rule, cost = usage.rule, counted(usage.rule.measure, film)
    if rule.amount is not None and usage.used + cost <= rule.amount:
        return _WASTED[rule.measure]
    if rule.amount is not None and cost > rule.amount and rule.measure in _TOO_LARGE:
        return _TOO_LARGE[rule.measure]
    return "limit_default" if rule.is_default else _REASONS[rule.measure]
