"""How much room a person has for one more video, read once and then asked without storage.

Sums come from rows, so nothing drifts; the scopes' locks make them exact. The one counter, of the
operator's cap, may only be too high, and then rows decide."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from math import inf

from msgspec import Struct
from msgspec.structs import replace

from bot.errors import Refusal
from bot.video.limits.budget import Budget, budget_of
from bot.video.limits.ceiling import DAY, OperatorCap, ceiling_before, ceiling_of
from bot.video.limits.checks import check_at_once, check_budget, check_ceiling, check_held, no_room
from bot.video.limits.effective import Limits, Rule, rules
from bot.video.limits.usage import Usage, counted, within
from bot.video.ports.books import Books
from bot.video.ports.limits import Active, Granted, Terms
from bot.video.values.asker import Asker
from bot.video.values.ledgers import Use
from bot.video.values.limits import Measure, Purse
from bot.video.values.prices import Cost

_RULE = Rule.__struct_fields__
_APART = timedelta(minutes=1)
_TICK = timedelta(milliseconds=1)  # the precision of stored times


class Room(Struct, frozen=True, kw_only=True):
    """Everything that decides whether a person may make one more video in a server now."""

    at_once: Rule  # the rule that leaves the fewest
    active: int  # the person's videos it counts, in this server or in all
    held: int = 0  # the person's videos here that wait for a moderator
    usages: Sequence[Usage]
    grants: Sequence[Granted]  # those with something left, oldest first
    used: int  # in this server in the last day, in 1/10,000 credit
    reset_at: datetime | None
    budget: Budget | None
    ceiling: OperatorCap | None  # the operator's, for the whole bot

    def admit(self, film: Cost, *, is_held: bool = False) -> str | None:
        """Accept one request or raise `Refusal`; returns the grant that pays, if one is needed.

        A video that will be held counts as waiting for a moderator, not as in progress.
        """
        check_at_once(self.at_once, 0 if is_held else self.active, film.films)
        if is_held:
            check_held(self.held)
        grant_id = self._check_amounts(film)
        check_budget(self.budget, film)
        check_ceiling(self.ceiling, film)
        return grant_id

    def _check_amounts(self, film: Cost) -> str | None:
        full = [each for each in self.usages if not each.fits(film)]
        if not full:
            return None
        if not any(each.rule.is_final for each in full):
            for granted in self.grants:
                if counted(granted.grant.measure, film) <= granted.left:
                    return granted.grant.id
        raise no_room(max(full, key=lambda each: each.opens_at(film)), film)

    def short(self, film: Cost) -> Purse | None:
        """The first purse that cannot pay for a video, in the order of `admit`."""
        checks = (
            (Purse.PERSON, self._check_amounts),
            (Purse.SERVER, partial(check_budget, self.budget)),
            (Purse.BOT, partial(check_ceiling, self.ceiling)),
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
    film: Cost | None = None,
) -> Room:
    """Read a person's room. Lock the scopes before, if the decision must hold: then `film` is what
    they order."""
    user_id = asker.user_id
    found = books.limits(server_id) if terms.has_limits else []
    counts, amounts = _sorted_out(rules(found, limits, user_id=user_id, role_ids=asker.role_ids))
    is_limited = any(rule.amount is not None for rule in counts)
    theirs = books.active(server_id, user_id, most=None if is_limited or film is None else 0)
    at_once, active = min(((rule, _active(theirs, rule)) for rule in counts), key=_places)
    grants = books.grants(server_id, user_id) if terms.has_grants else []
    longest = max([DAY, *(rule.window.length for rule in amounts)])
    reset_at = _reset(terms.reset_at, now)
    everywhere = _counting(books.uses(user_id, since=now - longest), server_id, reset_at)
    here = [use for use in everywhere if use.server_id == server_id]
    return Room(
        at_once=at_once,
        active=active,
        held=theirs.held,
        usages=[
            Usage(rule=rule, uses=within(everywhere if rule.is_default else here, rule, now))
            for rule in amounts
        ],
        grants=[each for each in grants if each.left],
        used=sum(use.price for use in here if use.at > now - DAY and not use.is_returned),
        reset_at=reset_at,
        budget=budget_of(books, server_id, terms.settings.read(), now),
        ceiling=(
            ceiling_of(books, limits, now)
            if film is None
            else ceiling_before(books, limits, film.price, now)
        ),
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


def _sorted_out(found: Sequence[Rule]) -> tuple[list[Rule], list[Rule]]:
    counts = [rule for rule in found if rule.measure is Measure.AT_ONCE]
    return counts, [rule for rule in found if rule.measure is not Measure.AT_ONCE]


def _active(theirs: Active, rule: Rule) -> int:
    return theirs.anywhere if rule.is_default else theirs.here


def _places(counted: tuple[Rule, int]) -> float:
    """How many more videos at once a rule allows."""
    rule, active = counted
    return inf if rule.amount is None else rule.amount - active
