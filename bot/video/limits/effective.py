"""Which limits hold for a person: what moderators set, resolved for each measure and window.

Pure; counting what is used against them is `room.py`'s."""

from collections.abc import Collection, Iterable, Sequence
from itertools import groupby

from msgspec import Struct

from bot.video.values.limits import Limit, Measure, Subject, Window


class Limits(Struct, frozen=True, kw_only=True):
    """What the operator set for every server; None is unlimited. Prices in 1/10,000 credit."""

    daily: int | None  # a person in all servers, rolling day, where no server's own decides
    at_once: int | None  # films of a person in all servers, waiting or running; the same
    bot_daily: int | None  # the whole bot's bill, rolling day


class Rule(Struct, frozen=True, kw_only=True):
    """What holds for one person in one measure and window; `amount` None is unlimited.

    The operator's default counts what a person uses in all servers, a server's own what they use
    in it.
    """

    measure: Measure
    window: Window
    amount: int | None
    subject: Subject | None = None  # who it was set for; None: the operator's default
    subject_id: int = 0

    @property
    def is_default(self) -> bool:
        """Whether the operator set it, for a person over all servers together."""
        return self.subject is None

    @property
    def is_final(self) -> bool:
        """A role that may make nothing; not even a grant helps against it."""
        return self.subject is Subject.ROLE and self.amount == 0


def scopes(server_id: int, user_id: int) -> list[str]:
    """What has to be locked while somebody is let in."""
    return ["bot", f"person:{user_id}", f"server:{server_id}"]


def rules(
    limits: Sequence[Limit], defaults: Limits, *, user_id: int, role_ids: Collection[int]
) -> list[Rule]:
    """One rule a measure and window, the one for films at the same time among them, and the
    operator's defaults where they hold.

    A person's own limit wins over roles; the most generous of several roles wins over everyone's,
    but none at all on a role beats other roles.
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
    """None at all first, then unlimited, then the most."""
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
    """Whether a server's own limit lets a person past the operator's default; one that allows no
    more holds beside it."""
    own, default = limit.amount, defaults.daily
    if limit.measure is Measure.AT_ONCE:
        default = defaults.at_once
    elif limit.measure is not Measure.CREDITS or limit.window is Window.HOUR:
        return True  # of films and seconds no price is known, and a day has many hours
    return default is None or own is None or own > default


def _defaults(limits: Sequence[Limit], defaults: Limits, found: Sequence[Rule]) -> Iterable[Rule]:
    """The operator's own, where the server set nothing of the kind or nothing larger."""
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
