"""Many rules at once: plans what a list would add, adds it in one transaction, and can undo it."""

import json
from collections.abc import Sequence

from msgspec import Struct

from bot.errors import Refusal
from bot.video.moderation.folding import fold
from bot.video.moderation.patterns import Expressions
from bot.video.moderation.rules import NAME_LIMIT, RULES_LIMIT, new_rule
from bot.video.moderation.screening import check_expression, is_too_much, rule_cost
from bot.video.moderation.wordlists import Refused, Wanted
from bot.video.ports.books import Books
from bot.video.servers.audit import Act
from bot.video.values.moderation import AuditEntry, PromptRule

PATTERNS_AT_ONCE = 20  # each is measured, which may take a while
ADDED, IMPORTED, UNDONE = "rules_added", "rules_imported", "rules_undone"
ONE = "rule_added"  # older entries lack the rule that an undo needs
UNDOABLE = (ADDED, IMPORTED, ONE)
NAMED = 10  # rules named in an audit line


class Plan(Struct, frozen=True, kw_only=True):
    """What a list would add to the present rules."""

    before: Sequence[PromptRule]
    new: Sequence[PromptRule]
    known: Sequence[str] = ()  # words with a rule already
    twice: Sequence[str] = ()  # words that the list repeats
    refused: Sequence[Refused] = ()


class Imported(Struct, frozen=True, kw_only=True):
    """How many rules were added, and the audit entry that can undo it."""

    count: int
    entry: AuditEntry


def sort_out(
    act: Act, before: Sequence[PromptRule], wanted: Sequence[Wanted], expressions: Expressions
) -> Plan:
    """Try each rule as if all before it were added. Leaves out duplicates, invalid rules and those
    that cost too much, each with its reason."""
    sorting = _Sorting(act, before, expressions)
    for each in wanted:
        sorting.take(each)
    return Plan(
        before=before,
        new=sorting.new,
        known=sorting.known,
        twice=sorting.twice,
        refused=sorting.refused,
    )


class _Sorting:
    def __init__(self, act: Act, before: Sequence[PromptRule], expressions: Expressions) -> None:
        self._act = act
        self._expressions = expressions
        self._before = {_key(rule.pattern, rule.is_pattern) for rule in before}
        self._seen: set[tuple[str, bool]] = set()
        self._names = {rule.name for rule in before}
        self._count = len(before)
        self._cost = sum(rule_cost(expressions, rule) for rule in before)
        self._patterns = 0
        self.new: list[PromptRule] = []
        self.known: list[str] = []
        self.twice: list[str] = []
        self.refused: list[Refused] = []

    def take(self, wanted: Wanted) -> None:
        key = _key(wanted.words, wanted.is_pattern)
        if key in self._before or key in self._seen:
            (self.known if key in self._before else self.twice).append(wanted.words)
            return
        self._seen.add(key)
        try:
            self.new.append(self._checked(wanted))
        except Refusal as refusal:
            self.refused.append(Refused(words=wanted.words, refusal=refusal))

    def _checked(self, wanted: Wanted) -> PromptRule:
        """Count before compiling, so that a long list costs no more than the part that is used."""
        if self._count >= RULES_LIMIT:
            raise Refusal("rules_too_many", limit=RULES_LIMIT)
        rule = new_rule(
            self._act,
            name=self._name(wanted.words),
            pattern=wanted.words,
            is_pattern=wanted.is_pattern,
            action=wanted.action,
        )
        self._measure(rule)
        self._count += 1
        self._names.add(rule.name)
        return rule

    def _measure(self, rule: PromptRule) -> None:
        self._patterns += rule.is_pattern
        if self._patterns > PATTERNS_AT_ONCE:
            raise Refusal("list_too_many_patterns", limit=PATTERNS_AT_ONCE)
        check_expression(self._expressions, rule)
        cost = rule_cost(self._expressions, rule)
        if is_too_much(self._cost + cost):
            raise Refusal("rules_too_costly")
        self._cost += cost

    def _name(self, words: str) -> str:
        """A name for the rule: the words themselves, numbered if the name is taken."""
        name, number = words[:NAME_LIMIT].strip(), 1
        while name in self._names:
            number += 1
            ending = f" {number}"
            name = words[: NAME_LIMIT - len(ending)].strip() + ending
        return name


def add_all(books: Books, act: Act, plan: Plan, *, action: str) -> Imported:
    """Add all new rules, or none. Raises `Refusal` if the rules changed since the plan."""
    books.lock([f"server:{act.server_id}"])
    if books.rules(act.server_id) != list(plan.before):
        raise Refusal("changed_since")
    if not plan.new or not all([books.add_rule(rule) for rule in plan.new]):
        raise Refusal("changed_since")
    names = ", ".join(rule.name for rule in plan.new[:NAMED])
    entry = act.record(
        books,
        action,
        count=len(plan.new),
        names=f"{names} …" if len(plan.new) > NAMED else names,
        rules=[rule.id for rule in plan.new],
    )
    return Imported(count=len(plan.new), entry=entry)


def undo(books: Books, act: Act, entry_id: str) -> int:
    """Remove what one list or command added, as far as it still exists; returns the number."""
    entry = books.audit_entry(entry_id)
    if entry is None or entry.server_id != act.server_id or entry.action not in UNDOABLE:
        raise Refusal("unknown_change")
    books.lock([f"server:{act.server_id}"])
    added = set(json.loads(entry.details).get("rules", ()))
    gone = [rule for rule in books.rules(act.server_id) if rule.id in added]
    if not gone:
        raise Refusal("changed_since")
    for rule in gone:
        books.remove_rule(act.server_id, rule.name)
    act.record(books, UNDONE, count=len(gone), of=entry.id)
    return len(gone)


def _key(words: str, is_pattern: bool) -> tuple[str, bool]:
    return (words if is_pattern else fold(words), is_pattern)
