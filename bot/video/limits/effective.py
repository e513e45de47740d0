"""Which limits apply to a person: what moderators set, resolved per measure and window. Pure.

`room.py` counts what is used against them."""

from collections.abc import Collection, Iterable, Sequence
from itertools import groupby

from msgspec import Struct

from bot.video.values.limits import Limit, Measure, Subject, Window


class Limits(Struct, frozen=True, kw_only=True):
    """The operator's limits for every server; None is unlimited. Prices in 1/10,000 credit."""

    daily: int | None  # per person in 24 hours over all servers; a server may decide
    at_once: int | None  # per person over all servers, in progress; a server may decide
    bot_daily: int | None  # the whole bot's bill, rolling day


class Rule(Struct, frozen=True, kw_only=True):
    """The limit for one person in one measure and window; `amount` None is unlimited.

    The operator's default counts a person's usage in all servers, a server's own limit only usage
    in that server.
    """

    measure: Measure
    window: Window
    amount: int | None
    subject: Subject | None = None  # whom it was set for; None: the operator's default
    subject_id: int = 0

    @property
    def is_default(self) -> bool:
        """Whether the operator set it, for a person over all servers together."""
        return self.subject is None

    @property
    def is_final(self) -> bool:
        """Whether a role forbids everything; even a grant does not help then."""
        return self.subject is Subject.ROLE and self.amount == 0


def scopes(server_id: int, user_id: int) -> list[str]:
    """What to lock while a video is accepted."""
    return ["bot", f"person:{user_id}", f"server:{server_id}"]


def rules(
    limits: Sequence[Limit], defaults: Limits, *, user_id: int, role_ids: Collection[int]
) -> list[Rule]:
    """One rule per measure and window, including videos at once, plus the operator's defaults where
    they apply.

    A person's own limit beats roles' limits, and roles' beat everyone's. Of several roles the most
    generous wins, unless one allows nothing at all.
    """
    mine = [each for each in limits if _holds(each, user_id, role_ids)]
    found = [
        _decided([limit for limit in group])
        for _, group in groupby(sorted(mine, key=_key), key=_key)
    ]
    return [*found, *_defaults(limits, defaults, found)]


def _holds(limit: Limit, user_id: int, role_ids: Collection[int]) -> bool:
    match limit.subject:
        case Subject.PERSON:
            return limit.subject_id == user_id
        case Subject.ROLE:
            return limit.subject_id in role_ids
        case Subject.EVERYONE:
            return True


def _key(limit: Limit) -> tuple[str, str]:
    return limit.measure, limit.window


def _decided(same: Sequence[Limit]) -> Rule:
    for subject in (Subject.PERSON, Subject.ROLE, Subject.EVERYONE):
        if found := [each for each in same if each.subject is subject]:
            return _rule(min(found, key=_generosity))
    raise ValueError("no limits")


def _generosity(limit: Limit) -> tuple[bool, bool, int]:
    """Sort key: nothing at all first, then unlimited, then the largest."""
    return limit.amount != 0, limit.amount is not None, -(limit.amount or 0)


def _rule(limit: Limit) -> Rule:
    return Rule(
        measure=limit.measure,
        window=limit.window,
        amount=limit.amount,
        subject=limit.subject,
        subject_id=limit.subject_id,
    )


def lifts(limit: Limit | Rule, defaults: Limits) -> bool:
    """Whether a server's own limit lets a person exceed the operator's default; otherwise both
    apply."""
    own, default = limit.amount, defaults.daily
    if limit.measure is Measure.AT_ONCE:
        default = defaults.at_once
    elif limit.measure is not Measure.CREDITS or limit.window is Window.HOUR:
        return True  # videos and seconds have no known price, and a day has many hours
    return default is None or own is None or own > default


def _defaults(limits: Sequence[Limit], defaults: Limits, found: Sequence[Rule]) -> Iterable[Rule]:
    """The operator's defaults, where the server set no such limit, or none that exceeds them."""
    counts = [rule for rule in found if rule.measure is Measure.AT_ONCE]
    amounts = [rule for rule in found if rule.measure is not Measure.AT_ONCE]
    if all(not lifts(rule, defaults) for rule in counts):
        yield Rule(measure=Measure.AT_ONCE, window=Window.NOW, amount=defaults.at_once)
    is_set = {each.measure for each in limits if each.subject is Subject.EVERYONE}
    decides = is_set - {Measure.AT_ONCE} or any(_is_of_a_day(rule) for rule in amounts)
    if not decides or any(not lifts(rule, defaults) for rule in amounts):
        yield Rule(measure=Measure.CREDITS, window=Window.DAY, amount=defaults.daily)


def _is_of_a_day(rule: Rule) -> bool:
    return (rule.measure, rule.window) == (Measure.CREDITS, Window.DAY)
