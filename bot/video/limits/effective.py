"""Which limits hold for a person: what moderators set, resolved for each measure and window.

Pure; counting what is used against them is `room.py`'s."""

from collections.abc import Collection, Iterable, Sequence
from itertools import groupby

from msgspec import Struct

from bot.video.limits.measures import Limit, Measure, Subject, Window


class Limits(Struct, frozen=True, kw_only=True):
    """What the operator set for every server; None is unlimited. Prices in 1/10,000 credit."""

    daily: int | None  # a person in a server, rolling day, where the server set no amounts
    at_once: int | None  # films of a person, waiting or running, where the server set nothing
    bot_daily: int | None  # the whole bot's bill, rolling day


class Rule(Struct, frozen=True, kw_only=True):
    """What holds for one person in one measure and window; `amount` None is unlimited."""

    measure: Measure
    window: Window
    amount: int | None
    subject: Subject | None = None  # who it was set for; None: the operator's default
    subject_id: int = 0

    @property
    def is_final(self) -> bool:
        """A role that may make nothing; not even a grant helps against it."""
        return self.subject is Subject.ROLE and self.amount == 0


def scopes(server_id: int, user_id: int) -> list[str]:
    """What has to be locked while somebody is let in."""
    return ["bot", f"person:{server_id}:{user_id}", f"server:{server_id}"]


def rules(
    limits: Sequence[Limit], defaults: Limits, *, user_id: int, role_ids: Collection[int]
) -> list[Rule]:
    """One rule a measure and window, the one for films at the same time among them.

    A person's own limit wins over roles; the most generous of several roles wins over everyone's,
    but none at all on a role beats other roles.
    """
    mine = [each for each in limits if _holds(each, user_id, role_ids)]
    found = [
        _decided([limit for limit in group])
        for _, group in groupby(sorted(mine, key=_key), key=_key)
    ]
    return [*found, *_defaults(limits, defaults, {(rule.measure, rule.window) for rule in found})]


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


def _defaults(
    limits: Sequence[Limit], defaults: Limits, taken: Collection[tuple[Measure, Window]]
) -> Iterable[Rule]:
    """The operator's own, where the server set nothing of the kind for everyone."""
    everyone = {each.measure for each in limits if each.subject is Subject.EVERYONE}
    usual = [Rule(measure=Measure.AT_ONCE, window=Window.NOW, amount=defaults.at_once)]
    if not everyone - {Measure.AT_ONCE}:
        usual.append(Rule(measure=Measure.CREDITS, window=Window.DAY, amount=defaults.daily))
    return [rule for rule in usual if (rule.measure, rule.window) not in taken]
