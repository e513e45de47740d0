"""Runs rules over texts, outside of transactions and of the event loop.

A transaction that needs a result raises `Unscreened`. When it runs again with a result, it checks
that the rules are still the same."""

import asyncio
import unicodedata
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Protocol, TypeVar

from msgspec import Struct

from bot.errors import Crowded, Refusal
from bot.video.moderation.patterns import LETTERS, Expressions, Folded, Unreadable
from bot.video.values.moderation import PromptRule

T = TypeVar("T")

# Processor seconds for the longest text. An accepted rule may take five times as much later: on a
# busy machine the same rule takes two or three times longer.
RULE_COST, SERVER_COST, TOLERANCE = 0.010, 0.020, 5
BACKLOG = 0.05  # seconds of work that may queue up for one server
TRIES = 3  # if moderators keep changing the rules
SERVERS = 1000  # whose costs are remembered


class Hit(Struct, frozen=True, kw_only=True):
    """A rule and the words it matched, folded; None for a rule too costly to run, which counts as
    matched."""

    rule: PromptRule
    words: str | None


class Screened(Struct, frozen=True, kw_only=True):
    """What some rules found in some texts."""

    rules: Sequence[PromptRule]
    texts: Sequence[str]
    hits: Sequence[Hit]


class Unscreened(Exception):
    """These rules have not been run over these texts yet."""

    def __init__(self, server_id: int, rules: Sequence[PromptRule], texts: Sequence[str]) -> None:
        super().__init__(server_id)
        self.server_id = server_id
        self.rules = rules
        self.texts = texts


class Aside(Protocol):
    """Runs a computation where it blocks nobody."""

    def __call__(self, fn: Callable[[], T], /) -> Awaitable[T]: ...


async def inline(fn: Callable[[], T], /) -> T:
    """Run at once, which keeps a simulation deterministic."""
    return fn()


class Queue(Struct, kw_only=True):
    """The texts of one server that wait for screening."""

    lock: asyncio.Lock
    length: int = 0
    seconds: float = 0.0  # that the waiting texts will take


class Screening:
    """Screens one text at a time per server, so that no server takes all threads of `aside`."""

    def __init__(self, aside: Aside = inline, expressions: Expressions | None = None) -> None:
        self._aside = aside
        self._expressions = expressions or Expressions()
        self._queues: dict[int, Queue] = {}
        self._computing = asyncio.Lock()
        self._costs: OrderedDict[int, float] = OrderedDict()  # of servers seen lately

    async def around(self, act: Callable[[Screened | None], Awaitable[T]]) -> T:
        """Run `act`; while it raises `Unscreened`, screen and run it again with the result."""
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
        """Run rules over texts. Raises `Refusal` if they fold into too many letters, or `Crowded`
        in a rush."""
        share = min(1.0, sum(map(len, texts)) / LETTERS)
        async with self._turn(server_id, share * self._costs.get(server_id, 0.0)):
            found, cost = await self._aside(lambda: looked(self._expressions, rules, texts))
        self._costs[server_id] = cost
        self._costs.move_to_end(server_id)
        if len(self._costs) > SERVERS:
            self._costs.popitem(last=False)
        return Screened(rules=rules, texts=texts, hits=found)

    async def measure(self, rule: PromptRule, others: Sequence[PromptRule]) -> None:
        """Raises `Refusal` if a rule is invalid or too costly, alone or with the others."""

        def check() -> None:
            check_expression(self._expressions, rule)
            if is_too_much(sum(rule_cost(self._expressions, each) for each in (rule, *others))):
                raise Refusal("rules_too_costly")

        async with self._turn(rule.server_id, BACKLOG):
            await self._aside(check)

    async def too_costly(self, rules: Sequence[PromptRule]) -> frozenset[str]:
        """The ids of stored rules that are too costly to run."""
        if not rules:
            return frozenset()
        async with self._turn(rules[0].server_id, BACKLOG):
            return await self._aside(lambda: left_out(self._expressions, rules))

    async def compute(self, fn: Callable[[Expressions], T]) -> T:
        """Run something slow, only one at a time for the whole bot, without delaying others. Raises
        `Refusal` while another one runs."""
        if self._computing.locked():
            raise Refusal("too_late")
        async with self._computing:
            return await self._aside(lambda: fn(self._expressions))

    async def calm(self, server_id: int) -> None:
        """Wait, in turn, until what a server's rules have to look at now is done."""
        if (queue := self._queues.get(server_id)) is not None:
            async with queue.lock:
                return

    @asynccontextmanager
    async def _turn(self, server_id: int, seconds: float) -> AsyncIterator[None]:
        queue = self._queues.setdefault(server_id, Queue(lock=asyncio.Lock()))
        if queue.length and queue.seconds + seconds > BACKLOG:
            raise Crowded
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
    """What matches, at most one hit per rule, in the rules' order; and the cost in seconds for the
    longest text. Raises `Refusal` for too many letters."""
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
    """Raises `Refusal` if a rule is invalid, matches everything or costs too much."""
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
    """The ids of rules that are invalid or cost too much, alone or together."""
    total, left = 0.0, set()
    for rule in rules:
        cost = rule_cost(expressions, rule)
        if cost > TOLERANCE * RULE_COST or total + cost > TOLERANCE * SERVER_COST:
            left.add(rule.id)
        else:
            total += cost
    return frozenset(left)


def is_too_much(cost: float) -> bool:
    """Whether rules that cost this much together are too costly; sums of seconds are not exact."""
    return cost > SERVER_COST + 1e-6


def rule_cost(expressions: Expressions, rule: PromptRule) -> float:
    """The cost in seconds; a rule of an earlier version may be too large for this one."""
    try:
        return expressions.get(rule.pattern, rule.is_pattern).cost
    except Unreadable:
        return float("inf")


def _folded(texts: Sequence[str]) -> list[Folded]:
    """Fold the texts. One letter may unfold to eighteen (U+FDFA). A text that gets too long is
    refused, not cut: otherwise padding in front would hide the rest from the rules."""
    unfolded = sum(len(unicodedata.normalize("NFKC", text)) for text in texts)
    folded = [Folded.of(text) for text in texts if text] if unfolded <= LETTERS else []
    if max(unfolded, sum(len(each.exact) for each in folded)) > LETTERS:
        raise Refusal("unfolds_too_long", limit=LETTERS)
    return folded
