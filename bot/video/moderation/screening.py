"""Looks through texts for what rules watch for: outside of transactions, and beside the event loop.

A transaction that needs the answer raises `Unscreened`, and checks the answer that it is given
against the rules as they are then."""

import asyncio
import unicodedata
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Protocol, TypeVar

from msgspec import Struct

from bot.errors import Refusal
from bot.video.moderation.patterns import LETTERS, Expressions, Folded, Unreadable
from bot.video.values.moderation import PromptRule

T = TypeVar("T")

# Seconds of processor time for the longest text. What was let in keeps five times as much: the
# same rule takes two or three times longer on a machine that is busy.
RULE_COST, SERVER_COST, TOLERANCE = 0.010, 0.020, 5
BACKLOG = 0.05  # seconds of looking that may wait for one server
TRIES = 3  # while moderators change the rules
SERVERS = 1000  # of which it is known how long they take


class Hit(Struct, frozen=True, kw_only=True):
    """A rule with the words it matched, as they look folded; None where it is too costly to look
    for, and so has to be taken as met."""

    rule: PromptRule
    words: str | None


class Screened(Struct, frozen=True, kw_only=True):
    """What some rules found in some texts."""

    rules: Sequence[PromptRule]
    texts: Sequence[str]
    hits: Sequence[Hit]


class Unscreened(Exception):
    """These texts have not been looked through for these rules."""

    def __init__(self, server_id: int, rules: Sequence[PromptRule], texts: Sequence[str]) -> None:
        super().__init__(server_id)
        self.server_id = server_id
        self.rules = rules
        self.texts = texts


class Aside(Protocol):
    """Runs what computes where it holds nobody up."""

    def __call__(self, fn: Callable[[], T], /) -> Awaitable[T]: ...


async def inline(fn: Callable[[], T], /) -> T:
    """At once, so that a simulation stays deterministic."""
    return fn()


class Queue(Struct, kw_only=True):
    """Who waits for texts of one server to be looked through."""

    lock: asyncio.Lock
    length: int = 0
    seconds: float = 0.0  # that they will take


class Screening:
    """One text after the other for each server, so that none takes all the threads of `aside`."""

    def __init__(self, aside: Aside = inline, expressions: Expressions | None = None) -> None:
        self._aside = aside
        self._expressions = expressions or Expressions()
        self._queues: dict[int, Queue] = {}
        self._costs: OrderedDict[int, float] = OrderedDict()  # of servers seen lately

    async def around(self, act: Callable[[Screened | None], Awaitable[T]]) -> T:
        """Run `act`, again with the answer where it raises `Unscreened`."""
        screened: Screened | None = None
        for _ in range(TRIES):
            try:
                return await act(screened)
            except Unscreened as asked:
                screened = await self.look(asked.server_id, asked.rules, asked.texts)
        raise Refusal("too_late")

    async def look(
        self, server_id: int, rules: Sequence[PromptRule], texts: Sequence[str]
    ) -> Screened:
        """Raises `Refusal` for texts that unfold to too many letters, and in a rush."""
        share = min(1.0, sum(map(len, texts)) / LETTERS)
        async with self._turn(server_id, share * self._costs.get(server_id, 0.0)):
            found, cost = await self._aside(lambda: looked(self._expressions, rules, texts))
        self._costs[server_id] = cost
        self._costs.move_to_end(server_id)
        if len(self._costs) > SERVERS:
            self._costs.popitem(last=False)
        return Screened(rules=rules, texts=texts, hits=found)

    async def measure(self, rule: PromptRule, others: Sequence[PromptRule]) -> None:
        """Raises `Refusal` for a rule that cannot be watched for, or too much with the others."""

        def check() -> None:
            check_expression(self._expressions, rule)
            if sum(_cost(self._expressions, each) for each in (rule, *others)) > SERVER_COST:
                raise Refusal("rules_too_costly")

        async with self._turn(rule.server_id, BACKLOG):
            await self._aside(check)

    async def too_costly(self, rules: Sequence[PromptRule]) -> frozenset[str]:
        """The ids of kept rules that are not looked for."""
        if not rules:
            return frozenset()
        async with self._turn(rules[0].server_id, BACKLOG):
            return await self._aside(lambda: left_out(self._expressions, rules))

    @asynccontextmanager
    async def _turn(self, server_id: int, seconds: float) -> AsyncIterator[None]:
        queue = self._queues.setdefault(server_id, Queue(lock=asyncio.Lock()))
        if queue.length and queue.seconds + seconds > BACKLOG:
            raise Refusal("too_late")
        queue.length += 1
        queue.seconds += seconds
        try:
            async with queue.lock:
                yield
        finally:
            queue.length -= 1
            queue.seconds -= seconds
            if not queue.length:
                del self._queues[server_id]


def looked(
    expressions: Expressions, rules: Sequence[PromptRule], texts: Sequence[str]
) -> tuple[Sequence[Hit], float]:
    """What matches, a hit a rule at most, in the order of the rules; and what looking costs, in
    seconds for the longest text. Raises `Refusal` for too many letters."""
    folded = _folded(texts)
    skipped = left_out(expressions, rules)
    found = [Hit(rule=rule, words=None) for rule in rules if rule.id in skipped]
    cost = 0.0
    for rule in rules:
        if rule.id not in skipped:
            expression = expressions.get(rule.pattern, rule.is_pattern)
            cost += expression.cost
            words = next(filter(None, map(expression.search, folded)), None)
            found += [] if words is None else [Hit(rule=rule, words=words)]
    return found, cost


def check_expression(expressions: Expressions, rule: PromptRule) -> None:
    """Raises `Refusal` for what cannot be read, matches everything, or costs too much."""
    try:
        expression = expressions.get(rule.pattern, rule.is_pattern)
    except Unreadable as error:
        said = error.args[0] if error.args else ""
        why = said.decode(errors="replace") if isinstance(said, bytes) else str(said)
        raise Refusal("rule_unreadable", why=why) from None
    if expression.search(Folded.of("")) is not None:
        raise Refusal("rule_matches_all")
    if expression.cost > RULE_COST:
        raise Refusal("rule_too_costly")


def left_out(expressions: Expressions, rules: Sequence[PromptRule]) -> frozenset[str]:
    """The ids of those that cost too much, by themselves or all together, or cannot be read."""
    total, left = 0.0, set()
    for rule in rules:
        cost = _cost(expressions, rule)
        if cost > TOLERANCE * RULE_COST or total + cost > TOLERANCE * SERVER_COST:
            left.add(rule.id)
        else:
            total += cost
    return frozenset(left)


def _cost(expressions: Expressions, rule: PromptRule) -> float:
    """Seconds; one that an earlier version let in may be too large for this one."""
    try:
        return expressions.get(rule.pattern, rule.is_pattern).cost
    except Unreadable:
        return float("inf")


def _folded(texts: Sequence[str]) -> list[Folded]:
    """A single letter may unfold to eighteen (U+FDFA): what is too long then is refused, not cut,
    or a rule would be evaded by what stands before."""
    unfolded = sum(len(unicodedata.normalize("NFKC", text)) for text in texts)
    folded = [Folded.of(text) for text in texts if text] if unfolded <= LETTERS else []
    if max(unfolded, sum(len(each.exact) for each in folded)) > LETTERS:
        raise Refusal("unfolds_too_long", limit=LETTERS)
    return folded
