"""How much one video takes of a limit, and how much a person has used."""

from collections.abc import Sequence
from datetime import UTC, datetime

from msgspec import Struct
from msgspec.structs import replace

from bot.video.limits.effective import Rule
from bot.video.values.ledgers import Use
from bot.video.values.limits import Measure
from bot.video.values.prices import Cost

NEVER = datetime.max.replace(tzinfo=UTC)


def counted(measure: Measure, film: Cost | Use) -> int:
    """How much a video counts in a measure."""
    match measure:
        case Measure.CREDITS:
            return film.price
        case Measure.SECONDS:
            return film.seconds
        case Measure.FILMS | Measure.AT_ONCE:
            return film.films if isinstance(film, Cost) else 1


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
        return replace(self, uses=within(self.uses, self.rule, later))

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


def within(uses: Sequence[Use], rule: Rule, now: datetime) -> list[Use]:
    """The uses that a rule still counts."""
    return [use for use in uses if use.at > now - rule.window.length]
