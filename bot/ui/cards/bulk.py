"""The private card that shows what a list of words would add to the rules, with a yes button."""

from collections.abc import Iterator, Sequence
from itertools import islice

import discord
from discord import ButtonStyle, ui

from bot.ui.cards.parts import button, layout, row, text
from bot.ui.escape import escaped
from bot.ui.items import Verb, VerbButton
from bot.ui.replies import explain
from bot.ui.tables import Table
from bot.ui.texts import say
from bot.video.moderation.bulk import Imported, Plan
from bot.video.moderation.rules import NAME_LIMIT
from bot.video.moderation.wordlists import PATTERN, Refused, Wanted, from_table
from bot.video.values.moderation import AuditEntry, PromptRule, RuleAction

LIST_FILE = "rules.csv"
LIST_PLACE = 100  # component id of the file with the new rules
SHOWN = 25  # words of one kind
REASONS = 8
FACT_LIMIT = 40  # characters of a word
PART_LIMIT = 1200  # characters per kind; a message holds 4000


def plan_card(
    plan: Plan, origin: str, locale: str, notes: Sequence[str] = ()
) -> tuple[ui.LayoutView, list[discord.File]]:
    """New rules, existing ones, refused ones and why. If there are new rules, adds a yes button and
    a file with them, which the yes button reads."""
    parts: list[ui.Item[ui.LayoutView]] = [text(*_new(plan, locale), *notes)]
    said = [*_left_out("known", plan.known, locale), *_left_out("twice", plan.twice, locale)]
    if said := [*said, *_refused(plan.refused, locale)]:
        parts.append(text(*said))
    if not plan.new:
        return layout(*parts), []
    label = say("rules.plan.add", locale, count=len(plan.new))
    yes = VerbButton(Verb.RULES_ADD, origin, label=label, style=ButtonStyle.success)
    listed: ui.File[ui.LayoutView] = ui.File(f"attachment://{LIST_FILE}", id=LIST_PLACE)
    return layout(*parts, listed, row(yes)), [rules_file(plan.new)]


def rules_file(rules: Sequence[PromptRule]) -> discord.File:
    """Rules as a file that `/rules upload` takes."""
    table = Table(("word", "action", "kind"))
    table.add([rule.pattern, str(rule.action), _kind(rule)] for rule in rules)
    return table.file(LIST_FILE)


def read_planned(written: str) -> list[Wanted]:
    """The new rules in a card's file. Raises `Refusal`."""
    return from_table(written, RuleAction.HOLD)[1:]


def rule_added(rule: PromptRule, entry: AuditEntry, locale: str) -> ui.LayoutView:
    """What a new rule does, with Undo."""
    name = escaped(rule.name, 3 * NAME_LIMIT)  # each letter may need a backslash
    does = say(f"choice.rule.{rule.action}", locale)
    undo = button(Verb.UNDO_RULES, entry.id, locale, key="button.undo")
    return layout(text(say("rules.added", locale, rule=name, does=does)), row(undo))


def rule_removed(rule: PromptRule, entry: AuditEntry, locale: str) -> ui.LayoutView:
    """What was removed, with Undo."""
    name = escaped(rule.name, 3 * NAME_LIMIT)
    undo = button(Verb.UNDO_RULES, entry.id, locale, key="button.undo")
    return layout(text(say("rules.removed", locale, rule=name)), row(undo))


def rules_added(added: Imported, locale: str) -> ui.LayoutView:
    """What was done, with Undo."""
    undo = button(Verb.UNDO_RULES, added.entry.id, locale, key="button.undo")
    return layout(text(say("rules.list_added", locale, count=added.count)), row(undo))


def _new(plan: Plan, locale: str) -> Iterator[str]:
    if not plan.new:
        yield f"**{say('rules.plan.nothing', locale)}**"
    for action in RuleAction:
        found = [rule.pattern for rule in plan.new if rule.action is action]
        if found:
            does = say(f"choice.rule.{action}", locale)
            yield f"**{say('rules.plan.new', locale, count=len(found), does=does)}**"
            yield _words(found, locale)


def _left_out(why: str, words: Sequence[str], locale: str) -> Iterator[str]:
    if words:
        yield f"**{say(f'rules.plan.{why}', locale, count=len(words))}**"
        yield _words(words, locale, limit=PART_LIMIT // 2)


def _refused(refused: Sequence[Refused], locale: str) -> Iterator[str]:
    """Grouped by reason, in order of first appearance."""
    if not refused:
        return
    yield f"**{say('rules.plan.refused', locale, count=len(refused))}**"
    by_reason: dict[str, list[Refused]] = {}
    for each in refused:  # a long list has few reasons, and each takes a while to word
        by_reason.setdefault(f"{each.refusal.reason} {each.refusal.facts}", []).append(each)
    for group in islice(by_reason.values(), REASONS):
        found = [each.words for each in group]
        why = explain(group[0].refusal, locale)
        yield f"- {_words(found, locale, limit=PART_LIMIT // REASONS)}: {why}"


def _words(words: Sequence[str], locale: str, limit: int = PART_LIMIT) -> str:
    """As many as fit, and how many more there are."""
    shown: list[str] = []
    for word in words[:SHOWN]:
        said = escaped(word, FACT_LIMIT)
        if sum(map(len, shown)) + len(said) > limit and shown:
            break
        shown.append(said)
    more = len(words) - len(shown)
    return ", ".join(shown) + (" " + say("rules.more", locale, count=more) if more > 0 else "")


def _kind(rule: PromptRule) -> str:
    return PATTERN if rule.is_pattern else "word"
